"""The shape of a kernel: for blocks of lanes, for steps, the operations of a program; the state stays in registers.

Every operation is put where it is done least often. What is the same for all lanes and steps is done once; what differs between lanes only,
once per block; what differs between steps only, by scalars; and what changes now and then, such as noise that is drawn once per
millisecond, behind a test whether what it comes from has changed.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from hillock.lowering import llvm
from hillock.lowering._program import Atom, Loop, Operation, Program, Symbol, Table
from hillock.lowering._text import KINDS, Code, Value, vector_type, where

_WORTH_A_TEST = 12  # operations on lanes; a test whether they must be done again costs about as much as three


class Roles(NamedTuple):
    """What the inputs of a program are to a kernel.

    The outputs of the program are the next values of ``carried``, whether a lane fires, and what it shows.
    """

    uniform: tuple[Symbol, ...]  # one number for all lanes
    tables: tuple[Table, ...]  # an array for all lanes
    lanes: tuple[Symbol, ...]  # one number per lane
    lane_tables: tuple[Table, ...]  # an array of (entries, lanes)
    carried: tuple[Symbol, ...]  # one number per lane, handed from step to step
    step: Symbol  # number of the step
    lane: Symbol  # number of the lane


class Varies(NamedTuple):
    """Whether a number differs between lanes, and between steps."""

    lane: bool
    step: bool


def variation(program: Program, roles: Roles) -> dict[Symbol, Varies]:
    """Return for every symbol of a program what it depends on."""
    found = dict.fromkeys(roles.uniform, Varies(False, False))
    found |= dict.fromkeys((*roles.lanes, roles.lane), Varies(True, False))
    found |= {roles.step: Varies(False, True)} | dict.fromkeys(roles.carried, Varies(True, True))
    for operation in program.operations:
        sources = [found[a] for a in operation.arguments if isinstance(a, Symbol)]
        lane = any(s.lane for s in sources) or any(a in roles.lane_tables for a in operation.arguments if isinstance(a, Table))
        found |= dict.fromkeys(operation.results, Varies(lane, any(s.step for s in sources)))
    return found


def work(program: Program, roles: Roles) -> int:
    """Return how many operations every lane does in a step; loops count as a hundred."""
    varies = variation(program, roles)
    return sum(100 if o.name == "while" else 1 for o in program.operations if varies[o.result] == Varies(True, True))


class _Writer:
    """Writes operations and remembers the values of symbols."""

    def __init__(self, code: Code, lanes: int, tables: Mapping[Table, Value], lane_tables: frozenset[Table], offset: Value, stride: Value):
        self.code, self.lanes, self.tables, self.lane_tables, self.offset, self.stride = code, lanes, tables, lane_tables, offset, stride
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
        if table in self.lane_tables:
            at = at * self.stride + self.offset
            if not at.lanes:
                return load(self.code, base, kind, at, self.lanes)
            at = at + lane_numbers(self.code, self.lanes, "i64")
        if not at.lanes:
            return load(self.code, base, kind, at)
        pointers = self.code.emit(f"getelementptr {kind}, ptr {base.name}, {at.type} {at.name}", "ptr", at.lanes)
        all_lanes = self.code.constant(True, "i1", at.lanes)
        nothing = Value(self.code, "poison", kind, at.lanes)
        size = table.dtype.itemsize
        name = f"llvm.masked.gather.v{at.lanes}{ {'float': 'f32', 'double': 'f64'}.get(kind, kind)}.v{at.lanes}p0"
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


def _in_turns(writers: list[_Writer], operations: Iterable[Operation]) -> None:
    """Write every operation for each vector in turn, so that neighbours in the code do not wait for each other."""
    for operation in operations:
        for writer in writers:
            writer.write([operation])


def load(code: Code, base: Value, kind: str, index: Value | int = 0, lanes: int = 0) -> Value:
    """Read one number, or one for each of several lanes, at an index; truth values are bytes."""
    stored = "i8" if kind == "i1" else kind
    found = code.emit(f"load {vector_type(stored, lanes)}, ptr {_address(code, base, stored, index)}, align {_size(stored)}", stored, lanes)
    return found.ne(0) if kind == "i1" else found


def store(code: Code, value: Value, base: Value, index: Value | int = 0) -> None:
    """Write what ``load`` reads."""
    value = value.to("i8", signed=False) if value.kind == "i1" else value
    code.write(f"store {value.type} {value.name}, ptr {_address(code, base, value.kind, index)}, align {_size(value.kind)}")


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


class Layout(NamedTuple):
    """Where a kernel finds its arguments: numbers of the 64-bit slots it is handed."""

    uniform: range
    tables: range
    lanes: range
    lane_tables: range
    carried_in: range
    carried_out: range
    shown: range
    stride: int  # lanes from one row of a lane table to the next
    masks: int
    mask_stride: int  # bytes from one step's masks to the next
    columns: int  # for each block, where its lanes stand in a row of what is shown, or -1
    row: int  # numbers in such a row
    every: int
    size: int


def layout(roles: Roles, shown: int) -> Layout:
    """Return the layout of the slots of a kernel."""
    sizes = [len(roles.uniform), len(roles.tables), len(roles.lanes), len(roles.lane_tables), len(roles.carried), len(roles.carried), shown]
    ends = np.cumsum(sizes).tolist()
    ranges = [range(end - size, end) for size, end in zip(sizes, ends, strict=True)]
    n = ends[-1]
    return Layout(*ranges, *range(n, n + 6), n + 6)  # type: ignore[arg-type]


def kernel(code: Code, program: Program, roles: Roles, lanes: int, parts: int) -> str:
    """Return the function ``kernel(slots, first block, last block, first step, steps)`` that runs a program.

    A block is ``parts`` vectors of ``lanes`` lanes, all of which make a step before any makes the next: while one waits for a result, the
    processor works on another. Arrays of one number per lane are as long as whole blocks.
    """
    varies = variation(program, roles)
    n = len(roles.carried)
    at = layout(roles, len(program.outputs) - n - 1)
    placed = _placed(program, roles, varies)

    code.label("entry")
    slots = Value(code, "%slots", "ptr")
    pointers = {k: load(code, slots, "ptr", k) for group in at[1:7] for k in group}
    masks, columns = (load(code, slots, "ptr", k) for k in (at.masks, at.columns))
    mask_stride, row, every, stride = (load(code, slots, "i64", k) for k in (at.mask_stride, at.row, at.every, at.stride))
    tables = {table: pointers[k] for table, k in zip((*roles.tables, *roles.lane_tables), (*at.tables, *at.lane_tables), strict=True)}
    scalars = _Writer(code, 0, tables, frozenset(roles.lane_tables), Value(code, "0", "i64"), stride)
    for symbol, k in zip(roles.uniform, at.uniform, strict=True):
        scalars.values[symbol] = load(code, slots, KINDS[str(symbol.dtype)], 8 * k // symbol.dtype.itemsize)
    scalars.write(placed.once)
    code.jump("each_block")

    code.label("each_block")
    code.write("%block = phi i64 [ %first_block, %entry ], [ %next_block, %done ]")
    code.write(f"%lane = mul i64 %block, {lanes * parts}")
    block, base = Value(code, "%block", "i64"), Value(code, "%lane", "i64")
    offsets = [base + lanes * part for part in range(parts)]
    writers = [_Writer(code, lanes, tables, frozenset(roles.lane_tables), offset, stride) for offset in offsets]
    firsts = []
    for writer in writers:
        here = writer.offset
        writer.values |= scalars.values
        for symbol, k in zip(roles.lanes, at.lanes, strict=True):
            writer.values[symbol] = load(code, pointers[k], KINDS[str(symbol.dtype)], here, lanes)
        writer.values[roles.lane] = here.to("i32").splat(lanes) + lane_numbers(code, lanes, "i32")
        carried = zip(roles.carried, at.carried_in, strict=True)
        firsts.append([load(code, pointers[k], KINDS[str(symbol.dtype)], here, lanes) for symbol, k in carried])
        writer.write(placed.per_block)
    column = load(code, columns, "i32", block).to("i64")
    before = code.block
    code.jump("each_step")

    code.label("each_step")
    hole = len(code.lines)
    scalars.values[roles.step] = Value(code, "%number", "i32")
    scalars.write(placed.by_step)
    olds = [[Value(code, code.fresh("old"), x.kind, lanes) for x in first] for first in firsts]
    for writer, old in zip(writers, olds, strict=True):
        writer.values |= scalars.values | dict(zip(roles.carried, old, strict=True))
    remembered = [memory for k, region in enumerate(placed.regions) for memory in _region(writers, region, k)]
    _in_turns(writers, placed.always)
    news = [[writer.vector(atom) for atom in program.outputs[:n]] for writer in writers]
    for part, writer in enumerate(writers):
        _store_mask(writer.vector(program.outputs[n]), masks, mask_stride, block * (lanes * parts // 8) + lanes * part // 8)
    if at.shown:
        _show(code, [[writer.vector(atom) for atom in program.outputs[n + 1 :]] for writer in writers], [pointers[k] for k in at.shown], row, column)
    _count(code, every)
    last = code.block
    code.write("br i1 %more, label %each_step, label %done")
    memories = [(old, new, first.name) for group in zip(olds, news, firsts, strict=True) for old, new, first in zip(*group, strict=True)]
    code.lines[hole:hole] = [
        f"  %step = phi i64 [ 0, %{before} ], [ %next_step, %{last} ]",
        f"  %number = phi i32 [ %first_step, %{before} ], [ %next_number, %{last} ]",
        f"  %until = phi i64 [ {every.name}, %{before} ], [ %next_until, %{last} ]",
        f"  %rows = phi i64 [ 0, %{before} ], [ %next_rows, %{last} ]",
        *(f"  {old.name} = phi {old.type} [ {first}, %{before} ], [ {new.name}, %{last} ]" for old, new, first in [*memories, *remembered]),
    ]

    code.label("done")
    for writer, new in zip(writers, news, strict=True):
        for value, k in zip(new, at.carried_out, strict=True):
            store(code, value, pointers[k], writer.offset)
    code.write("%next_block = add i64 %block, 1")
    code.write("%another = icmp slt i64 %next_block, %last_block")
    code.write("br i1 %another, label %each_block, label %end")
    code.label("end")
    code.write("ret void")
    arguments = "ptr noalias %slots, i64 %first_block, i64 %last_block, i32 %first_step, i64 %steps"
    text = "\n".join([f"define internal void @kernel({arguments}) noinline {{", *code.lines, "}"])
    code.lines = []
    return text


def _store_mask(fired: Value, masks: Value, stride: Value, offset: Value) -> None:
    """Write down which lanes fire, one bit each."""
    code, lanes = fired.code, fired.lanes
    bits = code.emit(f"bitcast {fired.type} {fired.name} to i{lanes}", f"i{lanes}", 0)
    place = Value(code, "%step", "i64") * stride + offset
    address = code.emit(f"getelementptr i8, ptr {masks.name}, i64 {place.name}", "ptr", 0)
    code.write(f"store i{lanes} {bits.name}, ptr {address.name}, align 1")


def _show(code: Code, shown: list[list[Value]], pointers: list[Value], row: Value, column: Value) -> None:
    """Write what is shown into its row, at the steps that have one and for the blocks that have a place in it."""
    lanes = shown[0][0].lanes
    due = Value(code, "%until", "i64").eq(1) & column.compare("ge", 0)
    code.branch(due, "show", "shown")
    code.label("show")
    target = Value(code, "%rows", "i64") * row + column * (lanes * len(shown))
    for part, values in enumerate(shown):
        for value, pointer in zip(values, pointers, strict=True):
            store(code, value, pointer, target + lanes * part)
    code.jump("shown")
    code.label("shown")


def _count(code: Code, every: Value) -> None:
    """Count steps, and the steps until the next row of what is shown."""
    code.write("%next_step = add i64 %step, 1")
    code.write("%next_number = add i32 %number, 1")
    code.write("%is_row = icmp eq i64 %until, 1")
    code.write("%less = sub i64 %until, 1")
    code.write(f"%next_until = select i1 %is_row, i64 {every.name}, i64 %less")
    code.write("%one_more = add i64 %rows, 1")
    code.write("%next_rows = select i1 %is_row, i64 %one_more, i64 %rows")
    code.write("%more = icmp slt i64 %next_step, %steps")


Memory = tuple[Value, Value, str]
"""A number that one step leaves to the next: its old value, its new one, and the first."""


def _region(writers: list[_Writer], region: "Region", k: int) -> list[Memory]:
    """Write operations behind a test whether a source has changed, and return what must be remembered for it."""
    code = writers[0].code
    sources = [writers[0].value(s) for s in region.sources]
    olds = [Value(code, code.fresh("was"), x.kind, x.lanes) for x in sources]
    changed = Value(code, code.fresh("first"), "i1")
    memory = [(changed, Value(code, "false", "i1"), "true"), *((old, x, "zeroinitializer") for old, x in zip(olds, sources, strict=True))]
    for old, x in zip(olds, sources, strict=True):
        changed = changed | old.ne(x)
    before, inside, after = code.block, f"changed{k}", f"same{k}"
    code.branch(changed, inside, after)
    code.label(inside)
    _in_turns(writers, region.operations)
    computed = [[writer.value(s) for s in region.results] for writer in writers]
    last = code.block
    code.jump(after)
    code.label(after)
    for writer, values in zip(writers, computed, strict=True):
        for symbol, new in zip(region.results, values, strict=True):
            old, name = Value(code, code.fresh("kept"), new.kind, new.lanes), code.fresh("now")
            code.write(f"{name} = phi {new.type} [ {new.name}, %{last} ], [ {old.name}, %{before} ]")
            writer.values[symbol] = Value(code, name, new.kind, new.lanes)
            memory.append((old, writer.values[symbol], "poison"))
    return memory


class Region(NamedTuple):
    """Operations that must be done again only when a source changes."""

    sources: tuple[Symbol, ...]
    operations: list[Operation]
    results: tuple[Symbol, ...]


class Placed(NamedTuple):
    """Operations by where they are done."""

    once: list[Operation]
    per_block: list[Operation]
    by_step: list[Operation]  # by scalars
    regions: list[Region]  # behind a test
    always: list[Operation]


def _placed(program: Program, roles: Roles, varies: Mapping[Symbol, Varies]) -> Placed:
    groups: dict[Varies, list[Operation]] = {Varies(lane, step): [] for lane in (False, True) for step in (False, True)}
    for operation in program.operations:
        groups[varies[operation.result]].append(operation)
    regions, always = _regions(program, roles, varies, groups[Varies(True, True)])
    return Placed(groups[Varies(False, False)], groups[Varies(True, False)], groups[Varies(False, True)], regions, always)


def _regions(
    program: Program, roles: Roles, varies: Mapping[Symbol, Varies], operations: list[Operation]
) -> tuple[list[Region], list[Operation]]:
    """Find what depends on the step only through scalars that change now and then: quotients of the step, and comparisons with it."""
    slow = _slow(program, roles, varies)
    sources: dict[Symbol, frozenset[Symbol] | None] = {}
    order = {s: k for k, s in enumerate(s for o in program.operations for s in o.results)}
    groups: dict[frozenset[Symbol], list[Operation]] = {}
    always = []
    for operation in operations:
        found: set[Symbol] | None = set()
        for atom in operation.arguments:
            if not isinstance(atom, Symbol) or not varies[atom].step:
                continue
            part = sources.get(atom) if varies[atom].lane else ({atom} if atom in slow else None)
            found = None if part is None or found is None else found | part
        key = None if found is None else frozenset(found)
        sources |= dict.fromkeys(operation.results, key)
        if key is None:
            always.append(operation)
        else:
            groups.setdefault(key, []).append(operation)
    regions, merged = [], []
    used_by = _users(program)
    for key in sorted(groups, key=lambda k: (len(k), sorted(order.get(s, 0) for s in k))):
        own = groups[key]
        if len(own) < _WORTH_A_TEST:
            merged += own
            continue
        inside = {id(o) for o in own}
        outputs = {a for a in program.outputs if isinstance(a, Symbol)}
        results = tuple(s for o in own for s in o.results if s in outputs or any(id(u) not in inside for u in used_by.get(s, ())))
        regions.append(Region(tuple(sorted(key, key=lambda s: order.get(s, 0))), own, results))
    if merged:  # what is not worth a test is done always; a region that needs it takes it along
        regions = [_with_needed(region, merged) for region in regions]
    kept = {id(o) for o in merged} | {id(o) for o in always}
    return regions, [o for o in operations if id(o) in kept]


def _with_needed(region: Region, merged: list[Operation]) -> Region:
    """Return a region with the cheap operations that it needs done inside of it too."""
    made = {s: o for o in merged for s in o.results}
    extra: list[Operation] = []
    waiting = [a for o in region.operations for a in o.arguments if isinstance(a, Symbol) and a in made]
    seen: set[int] = set()
    while waiting:
        operation = made[waiting.pop()]
        if id(operation) not in seen:
            seen.add(id(operation))
            extra.append(operation)
            waiting += [a for a in operation.arguments if isinstance(a, Symbol) and a in made]
    ordered = [o for o in merged if id(o) in seen]
    return region._replace(operations=[*ordered, *region.operations])


def _slow(program: Program, roles: Roles, varies: Mapping[Symbol, Varies]) -> set[Symbol]:
    """Return the scalars that change now and then: quotients of the step, comparisons with it, and what is made of those."""
    slow: set[Symbol] = set()
    for operation in program.operations:
        arguments = [a for a in operation.arguments if isinstance(a, Symbol) and varies[a].step]
        if varies[operation.result].lane or not arguments:
            continue
        quotient = operation.name in {"div", "shift_right_logical", "shift_right_arithmetic"} and operation.result.dtype.kind in "iu"
        comparison = operation.name in {"lt", "le", "gt", "ge"}
        if quotient or comparison or all(a in slow for a in arguments):
            slow.update(operation.results)
    return slow


def _users(program: Program) -> Mapping[Symbol, list[Operation]]:
    users: dict[Symbol, list[Operation]] = {}
    for operation in program.operations:
        for atom in operation.arguments:
            if isinstance(atom, Symbol):
                users.setdefault(atom, []).append(operation)
    return users
