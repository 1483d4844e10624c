"""Counts that run down to 0, kept as the step at which they will have: what a neuron's rest costs, a comparison.

A count that falls by one each step and is set again now and then must be written in every step. The step at which it reaches 0 need not be:
what is left of the count is what is left until then.
"""

from collections.abc import Collection
from typing import Any

import numpy as np

from hillock.lowering._placement import Roles
from hillock.lowering._program import Atom, Operation, Program, Symbol, pruned

LONGEST_COUNT = 2**30
"""The highest count that may be kept so: no call of a kernel makes as many steps, and the sum of both is a whole number of 32 bits."""


def until_steps(program: Program, roles: Roles, short: Collection[Symbol]) -> tuple[Program, Roles]:
    """Return a program that keeps counts as steps of a call, and roles that say which they are.

    Args:
        program, roles: what a kernel is made of.
        short: inputs that are between 0 and ``LONGEST_COUNT``.

    """
    made = {operation.result: operation for operation in program.operations}
    counts: dict[Symbol, Operation] = {}  # by what is carried, the choice that sets it again
    for k in roles.moving:
        last = made.get(program.outputs[k])  # type: ignore[call-overload]
        count = roles.carried[k]
        if last and _falls(count, last, made) and _is_short(last.arguments[2], short):
            counts[count] = last
    counts = {count: last for count, last in counts.items() if _is_only_asked_for(count, last, program, made)}
    if not counts:
        return program, roles
    elapsed = Symbol(np.int32)
    operations: list[Operation] = []
    for operation in program.operations:
        operations += _rewritten(operation, counts, elapsed)
    counting = frozenset(k for k in roles.moving if roles.carried[k] in counts)
    return pruned(Program(tuple(operations), program.outputs)), roles._replace(elapsed=elapsed, counting=counting)


def _falls(count: Symbol, last: Operation, made: dict[Any, Operation]) -> bool:
    """Return whether a choice is between one less, at least 0, and something else."""
    if count.dtype != np.int32 or last.name != "select_n" or len(last.arguments) != 3:
        return False
    floor = made.get(last.arguments[1])
    less = made.get(floor.arguments[0]) if floor and floor.name == "max" and _is(floor.arguments[1], 0) else None
    return less is not None and less.name == "sub" and less.arguments[0] is count and _is(less.arguments[1], 1)


def _is_only_asked_for(count: Symbol, last: Operation, program: Program, made: dict[Any, Operation]) -> bool:
    """Return whether a count is used in nothing but its own fall and in comparisons with a constant."""
    floor = made[last.arguments[1]]
    own = {id(last), id(floor), id(made[floor.arguments[0]])}
    falling = {count, floor.result, floor.arguments[0]}
    others = [o for o in program.operations if id(o) not in own and falling.intersection(o.arguments)]  # type: ignore[arg-type]
    return all(_is_comparison(o, count) for o in others) and sum(a in falling or a is last.result for a in program.outputs) == 1


def _is_comparison(operation: Operation, count: Symbol) -> bool:
    if operation.name != "gt" or operation.arguments[0] is not count:
        return False
    return _is_short(operation.arguments[1], ())


def _is_short(atom: Atom, short: Collection[Symbol]) -> bool:
    return bool(0 <= atom <= LONGEST_COUNT) if isinstance(atom, np.generic) else atom in short  # type: ignore[operator]


def _is(atom: Atom, number: int) -> bool:
    return isinstance(atom, np.generic) and atom == number


def _rewritten(operation: Operation, counts: dict[Symbol, Operation], elapsed: Symbol) -> list[Operation]:
    """Return what stands in place of an operation."""
    for count, last in counts.items():
        if operation is last:
            chosen, _, again = last.arguments
            from_next, until = Symbol(np.int32), Symbol(np.int32)
            return [
                Operation("add", (again, np.int32(1)), (from_next,)),
                Operation("add", (elapsed, from_next), (until,)),
                last._replace(arguments=(chosen, count, until)),
            ]
        if operation.name == "gt" and operation.arguments[0] is count:
            then = Symbol(np.int32)
            return [Operation("add", (elapsed, operation.arguments[1]), (then,)), operation._replace(arguments=(count, then))]
    return [operation]
