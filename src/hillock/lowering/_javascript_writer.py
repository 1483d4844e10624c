"""The operations of a program as lines of JavaScript, one after the other; what is used once stands inside of what uses it."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from hillock.lowering import javascript
from hillock.lowering._javascript_functions import NAMES
from hillock.lowering._javascript_terms import Term, constant
from hillock.lowering._program import Atom, Loop, Operation, Program, Symbol, Table

_LONGEST = 100  # characters of an expression that is put into another one
_RESERVED = frozenset(
    re.findall(
        r"\w+",
        """Array ArrayBuffer BigInt DataView Float32Array Float64Array Infinity Int32Array Map Math NaN Number Object RangeError
        arguments async await break case catch class const constructor continue debugger default delete do else enum eval export extends
        false finally for function get globalThis if implements import in instanceof interface let new null of package private protected
        prototype public return set static super switch this throw true try typeof undefined var void while window with yield __proto__""",
    )
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Names:
    """Names of variables, none twice, and none that means something already."""

    def __init__(self, taken: Collection[str] = ()):
        self.taken = {*_RESERVED, *NAMES, *taken}

    def fresh(self, hint: str) -> str:
        """Return a name like the one that is wished for; what JavaScript cannot spell is called x."""
        hint = hint if _NAME.fullmatch(hint) else "x"
        name, k = hint, 1
        while name in self.taken:
            k += 1
            name = f"{hint}_{k}"
        self.taken.add(name)
        return name


class Writer:
    """Writes operations as lines and remembers by which expression each symbol is known.

    Attributes:
        lines: what has been written.
        values: the expression of each symbol.
        tables: the name of each table.
        hints: what a symbol would be called.
        targets: variables that are there already, which some symbols are assigned to.

    """

    def __init__(self, names: Names, hints: Mapping[Symbol, str], tables: Mapping[Table, str], indent: int = 1):
        self.names, self.hints, self.tables, self.indent = names, hints, tables, indent
        self.lines: list[str] = []
        self.values: dict[Symbol, Term] = {}
        self.targets: dict[Symbol, str] = {}

    def line(self, text: str) -> None:
        self.lines.append("  " * self.indent + text)

    def open(self, text: str) -> None:
        """Write a line after which lines stand farther in."""
        self.line(text)
        self.indent += 1

    def close(self, text: str = "}") -> None:
        self.indent -= 1
        self.line(text)

    def name(self, symbol: Symbol, hint: str = "") -> str:
        """Give a symbol a name of its own and return it."""
        name = self.names.fresh(self.hints.get(symbol, hint or "x"))
        self.values[symbol] = Term(name)
        return name

    def value(self, atom: Atom) -> Term:
        if isinstance(atom, Table):
            return Term(self.tables[atom])
        return self.values[atom] if isinstance(atom, Symbol) else constant(atom)

    def write(self, operations: Sequence[Operation], needed: Collection[Symbol]) -> None:
        """Write some operations; those whose results neither they nor anybody else needs are left out.

        Args:
            operations: in an order in which they can be done.
            needed: symbols that are used elsewhere too, and so get names.

        """
        alive, kept = set(needed), list[Operation]()
        for operation in reversed(operations):
            if alive.intersection(operation.results):
                kept.append(operation)
                alive.update(a for a in operation.arguments if isinstance(a, Symbol))
        kept.reverse()
        single = _used_once(kept) - set(needed)
        for operation in kept:
            if operation.name == "while":
                self._loop(operation)
                continue
            term, target = self._expression(operation), self.targets.get(operation.result)
            if target is not None:
                self.line(f"{target} = {term.text};")
                self.values[operation.result] = Term(target)
            elif (operation.result in single and len(term.text) <= _LONGEST) or _is_trivial(term):
                self.values[operation.result] = term
            else:
                self.line(f"const {self.name(operation.result)} = {term.text};")

    def _expression(self, operation: Operation) -> Term:
        given = [self.value(a) for a in operation.arguments]
        if operation.name == "load":
            return Term(f"{given[0]}[{given[1].text}]")
        return javascript.write(operation, given)

    def _loop(self, operation: Operation) -> None:
        loop = operation.detail
        assert isinstance(loop, Loop)
        first = [self.value(a).text for a in operation.arguments[: len(loop.carried)]]
        results = [self.name(symbol) for symbol in operation.results]
        for symbol, name, start in zip(loop.carried, results, first, strict=True):
            self.line(f"let {name} = {start};")
            self.values[symbol] = Term(name)
        self.open("while (true) {")
        self.write(loop.condition.operations, _symbols(loop.condition.outputs))
        self.line(f"if (!{self.value(loop.condition.outputs[0])}) break;")
        self.write(loop.body.operations, _symbols(loop.body.outputs))
        self.assign(results, loop.body)
        self.close()
        for symbol in operation.results:
            if symbol in self.targets:
                self.line(f"{self.targets[symbol]} = {self.value(symbol).text};")
                self.values[symbol] = Term(self.targets[symbol])

    def assign(self, names: Sequence[str], program: Program) -> None:
        """Give variables their next values, the first outputs of a program, all at once."""
        news = [self.value(a).text for a in program.outputs[: len(names)]]
        moved = [(name, new) for name, new in zip(names, news, strict=True) if name != new]
        swapped = {name for name, _ in moved} & {new for _, new in moved}
        for name in swapped:
            kept = self.names.fresh(name)
            self.line(f"const {kept} = {name};")
            moved = [(target, kept if new == name else new) for target, new in moved]
        for name, new in moved:
            self.line(f"{name} = {new};")


def _used_once(operations: Iterable[Operation]) -> set[Symbol]:
    """Return the symbols that stand once in the expressions of some operations, and in no loop."""
    uses: Counter[Symbol] = Counter()
    for operation in operations:
        weight = 2 if operation.name == "while" or javascript.repeats(operation) else 1
        for atom in operation.arguments:
            if isinstance(atom, Symbol):
                uses[atom] += weight
    return {symbol for symbol, count in uses.items() if count == 1}


def _is_trivial(term: Term) -> bool:
    """Return whether an expression is a name or a number, which needs no other name."""
    return re.fullmatch(r"[\w.]+", term.text) is not None


def _symbols(atoms: Iterable[Atom]) -> set[Symbol]:
    return {a for a in atoms if isinstance(a, Symbol)}


def array_of(values: np.ndarray) -> str:
    """Return an array of numbers as JavaScript writes it, one number after the other."""
    numbers = ", ".join(constant(x).text for x in np.asarray(values).ravel())
    return f"Float64Array.of({numbers})" if values.dtype.kind == "f" else f"[{numbers}]"
