"""The loops of a kernel: for blocks of lanes, for steps, the operations of a program; the state stays in registers."""

from hillock.lowering._kinds import KINDS
from hillock.lowering._lanes import Writer, in_turns, lane_numbers, load, store, store_some
from hillock.lowering._layout import ARGUMENTS, Shape, layout
from hillock.lowering._placement import Region, Roles, placed, variation
from hillock.lowering._program import Program
from hillock.lowering._text import Code
from hillock.lowering._value import Value, where


def kernel(code: Code, program: Program, roles: Roles, shape: Shape) -> str:
    """Return the function ``kernel`` that runs a program.

    A block is some vectors of some lanes, all of which make a step before any makes the next: while one waits for a result, the processor
    works on another. Arrays of one number per lane are as long as whole blocks.
    """
    written = _Kernel(code, program, roles, shape)
    written.entry()
    written.block()
    written.step()
    written.done()
    text = "\n".join([f"define internal void @kernel({ARGUMENTS}) noinline alignstack(64) {{", *code.lines, "}"])
    code.lines = []
    return text


Memory = tuple[Value, Value, str]
"""A number that one step leaves to the next: its old value, its new one, and the first."""


class _Kernel:
    """The text of a kernel, one part after the other."""

    def __init__(self, code: Code, program: Program, roles: Roles, shape: Shape):
        self.code, self.program, self.roles = code, program, roles
        self.lanes, self.parts, self.single = shape.lanes, shape.parts, shape.single
        self.at = layout(roles, len(program.outputs) - len(roles.carried) - 1)
        self.placed = placed(program, roles, variation(program, roles))
        self.carried = [roles.carried[k] for k in roles.moving]

    def entry(self) -> None:
        """Write what is done once."""
        code, at, roles = self.code, self.at, self.roles
        code.label("entry")
        slots = Value(code, "%slots", "ptr")
        self.pointers = {k: load(code, slots, "ptr", k) for group in at[1:8] for k in group}
        self.masks, self.columns = (load(code, slots, "ptr", k) for k in (at.masks, at.columns))
        self.mask_stride, self.row, self.width = (load(code, slots, "i64", k) for k in (at.mask_stride, at.row, at.width))
        self.every, self.due = (load(code, slots, "i64", k) for k in (at.every, at.due))
        places = zip((*roles.tables, *roles.by_lane), (*at.tables, *at.lane_tables, *at.inflow), strict=True)
        strides = dict.fromkeys(roles.lane_tables, load(code, slots, "i64", at.stride)) | dict.fromkeys(
            roles.inflow, load(code, slots, "i64", at.inflow_stride)
        )
        self.scalars = Writer(code, 0, {table: self.pointers[k] for table, k in places}, strides, Value(code, "0", "i64"))
        for symbol, k in zip(roles.uniform, at.uniform, strict=True):
            self.scalars.values[symbol] = load(code, slots, KINDS[str(symbol.dtype)], 8 * k // symbol.dtype.itemsize)
        self.scalars.write(self.placed.once)
        code.jump("each_block")

    def block(self) -> None:
        """Write what is done once for each block."""
        code, lanes = self.code, self.lanes
        code.label("each_block")
        code.write("%block = phi i64 [ %first_block, %entry ], [ %next_block, %done ]")
        code.write(f"%lane = mul i64 %block, {lanes * self.parts}")
        base, scalars = Value(code, "%lane", "i64"), self.scalars
        offsets = [base + lanes * part for part in range(self.parts)]
        self.writers = [Writer(code, lanes, scalars.tables, scalars.strides, offset, self.roles.inflow) for offset in offsets]
        self.firsts = [self._read(writer) for writer in self.writers]
        self.column = load(code, self.columns, "i32", Value(code, "%block", "i64")).to("i64")
        self.before = code.block
        code.jump("each_step")

    def _read(self, writer: Writer) -> list[Value]:
        """Read the numbers of some lanes and return the carried ones."""
        code, lanes, roles, here = self.code, self.lanes, self.roles, writer.offset
        writer.values |= self.scalars.values
        for symbol, k in zip(roles.lanes, self.at.lanes, strict=True):
            writer.values[symbol] = load(code, self.pointers[k], KINDS[str(symbol.dtype)], here, lanes)
        writer.values[roles.lane] = here.to("i32").splat(lanes) + lane_numbers(code, lanes, "i32")
        writer.write(self.placed.per_block)
        carried = zip(self.carried, [self.at.carried_in[k] for k in roles.moving], strict=True)
        return [load(code, self.pointers[k], KINDS[str(symbol.dtype)], here, lanes) for symbol, k in carried]

    def step(self) -> None:
        """Write what is done at each step."""
        code, program, n = self.code, self.program, len(self.roles.carried)
        code.label("each_step")
        hole = len(code.lines)  # where the phis go, once the names of the next values are known
        self.scalars.values[self.roles.step] = Value(code, "%number", "i32")
        if self.roles.elapsed:
            self.scalars.values[self.roles.elapsed] = Value(code, "%elapsed", "i32", self.lanes)  # a vector, so that none has to be made of it
        self.scalars.write(self.placed.by_step)
        olds = [[Value(code, code.fresh("old"), x.kind, self.lanes) for x in first] for first in self.firsts]
        for writer, old in zip(self.writers, olds, strict=True):
            writer.values |= self.scalars.values | dict(zip(self.carried, old, strict=True))
        memories = [_counting(code, self.lanes)] if self.roles.elapsed else []
        memories += [memory for k, region in enumerate(self.placed.regions) for memory in _region(self.writers, region, k)]
        in_turns(self.writers, self.placed.always)
        self.news = [[writer.vector(program.outputs[k]) for k in self.roles.moving] for writer in self.writers]
        self._fire([writer.vector(program.outputs[n]) for writer in self.writers])
        if self.at.shown:
            self._show([[writer.vector(atom) for atom in program.outputs[n + 1 :]] for writer in self.writers])
        self._count()
        last = code.block
        if self.single:
            code.jump("done")
        else:
            code.write("br i1 %more, label %each_step, label %done")
        for group in zip(olds, self.news, self.firsts, strict=True):
            memories += [(old, new, first.name) for old, new, first in zip(*group, strict=True)]
        phis = [
            ("%step", "i64", "0", "%next_step"),
            ("%number", "i32", "%first_step", "%next_number"),
            ("%until", "i64", self.due.name, "%next_until"),
            ("%rows", "i64", "0", "%next_rows"),
            *((old.name, old.type, first, new.name) for old, new, first in memories),
        ]
        again = "" if self.single else ", [ {}, %{} ]"
        code.lines[hole:hole] = [f"  {old} = phi {kind} [ {first}, %{self.before} ]{again.format(new, last)}" for old, kind, first, new in phis]

    def _fire(self, fired: list[Value]) -> None:
        """Write down which lanes fire, one bit each."""
        code, lanes = self.code, self.lanes
        row = Value(code, "%step", "i64") * self.mask_stride
        for part, each in enumerate(fired):
            bits = code.emit(f"bitcast {each.type} {each.name} to i{lanes}", f"i{lanes}", 0)
            place = row + (Value(code, "%block", "i64") * (lanes * self.parts // 8) + lanes * part // 8)
            address = code.emit(f"getelementptr i8, ptr {self.masks.name}, i64 {place.name}", "ptr", 0)
            code.write(f"store i{lanes} {bits.name}, ptr {address.name}, align 1")

    def _show(self, shown: list[list[Value]]) -> None:
        """Write what is shown into its row, at the steps that have one and for the blocks that have a place in it."""
        code, lanes = self.code, self.lanes
        due = Value(code, "%until", "i64").eq(1) & self.column.compare("ge", 0)
        code.branch(due, "show", "shown")
        code.label("show")
        first = self.column * (lanes * self.parts)
        target = Value(code, "%rows", "i64") * self.row + first
        places = [(lanes * part, value, k) for part, values in enumerate(shown) for value, k in zip(values, self.at.shown, strict=True)]
        code.branch(first + lanes * self.parts <= self.width, "show_all", "show_some")
        code.label("show_all")
        for at, value, k in places:
            store(code, value, self.pointers[k], target + at)
        code.jump("shown")
        code.label("show_some")
        for at, value, k in places:
            inside = lane_numbers(code, lanes, "i32") < (self.width - first - at).to("i32")
            store_some(code, value, self.pointers[k], target + at, inside)
        code.jump("shown")
        code.label("shown")

    def _count(self) -> None:
        """Count steps, and the steps until the next row of what is shown."""
        for line in (
            "%next_step = add i64 %step, 1",
            "%next_number = add i32 %number, 1",
            "%is_row = icmp eq i64 %until, 1",
            "%less = sub i64 %until, 1",
            f"%next_until = select i1 %is_row, i64 {self.every.name}, i64 %less",
            "%one_more = add i64 %rows, 1",
            "%next_rows = select i1 %is_row, i64 %one_more, i64 %rows",
            "%more = icmp slt i64 %next_step, %steps",
        ):
            self.code.write(line)

    def done(self) -> None:
        """Write what is done when a block has made all its steps."""
        code = self.code
        code.label("done")
        for writer, new in zip(self.writers, self.news, strict=True):
            for value, k in zip(new, self.roles.moving, strict=True):
                kept = _left(value) if k in self.roles.counting else value
                store(code, kept, self.pointers[self.at.carried_out[k]], writer.offset)
        code.write("%next_block = add i64 %block, 1")
        code.write("%another = icmp slt i64 %next_block, %last_block")
        code.write("br i1 %another, label %each_block, label %end")
        code.label("end")
        code.write("ret void")


def _counting(code: Code, lanes: int) -> Memory:
    """Write the counting of the steps of a call, in every lane."""
    elapsed = Value(code, "%elapsed", "i32", lanes)
    return elapsed, elapsed + 1, "zeroinitializer"


def _left(until: Value) -> Value:
    """Return what is left, after all steps, of a count that reaches 0 at a step."""
    left = until - Value(until.code, "%steps", "i64").to("i32")
    return where(left > 0, left, 0)


def _region(writers: list[Writer], region: Region, k: int) -> list[Memory]:
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
    in_turns(writers, region.operations)
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
