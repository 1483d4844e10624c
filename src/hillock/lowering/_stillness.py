"""Numbers that stay 0: what a lane carries but never uses, such as the adaptation of a threshold that does not adapt.

Whether a parameter is 0 is known when a kernel is chosen. From the parameters that are, and the carried numbers that begin at 0, follows which
carried numbers remain there; a program without them has less to do, and less to fetch.
"""

from collections.abc import Collection, Sequence

import numpy as np

from hillock.lowering._program import Atom, Operation, Program, Symbol, pruned


def stilled(
    program: Program, carried: Sequence[Symbol], begins_at_zero: Sequence[bool], zeros: Collection[Symbol], finite: Collection[Symbol]
) -> tuple[Program, frozenset[int]]:
    """Return a program that takes some carried numbers for 0, and which they are.

    Args:
        program: whose first outputs are the next values of ``carried``.
        carried, begins_at_zero: numbers, and whether each is 0 at first.
        zeros: inputs that are 0.
        finite: inputs that are finite numbers, so that 0 times one is 0.

    """
    still = {k for k, zero in enumerate(begins_at_zero) if zero and carried[k].dtype.kind == "f"}
    while still:
        nothing = _zeros(program, {carried[k] for k in still} | set(zeros), set(finite))
        left = {k for k in still if _is_zero(program.outputs[k], nothing)}
        if left == still:
            return _without(program, nothing), frozenset(still)
        still = left
    return program, frozenset()


def _is_zero(atom: Atom, nothing: Collection[Symbol]) -> bool:
    return atom in nothing if isinstance(atom, Symbol) else isinstance(atom, np.generic) and atom == 0


def _zeros(program: Program, nothing: set[Symbol], finite: set[Symbol]) -> set[Symbol]:
    """Return all symbols that are 0 if some are."""
    for operation in program.operations:
        zero = [_is_zero(a, nothing) for a in operation.arguments]
        if operation.name == "mul":
            follows = (zero[0] and _is_finite(operation.arguments[1], finite, nothing)) or (
                zero[1] and _is_finite(operation.arguments[0], finite, nothing)
            )
        elif operation.name in {"add", "sub", "max", "min", "neg", "convert_element_type"}:
            follows = all(zero)
        elif operation.name == "select_n":
            follows = all(zero[1:])
        else:
            follows = False
        if follows:
            nothing.update(operation.results)
    return nothing


def _is_finite(atom: Atom, finite: Collection[Symbol], nothing: Collection[Symbol]) -> bool:
    return atom in finite or atom in nothing if isinstance(atom, Symbol) else bool(np.isfinite(atom))  # type: ignore[arg-type]


def _without(program: Program, nothing: Collection[Symbol]) -> Program:
    """Return a program in which what is 0 is a constant, and nothing is added to it."""
    known: dict[Symbol, Atom] = {symbol: symbol.dtype.type(0) for symbol in nothing if symbol.dtype.kind == "f"}
    operations: list[Operation] = []
    for operation in program.operations:
        if operation.result in known:
            continue
        arguments = tuple(known.get(a, a) if isinstance(a, Symbol) else a for a in operation.arguments)
        kept = _summand(operation.name, arguments)
        if kept is not None and operation.name != "while":
            known[operation.result] = kept
        else:
            operations.append(operation._replace(arguments=arguments))
    outputs = tuple(known.get(a, a) if isinstance(a, Symbol) else a for a in program.outputs)
    return pruned(Program(tuple(operations), outputs))


def _summand(name: str, arguments: Sequence[Atom]) -> Atom | None:
    """Return the number that a sum comes to if it is the only one in it that is not 0."""
    if name in {"add", "sub"} and _is_constant_zero(arguments[1]):
        return arguments[0]
    return arguments[1] if name == "add" and _is_constant_zero(arguments[0]) else None


def _is_constant_zero(atom: Atom) -> bool:
    return isinstance(atom, np.generic) and atom.dtype.kind == "f" and atom == 0
