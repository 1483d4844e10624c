"""The code that a function becomes, to read."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np

from hillock.lowering._interpreter import symbols
from hillock.lowering._jaxpr import lower
from hillock.lowering._kernel import Shape, source
from hillock.lowering._machine import Machine, compile_listing, host
from hillock.lowering._placement import Roles
from hillock.lowering._program import Program, Symbol, text


class Listing(NamedTuple):
    """A program, the same in the text of LLVM (before and after it was optimised), and in assembly."""

    program: str
    llvm: str
    optimised: str
    assembly: str


def listing(function: Callable[..., Any], *arguments: Any, machine: Machine | None = None) -> Listing:
    """Return the code of a function of numbers, applied to many lanes of them at once.

    Args:
        function: traceable by JAX.
        arguments: examples of what it is called with: numbers, or trees of them.
        machine: what to compile for; this one by default.

    Raises:
        Unsupported: the function does something that has no code.

    >>> import hillock as hk
    >>> cell = hk.cells.LIF()
    >>> print(hk.lowering.listing(cell.excess, cell.init()).program)
    (s0:float64, s1:float64)
    s2:float64 = add(-50.0:float64, s1)
    s3:float64 = sub(s0, s2)
    -> False:bool, s3

    """
    with jax.enable_x64(True):
        leaves, tree = jax.tree.flatten(arguments)
        traced = jax.make_jaxpr(lambda *flat: function(*jax.tree.unflatten(tree, flat)))(*leaves)
    given = [symbols(aval.shape, aval.dtype) for aval in traced.in_avals]
    numbers = tuple(s for array in given for s in array.ravel())
    plain = lower(traced, given)
    program = Program(plain.operations, (np.bool_(False), *plain.outputs))
    return listing_of(program, Roles((), (), numbers, (), (), Symbol(np.int32), Symbol(np.int32)), Shape(8, 1), machine)


def listing_of(program: Program, roles: Roles, shape: Shape, machine: Machine | None = None) -> Listing:
    """Return the code of a kernel."""
    written = source(program, roles, shape, machine or host())
    used = program.inputs()
    moments = tuple(symbol for symbol in roles.moments if symbol in used)
    inputs = (*roles.uniform, *roles.tables, *roles.lanes, *roles.lane_tables, *roles.carried, *roles.inflow, *moments)
    return Listing(text(program, inputs), written, *compile_listing(written, machine or host()))
