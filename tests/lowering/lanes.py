"""Any function of numbers, run by the machine code that it becomes."""

from collections.abc import Callable

import jax
import numpy as np

from hillock.lowering import Bound, Extent, Inputs, Kernel, Program, Roles, Shape, Symbol, as_array, lower


def run(function: Callable, *columns: np.ndarray, shape: Shape | None = None) -> np.ndarray:
    """Return what a function makes of each number of some arrays of equal length."""
    with jax.enable_x64(True):
        traced = jax.make_jaxpr(function)(*(jax.ShapeDtypeStruct((), column.dtype) for column in columns))
    given = tuple(Symbol(column.dtype) for column in columns)
    plain = lower(traced, [as_array(symbol) for symbol in given])
    program = Program(plain.operations, (np.bool_(False), *plain.outputs))
    roles = Roles((), (), given, (), (), Symbol(np.int32), Symbol(np.int32))
    extent = Extent(len(columns[0]), 1, 1, None)
    (result,) = traced.out_avals
    bound = Bound(Kernel(program, roles, shape or Shape(16, 2)), Inputs((), (), columns, ()), extent, str(result.dtype), 1)  # type: ignore[attr-defined]
    bound.advance([], 0, 1)
    return bound.rows(1)[0][0]
