"""The operations of a program as code for one number, or for one number in each lane."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from hillock.lowering import llvm
from hillock.lowering._kinds import KINDS, suffix, vector_type
from hillock.lowering._program import Atom, Loop, Operation, Symbol, Table
from hillock.lowering._text import Code
from hillock.lowering._value import Value, where

_TURN = 4  # operations


class Writer:
    """Writes operations and remembers the values of symbols.

    Attributes:
        code: where it writes.
        lanes: how many numbers a vector has.
        tables: where each table begins.
        strides: of tables with a column for each lane, how many numbers one row is from the next.
        offset: the number of the first lane.
        spent: tables whose entries are set to 0 when they are read.

    """

    def __init__(
        self, code: Code, lanes: int, tables: Mapping[Table, Value], strides: Mapping[Table, Value], offset: Value, spent: Collection[Table] = ()
    ):
        self.code, self.lanes, self.tables, self.strides, self.offset, self.spent = code, lanes, tables, strides, offset, spent
        self.values: dict[Symbol, Value] = {}

    def value(self, atom: Atom) -> Value:
        return self.values[atom] if isinstance(atom, Symbol) else llvm.constant(self.code, atom)  # type: ignore[arg-type]

    def vector(self, atom: Atom) -> Value:
        return self.value(atom).splat(self.lanes)

    def write(self, operations: Iterable[Operation]) -> None:
        for operation in operations:
            if operation.name == "while":
                self._loop(operation)
            elif operation.name == "load":
                self.values[operation.result] = self._load(operation)
            else:
                self.values[operation.result] = llvm.write(operation, [self.value(a) for a in operation.arguments])

    def _load(self, operation: Operation) -> Value:
        """Look a number up: one for all lanes, one row of numbers, or one for each lane."""
        table, index = operation.arguments
        assert isinstance(table, Table)
        at, kind = self.value(index).to("i64"), KINDS[str(table.dtype)]
        base = self.tables[table]
        if table in self.strides:
            at = at * self.strides[table] + self.offset
            if not at.lanes:
                found = load(self.code, base, kind, at, self.lanes)
                if table in self.spent:
                    store(self.code, found.like(0), base, at)
                return found
            at = at + lane_numbers(self.code, self.lanes, "i64")
        if not at.lanes:
            return load(self.code, base, kind, at)
        pointers = self.code.emit(f"getelementptr {kind}, ptr {base.name}, {at.type} {at.name}", "ptr", at.lanes)
        all_lanes = self.code.constant(True, "i1", at.lanes)
        nothing = Value(self.code, "poison", kind, at.lanes)
        size = table.dtype.itemsize
        name = f"llvm.masked.gather.{suffix(kind, at.lanes)}.v{at.lanes}p0"
        self.code.declarations[name] = f"declare {nothing.type} @{name}(<{at.lanes} x ptr>, i32, {all_lanes.type}, {nothing.type})"
        given = f"<{at.lanes} x ptr> {pointers.name}, i32 {size}, {all_lanes.type} {all_lanes.name}, {nothing.type} {nothing.name}"
        return self.code.emit(f"call {nothing.type} @{name}({given})", kind, at.lanes)

    def _loop(self, operation: Operation) -> None:
        """Go on until no lane wants to; lanes that are done keep what they have."""
        code, loop = self.code, operation.detail
        assert isinstance(loop, Loop)
        n = len(loop.carried)
        wide = self.lanes if any(self.value(a).lanes for a in operation.arguments) else 0
        first = [self.value(a).splat(wide) for a in operation.arguments[:n]]
        before, names = code.block, [code.fresh() for _ in range(n)]
        head, body, after = (code.fresh(part)[1:] for part in ("while", "round", "after"))
        code.jump(head)
        code.label(head)
        hole = len(code.lines)  # where the phis go, once the names of the next values are known
        olds = [Value(code, name, x.kind, wide) for name, x in zip(names, first, strict=True)]
        self.values |= dict(zip(loop.carried, olds, strict=True))
        self.write(loop.condition.operations)
        goes_on = self.value(loop.condition.outputs[0]).splat(wide)
        code.branch(any_lane(goes_on), body, after)
        code.label(body)
        self.write(loop.body.operations)
        news = [where(goes_on, self.value(a), old) if wide else self.value(a) for a, old in zip(loop.body.outputs, olds, strict=True)]
        last = code.block
        code.jump(head)
        phis = zip(olds, first, news, strict=True)
        code.lines[hole:hole] = [f"  {old.name} = phi {old.type} [ {a.name}, %{before} ], [ {b.name}, %{last} ]" for old, a, b in phis]
        code.label(after)
        self.values |= dict(zip(operation.results, olds, strict=True))


def in_turns(writers: list[Writer], operations: Sequence[Operation]) -> None:
    """Write a few operations for each vector in turn, so that neighbours in the code do not wait for each other.

    Not one by one: that would keep the truth values of all vectors alive at once, and processors have few registers for those.
    """
    for k in range(0, len(operations), _TURN):
        for writer in writers:
            writer.write(operations[k : k + _TURN])


def load(code: Code, base: Value, kind: str, index: Value | int = 0, lanes: int = 0) -> Value:
    """Read one number, or one for each of several lanes, at an index; truth values are bytes."""
    stored = "i8" if kind == "i1" else kind
    found = code.emit(f"load {vector_type(stored, lanes)}, ptr {_address(code, base, stored, index)}, align {_size(stored)}", stored, lanes)
    return found.ne(0) if kind == "i1" else found


def store(code: Code, value: Value, base: Value, index: Value | int = 0) -> None:
    """Write what ``load`` reads."""
    value = _stored(value)
    code.write(f"store {value.type} {value.name}, ptr {_address(code, base, value.kind, index)}, align {_size(value.kind)}")


def store_some(code: Code, value: Value, base: Value, index: Value, chosen: Value) -> None:
    """Write the lanes of a vector that are chosen."""
    value = _stored(value)
    name = f"llvm.masked.store.{suffix(value.kind, value.lanes)}.p0"
    code.declarations[name] = f"declare void @{name}({value.type}, ptr, i32, {chosen.type})"
    place = f"ptr {_address(code, base, value.kind, index)}, i32 {_size(value.kind)}"
    code.write(f"call void @{name}({value.type} {value.name}, {place}, {chosen.type} {chosen.name})")


def _stored(value: Value) -> Value:
    return value.to("i8", signed=False) if value.kind == "i1" else value


def _address(code: Code, base: Value, kind: str, index: Value | int) -> str:
    at = index.name if isinstance(index, Value) else index
    return base.name if at == 0 else code.emit(f"getelementptr {kind}, ptr {base.name}, i64 {at}", "ptr", 0).name


def _size(kind: str) -> int:
    return {"float": 4, "double": 8, "ptr": 8}.get(kind) or int(kind[1:]) // 8


def any_lane(condition: Value) -> Value:
    """Return whether a condition holds in any lane."""
    if not condition.lanes:
        return condition
    bits = condition.code.emit(f"bitcast {condition.type} {condition.name} to i{condition.lanes}", f"i{condition.lanes}", 0)
    return condition.code.emit(f"icmp ne {bits.kind} {bits.name}, 0", "i1", 0)


def lane_numbers(code: Code, lanes: int, kind: str) -> Value:
    """Return 0, 1, 2, ... in the lanes."""
    return Value(code, "<" + ", ".join(f"{kind} {k}" for k in range(lanes)) + ">", kind, lanes)
