"""A program: numbers that are known only while running, and the operations between them, one scalar at a time.

It is what a trace becomes before it is written as code of any kind: no calls, no arrays, no operation twice, none whose result
nobody uses, none that could have been done beforehand.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np


class Unsupported(NotImplementedError):  # noqa: N818  (a finding, not a fault)
    """A function does something that cannot be lowered; the message says what, and where in the source."""


class Symbol:
    """A number that is known only while running."""

    __slots__ = ("dtype",)

    def __init__(self, dtype: Any):
        self.dtype = np.dtype(dtype)


class Table:
    """A long array of numbers that is only ever looked up, one number at a time."""

    __slots__ = ("dtype", "shape")

    def __init__(self, dtype: Any, shape: tuple[int, ...]):
        self.dtype, self.shape = np.dtype(dtype), shape


Atom = Symbol | Table | np.generic
"""What an operation can be given; a NumPy scalar is a constant."""


class Operation(NamedTuple):
    """One step of a program: ``results = name(arguments)``. ``detail`` is what else the name needs, such as a power or a loop."""

    name: str
    arguments: tuple[Atom, ...]
    results: tuple[Symbol, ...]
    detail: Any = None

    @property
    def result(self) -> Symbol:
        return self.results[0]


@dataclass(frozen=True)
class Program:
    """Operations in an order in which they can be done, and the numbers they lead to."""

    operations: tuple[Operation, ...]
    outputs: tuple[Atom, ...]

    def inputs(self) -> set[Symbol | Table]:
        """Return the symbols and tables that come from outside."""
        made = {s for operation in self.operations for s in operation.results}
        given = [*(a for operation in self.operations for a in operation.arguments), *self.outputs]
        return {a for a in given if isinstance(a, Symbol | Table)} - made


class Loop(NamedTuple):
    """A while loop over numbers: the carried ones, whether it goes on, and what a round makes of them.

    ``condition`` has one output. Both programs may use symbols from outside, which are the arguments of the operation after the
    first values of the carried ones.
    """

    carried: tuple[Symbol, ...]
    condition: Program
    body: Program


def pruned(program: Program) -> Program:
    """Return a program without the operations that lead nowhere."""
    needed = {atom for atom in program.outputs if isinstance(atom, Symbol)}
    kept = []
    for operation in reversed(program.operations):
        if needed.intersection(operation.results):
            kept.append(operation)
            needed.update(atom for atom in operation.arguments if isinstance(atom, Symbol))
    return Program(tuple(reversed(kept)), program.outputs)


def fused(program: Program, varies: Mapping[Symbol, Any]) -> Program:
    """Return a program in which a product that is used once, in a sum, is rounded once with it.

    ``varies`` says for each symbol whether it changes from step to step: a product that does not is computed before the loop and stays one.
    Of two products, the first is fused. All is decided here, so that no compiler, processor or number of lanes makes a difference.
    """
    uses = _uses(program)
    products = {operation.result: operation for operation in program.operations if operation.name == "mul" and operation.result.dtype.kind == "f"}

    def fits(atom: Atom, total: Symbol) -> bool:
        return isinstance(atom, Symbol) and atom in products and uses[atom] == 1 and varies[atom] == varies[total]

    done = []
    for operation in program.operations:
        if operation.name in {"add", "sub"} and operation.result.dtype.kind == "f":
            a, b = operation.arguments
            if fits(a, operation.result):
                name = "fma" if operation.name == "add" else "fms"
                operation = Operation(name, (*products[a].arguments, b), operation.results)  # type: ignore[index]  # noqa: PLW2901
            elif fits(b, operation.result):
                name = "fma" if operation.name == "add" else "fnma"
                operation = Operation(name, (*products[b].arguments, a), operation.results)  # type: ignore[index]  # noqa: PLW2901
        if operation.name == "while":
            operation = operation._replace(detail=_fused_loop(operation.detail))  # noqa: PLW2901
        done.append(operation)
    return pruned(Program(tuple(done), program.outputs))


def inverted(program: Program, invariant: Collection[Symbol]) -> Program:
    """Return a program in which a division by one of some symbols that do not change, or by a constant, multiplies by its reciprocal.

    The reciprocal is a sum of two numbers, which makes the quotient that of the division in all but the rarest last bit (Brisebarre, Muller &
    Raina 2004, doi:10.1109/TC.2004.37, algorithm 2); a division takes a processor several times as long. Divisors must be of moderate size.
    """
    done: list[Operation] = []
    reciprocals: dict[tuple[Atom, np.dtype], tuple[Symbol, Symbol]] = {}  # 6.0 in single precision is equal to 6.0 in double
    for operation in program.operations:
        if operation.name == "div" and operation.result.dtype.kind == "f":
            x, divisor = operation.arguments
            known = isinstance(divisor, np.generic) and is_moderate(divisor)
            if isinstance(x, Symbol) and x not in invariant and (known or divisor in invariant):
                key = divisor, divisor.dtype
                if key not in reciprocals:
                    most, rest = reciprocals[key] = Symbol(divisor.dtype), Symbol(divisor.dtype)
                    done.append(Operation("reciprocal", (divisor,), (most,)))
                    done.append(Operation("reciprocal_rest", (divisor, most), (rest,)))
                operation = Operation("quotient", (x, *reciprocals[key]), operation.results)  # noqa: PLW2901
        elif operation.name == "while":
            loop = operation.detail
            operation = operation._replace(detail=loop._replace(body=inverted(loop.body, ())))  # noqa: PLW2901
        done.append(operation)
    return Program(tuple(done), program.outputs)


FINITE = "the first is a finite number"
"""What else is known of an extreme of two numbers."""


def marked(program: Program, finite: Collection[Symbol]) -> Program:
    """Return a program in which the greater or lesser of two numbers, one of which is finite, says so: it costs one operation, not three."""

    def mark(operation: Operation) -> Operation:
        if operation.name in {"max", "min"} and any(a in finite for a in operation.arguments):
            a, b = operation.arguments
            return operation._replace(arguments=(a, b) if a in finite else (b, a), detail=FINITE)
        return operation

    return Program(tuple(map(mark, program.operations)), program.outputs)


def divisors(program: Program, invariant: Collection[Symbol]) -> tuple[Symbol, ...]:
    """Return the symbols of a collection that the program divides by."""
    found = [o.arguments[1] for o in program.operations if o.name == "div" and o.result.dtype.kind == "f"]
    return tuple(dict.fromkeys(a for a in found if isinstance(a, Symbol) and a in invariant))


def is_moderate(values: np.ndarray | np.generic) -> bool:
    """Return whether numbers are neither so small nor so large that a quotient and its remainder could not be represented."""
    return bool(np.all((np.abs(values) > 1e-12) & (np.abs(values) < 1e12)))


def _fused_loop(loop: Loop) -> Loop:
    symbols = {s for part in (loop.condition, loop.body) for o in part.operations for s in o.results}
    same = dict.fromkeys(symbols, True)
    return loop._replace(condition=fused(loop.condition, same), body=fused(loop.body, same))


def _uses(program: Program) -> Mapping[Symbol, int]:
    counts: dict[Symbol, int] = {}
    for atom in [*(a for operation in program.operations for a in operation.arguments), *program.outputs]:
        if isinstance(atom, Symbol):
            counts[atom] = counts.get(atom, 0) + 1
    return counts


def symbols_of(program: Program) -> Iterator[Symbol]:
    """Yield every symbol that a program uses, in order, several times where it is used so."""
    for operation in program.operations:
        yield from (a for a in operation.arguments if isinstance(a, Symbol))
    yield from (a for a in program.outputs if isinstance(a, Symbol))


def text(program: Program, inputs: tuple[Atom, ...]) -> str:
    """Return a program as text in which equal programs are equal: the names count up in the order of appearance."""
    names: dict[Any, str] = {}
    dtype = cache(str)  # NumPy makes the name of a dtype anew each time

    def name(atom: Any) -> str:
        if isinstance(atom, np.generic):
            return f"{atom.item()!r}:{dtype(atom.dtype)}"
        if atom not in names:
            names[atom] = f"{'t' if isinstance(atom, Table) else 's'}{len(names)}"
        return names[atom]

    def written(program: Program) -> Iterator[str]:
        for operation in program.operations:
            detail = operation.detail
            if isinstance(detail, Loop):
                inner = [*(name(s) for s in detail.carried), *written(detail.condition), "do", *written(detail.body)]
                detail = "{" + "; ".join(inner) + "}"
            given = ", ".join(name(a) for a in operation.arguments)
            results = ", ".join(f"{name(s)}:{dtype(s.dtype)}" for s in operation.results)
            yield f"{results} = {operation.name}({given})" + (f" {detail}" if detail is not None else "")
        yield "-> " + ", ".join(name(a) for a in program.outputs)

    head = ", ".join(f"{name(a)}:{dtype(a.dtype)}{a.shape if isinstance(a, Table) else ''}" for a in inputs)
    return "\n".join([f"({head})", *written(program)])
