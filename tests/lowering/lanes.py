"""Any function of numbers, run by the machine code that it becomes."""

import jax
import numpy as np

from hillock.lowering import Bound, Extent, Inputs, Kernel, Program, Roles, Shape, lower, symbols


def run(function, *columns, shape=None):
    """Return what a function makes of each number of some arrays of equal length, one array for each of its results."""
    with jax.enable_x64(True):
        traced = jax.make_jaxpr(function)(*(jax.ShapeDtypeStruct((), column.dtype) for column in columns))
    given = [symbols((), column.dtype) for column in columns]
    step, lane = symbols((2,), np.int32)
    plain = lower(traced, given)
    results = []
    for atom, aval in zip(plain.outputs, traced.out_avals, strict=True):  # what is shown has one dtype; here each result has its own
        program = Program(plain.operations, (np.bool_(False), atom))
        roles = Roles((), (), tuple(x[()] for x in given), (), (), step, lane)
        n = len(columns[0])
        bound = Bound(Kernel(program, roles, shape or Shape(16, 2)), Inputs((), (), columns, ()), Extent(n, 1, 1, None), str(aval.dtype), 1)
        bound.advance([], 0, 1)
        results.append(bound.rows(1)[0][0])
    return results if len(results) > 1 else results[0]
