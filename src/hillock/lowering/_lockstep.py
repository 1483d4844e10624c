"""Kernels in lockstep: the loop that lets several kernels make their steps and carries what fires in one to where it arrives.

Time goes in windows, so short that nothing that fires within one arrives in it. In each window every thread, for lanes of its own alone,

1. adds up what arrives in each step: for every link and every delay, the rows of those that fired so long ago;
2. lets each kernel make the steps of the window, which read what arrived;
3. lists which lanes fired in each step;
4. waits for the others.

There is one barrier per window and no lock. A sum is made in the order step, link, delay, lane whatever the number of threads, so a result does not
depend on it.

What the loop works on is a tree of arrays of 64-bit words, whose entries the classes below name: numbers, and addresses of other arrays.
"""

from enum import IntEnum, auto

from hillock.lowering._lanes import load, store
from hillock.lowering._machine import Machine
from hillock.lowering._routine import Routine
from hillock.lowering._text import KINDS, Value


class _Word(IntEnum):
    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[int]) -> int:
        return count


class Run(_Word):
    """What all threads share."""

    THREADS = auto()
    GROUPS = auto()
    LINKS = auto()
    WINDOW = auto()  # steps
    KEPT = auto()  # steps for which lists of what fired are kept
    FIRST = auto()  # step to which the first row of masks belongs
    GROUP = auto()  # address: for each group, for each thread, a Group
    LINK = auto()  # address: for each link a Link
    SUMS = auto()  # address: for each thread, where its sums are
    SUM_BYTES = auto()  # address: for each thread, bytes of sums per step
    BARRIER = auto()  # address: how many have come; eight words on, how often all have
    YIELD = auto()  # address of a function that lets other programs run, or 0
    QUEUES = auto()  # address: for each thread, where it lists segments


class Group(_Word):
    """The lanes of one kernel that one thread works on."""

    KERNEL = auto()  # address; 0 if the lanes fire at given times
    SLOTS = auto()  # address of its arguments
    FIRST_BLOCK = auto()
    LAST_BLOCK = auto()
    MASKS = auto()  # address
    MASK_WORDS = auto()  # from one step's masks to the next
    FIRST_WORD = auto()
    LAST_WORD = auto()
    LAST_MASK = auto()  # which bits of the last word are lanes
    LISTS = auto()  # address: lanes that fired, (kept, room) numbers of 32 bits
    ROOM = auto()
    COUNTS = auto()  # address: how many, for each step kept
    AT_MASKS = auto()  # number of the slot
    AT_DUE = auto()
    AT_SHOWN = auto()
    SHOWN = auto()  # how many
    SHOWN_BASES = auto()  # address: where the rows of each begin
    ROW_BYTES = auto()
    EVERY = auto()
    GIVEN_STARTS = auto()  # address: lanes that fire at given times, where those of each step begin
    GIVEN = auto()  # address: and which they are


class Link(_Word):
    """Connections from the lanes of one group."""

    SOURCE = auto()
    ADD = auto()  # address of one of the functions ``add...``
    DELAYS = auto()
    DELAY = auto()  # address
    WEIGHT = auto()  # the bits of the one weight of all
    PARTS = auto()  # address: for each thread a Part


class Part(_Word):
    """Rows of connections to the lanes of one thread: a segment for each source and delay, one after the other."""

    ENDS = auto()  # address: number of the first connection of each segment, and of all, 32 bits
    TARGETS = auto()  # address
    WEIGHTS = auto()  # address


INDICES = ("uint16", "uint32")
"""How the targets of connections may be stored."""


def adder(index: str, dtype: str, weighted: bool) -> str:
    """Return the name of the function that adds up rows of one kind."""
    return f"add_{index}_{dtype}_{'each' if weighted else 'one'}"


def source(machine: Machine) -> str:
    """Return the LLVM text of the loop and of the functions that add up rows."""
    code = Routine()
    for index in INDICES:
        for dtype in ("float32", "float64"):
            for weighted in (False, True):
                _adder(code, index, dtype, weighted)
    _loop(code, machine)
    return code.module(code.lines)


QUEUE = 1024
"""Segments that are listed before they are added."""

_UNROLLED = 4
_LINES = 2  # of 64 bytes that are fetched ahead of a segment; what comes after them the processor foresees
_NEAR, _FAR = 6, 12  # so many segments ahead, a segment itself is fetched, and where it is


def _adder(code: Routine, index: str, dtype: str, weighted: bool) -> None:
    """Write a function that adds the weights of some segments to the sums of their targets.

    Segments lie all over the memory. What it takes to get them is done ahead: while one is added, the next are on their way.
    """
    i, f = KINDS[index], KINDS[dtype]
    with code.function(adder(index, dtype, weighted), sums="target", queue="ptr", n="i64", part="ptr", weight="i64") as (sums, queue, n, part, bits):
        ends, targets, weights = (code.pointer(part, k) for k in (Part.ENDS, Part.TARGETS, Part.WEIGHTS))
        one = (bits.to("i32") if dtype == "float32" else bits).as_float()

        def segment(k: Value) -> Value:
            return load(code, queue, "i32", k).to("i64", signed=False)

        def begin_of(place: Value) -> Value:
            return load(code, ends, "i32", place).to("i64", signed=False)

        def add(k: Value) -> None:
            target = load(code, targets, i, k).to("i64", signed=False)
            code.add(sums, f, target, load(code, weights, f, k) if weighted else one)

        with code.loop(0, n) as k:
            with code.when(k + _FAR < n):
                code.prefetch(code.at(ends, "i32", segment(k + _FAR)))
            with code.when(k + _NEAR < n):
                ahead = begin_of(segment(k + _NEAR))
                for line in range(_LINES):
                    code.prefetch(code.at(code.at(targets, i, ahead), "i8", 64 * line))
                    if weighted:
                        code.prefetch(code.at(code.at(weights, f, ahead), "i8", 64 * line))
            begin, end = begin_of(segment(k)), begin_of(segment(k) + 1)
            whole = begin + (end - begin).divide(_UNROLLED) * _UNROLLED
            at = code.variable(begin)
            with code.as_long_as(lambda: at.get() < whole):
                for j in range(_UNROLLED):
                    add(at.get() + j)
                at.set(at.get() + _UNROLLED)
            with code.loop(whole, end) as rest:
                add(rest)


def _loop(code: Routine, machine: Machine) -> None:
    """Write the function ``advance``: one thread's part of some steps."""
    with code.function("advance", run="ptr", me="i64", begin="i64", end="i64") as (run, me, begin, end):
        threads, groups, window, kept, first = (code.word(run, k) for k in (Run.THREADS, Run.GROUPS, Run.WINDOW, Run.KEPT, Run.FIRST))
        group_table = code.pointer(run, Run.GROUP)

        def group(k: Value, thread: Value) -> Value:
            return code.at(group_table, "i64", (k * threads + thread) * len(Group))

        now = code.variable(begin)
        with code.as_long_as(lambda: now.get() < end):
            k = now.get()
            left = end - k
            steps = _smaller(code, left, window - k.remainder(window))
            with code.loop(k, k + steps) as step:
                _deliver(code, run, me, step, group)
            with code.loop(0, groups) as g:
                _run_kernel(code, group(g, me), k, steps, first)
            with code.loop(k, k + steps) as step, code.loop(0, groups) as g:
                _list(code, group(g, me), step, first, kept)
            _wait(code, run, threads, machine)
            now.set(k + steps)


def _smaller(code: Routine, a: Value, b: Value) -> Value:
    return code.emit(f"select i1 {(a < b).name}, i64 {a.name}, i64 {b.name}", "i64", 0)


def _deliver(code: Routine, run: Value, me: Value, step: Value, group) -> None:  # noqa: ANN001
    """Add up what arrives in a step."""
    threads, window, kept = (code.word(run, k) for k in (Run.THREADS, Run.WINDOW, Run.KEPT))
    size = code.word(code.pointer(run, Run.SUM_BYTES), me)
    sums = code.at(code.pointer(code.pointer(run, Run.SUMS), me), "i8", step.remainder(window) * size)
    code.fill(sums, size)
    links, queue = code.pointer(run, Run.LINK), code.pointer(code.pointer(run, Run.QUEUES), me)
    slot_now = step.remainder(kept)
    with code.loop(0, code.word(run, Run.LINKS)) as number:
        link = code.at(links, "i64", number * len(Link))
        delays, source, add, weight = (code.word(link, k) for k in (Link.DELAYS, Link.SOURCE, Link.ADD, Link.WEIGHT))
        function = code.emit(f"inttoptr i64 {add.name} to ptr", "ptr", 0)
        part = code.at(code.pointer(link, Link.PARTS), "i64", me * len(Part))
        waiting = code.variable(0)
        with code.loop(0, delays) as q:
            delay = code.word(code.pointer(link, Link.DELAY), q)
            with code.when(delay <= step):
                ago = slot_now - delay
                slot = code.emit(f"select i1 {(ago < 0).name}, i64 {(ago + kept).name}, i64 {ago.name}", "i64", 0)
                with code.loop(0, threads) as thread:
                    from_ = group(source, thread)
                    n = code.word(code.pointer(from_, Group.COUNTS), slot)
                    fired = code.at(code.pointer(from_, Group.LISTS), "i32", slot * code.word(from_, Group.ROOM))
                    with code.loop(0, n) as k:
                        place = load(code, fired, "i32", k) * delays.to("i32") + q.to("i32")
                        store(code, place, queue, waiting.get())
                        waiting.set(waiting.get() + 1)
                        with code.when(waiting.get().eq(QUEUE)):
                            code.call_pointer(function, sums, queue, waiting.get(), part, weight)
                            waiting.set(code.number(0))
        with code.when(waiting.get() > 0):
            code.call_pointer(function, sums, queue, waiting.get(), part, weight)


def _run_kernel(code: Routine, group: Value, step: Value, steps: Value, first: Value) -> None:
    """Let a kernel make some steps."""
    begin, end, kernel = (code.word(group, k) for k in (Group.FIRST_BLOCK, Group.LAST_BLOCK, Group.KERNEL))
    with code.when((kernel.ne(0)) & (begin < end)):
        slots, done = code.pointer(group, Group.SLOTS), step - first
        masks = code.word(group, Group.MASKS) + done * code.word(group, Group.MASK_WORDS) * 8
        store(code, masks, slots, code.word(group, Group.AT_MASKS))
        every = code.word(group, Group.EVERY)
        store(code, every - done.remainder(every), slots, code.word(group, Group.AT_DUE))
        rows = done.divide(every) * code.word(group, Group.ROW_BYTES)
        with code.loop(0, code.word(group, Group.SHOWN)) as k:
            store(code, code.word(code.pointer(group, Group.SHOWN_BASES), k) + rows, slots, code.word(group, Group.AT_SHOWN) + k)
        function = code.emit(f"inttoptr i64 {kernel.name} to ptr", "ptr", 0)
        code.call_pointer(function, slots, begin, end, step.to("i32"), steps)


def _list(code: Routine, group: Value, step: Value, first: Value, kept: Value) -> None:
    """List the lanes of a thread that fired in a step."""
    slot = step.remainder(kept)
    out = code.at(code.pointer(group, Group.LISTS), "i32", slot * code.word(group, Group.ROOM))
    n = code.variable(0)
    with code.when(code.word(group, Group.KERNEL).ne(0)):
        row = code.at(code.pointer(group, Group.MASKS), "i64", (step - first) * code.word(group, Group.MASK_WORDS))
        last = code.word(group, Group.LAST_WORD)
        code.declarations["cttz"] = "declare i64 @llvm.cttz.i64(i64, i1 immarg)"
        with code.loop(code.word(group, Group.FIRST_WORD), last) as w:
            valid = code.emit(f"select i1 {(w + 1).eq(last).name}, i64 {code.word(group, Group.LAST_MASK).name}, i64 -1", "i64", 0)
            bits = code.variable(code.word(row, w) & valid)
            with code.as_long_as(lambda: bits.get().ne(0)):
                now = bits.get()
                lane = w * 64 + code.emit(f"call i64 @llvm.cttz.i64(i64 {now.name}, i1 true)", "i64", 0)
                store(code, lane.to("i32"), out, n.get())
                n.set(n.get() + 1)
                bits.set(now & (now - 1))
    with code.when(code.word(group, Group.GIVEN).ne(0)):
        starts = code.pointer(group, Group.GIVEN_STARTS)
        with code.loop(code.word(starts, step - first), code.word(starts, step - first + 1)) as k:
            store(code, load(code, code.pointer(group, Group.GIVEN), "i32", k), out, n.get())
            n.set(n.get() + 1)
    store(code, n.get(), code.pointer(group, Group.COUNTS), slot)


_SPINS = 2000  # how often a thread looks whether the others have come before it lets other programs run


def _wait(code: Routine, run: Value, threads: Value, machine: Machine) -> None:
    """Wait until every thread has come here."""
    with code.when(threads > 1):
        barrier = code.pointer(run, Run.BARRIER)
        times = code.at(barrier, "i64", 8)
        before = code.emit(f"load atomic i64, ptr {times.name} acquire, align 8", "i64", 0)
        come = code.emit(f"atomicrmw add ptr {barrier.name}, i64 1 acq_rel", "i64", 0)
        is_last = (come + 1).eq(threads)
        with code.when(is_last):
            store(code, code.number(0), barrier)
            code.write(f"store atomic i64 {(before + 1).name}, ptr {times.name} release, align 8")
        spins = code.variable(0)
        rest = code.word(run, Run.YIELD)
        with code.as_long_as(lambda: code.emit(f"load atomic i64, ptr {times.name} acquire, align 8", "i64", 0).eq(before)):
            if machine.triple.startswith("x86_64"):
                code.declarations["pause"] = "declare void @llvm.x86.sse2.pause()"
                code.write("call void @llvm.x86.sse2.pause()")
            spins.set(spins.get() + 1)
            with code.when((spins.get() > _SPINS) & rest.ne(0)):
                code.call_pointer(code.emit(f"inttoptr i64 {rest.name} to ptr", "ptr", 0))
