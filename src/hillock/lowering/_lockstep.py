"""Kernels in lockstep: the loop that lets several kernels make their steps and carries what fires in one to where it arrives.

Time goes in windows, so short that nothing that fires within one arrives in it. In each window every thread, for lanes of its own alone,

1. adds up what arrives in each step: for every link and every delay, the rows of those that fired so long ago; and what lanes feel of others by
   their bonds;
2. lets each kernel make the steps of the window, which read what arrived;
3. lists which lanes fired in each step, with the factors of those spikes that have any, and shows what others will look at;
4. waits for the others.

Threads may be of several processes, which run the same loop. What lanes of another process fired and show is then brought before it is listed;
listing, and the factors, every process does for all.

There is one barrier per window, three where there are other processes, and no lock. A sum is made in the order step, link, delay, lane whatever
the number of threads, so a result does not depend on it.

What the loop works on is a tree of arrays of 64-bit words, numbers and addresses, whose entries ``_words`` names.
"""

import ctypes
from functools import cache

from hillock.lowering._adders import QUEUE, write_adders, write_bonds
from hillock.lowering._cache import object_code
from hillock.lowering._lanes import load, store
from hillock.lowering._machine import Linked, Machine, host
from hillock.lowering._routine import Routine
from hillock.lowering._value import Value, where
from hillock.lowering._words import Bond, BondPart, Gain, Group, Link, Part, Run


def source(machine: Machine) -> str:
    """Return the LLVM text of the loop and of the functions that add up rows."""
    code = Routine()
    write_adders(code, scaled=False)
    _loop(code, machine)
    return code.module(code.lines)


def more_source() -> str:
    """Return the LLVM text of the functions that only some networks need: those for rows that are scaled, and for bonds."""
    code = Routine()
    write_adders(code, scaled=True)
    write_bonds(code)
    return code.module(code.lines)


def _loop(code: Routine, machine: Machine) -> None:
    """Write the function ``advance``: one thread's part of some steps."""
    with code.function("advance", run="ptr", me="i64", begin="i64", end="i64") as (run, me, begin, end):
        threads, groups, window, kept, first = (code.word(run, k) for k in (Run.THREADS, Run.GROUPS, Run.WINDOW, Run.KEPT, Run.FIRST))
        here = code.word(run, Run.HERE)
        group_table = code.pointer(run, Run.GROUP)

        def group(k: Value, thread: Value) -> Value:
            return code.at(group_table, "i64", (k * threads + thread) * len(Group))

        now = code.variable(begin)
        with code.as_long_as(lambda: (now.get() < end) & code.word(run, Run.STOPPED).eq(0)):
            k = now.get()
            left = end - k
            steps = _smaller(left, window - k.remainder(window))
            with code.loop(k, k + steps) as step:
                sums = _deliver(code, run, me, step, group)
                _bind(code, run, me, step, group, sums)
            with code.loop(0, groups) as g:
                _run_kernel(code, group(g, me), k, steps, first)
            with code.loop(0, groups) as g:
                _show(code, group(g, me), k + steps - 1)
            _exchange(code, run, me, k, steps, machine)
            with code.loop(0, threads.divide(here)) as process:
                of = process * here + me.remainder(here)
                with code.loop(k, k + steps) as step, code.loop(0, groups) as g:
                    _list(code, group(g, of), step, first, kept)
                with code.loop(0, code.word(run, Run.GAINS)) as number, code.loop(k, k + steps) as step:
                    _scale(code, code.at(code.pointer(run, Run.GAIN), "i64", number * len(Gain)), of, step, kept, group)
            _wait(code, run, here, machine)
            now.set(k + steps)


def _smaller(a: Value, b: Value) -> Value:
    return where(a < b, a, b)


def _deliver(code: Routine, run: Value, me: Value, step: Value, group) -> Value:
    """Add up what arrives in a step, and return where."""
    threads, window, kept = (code.word(run, k) for k in (Run.THREADS, Run.WINDOW, Run.KEPT))
    size = code.word(code.pointer(run, Run.SUM_BYTES), me)
    sums = code.at(code.pointer(code.pointer(run, Run.SUMS), me), "i8", step.remainder(window) * size)
    links, queue, factors = code.pointer(run, Run.LINK), *(code.pointer(code.pointer(run, word), me) for word in (Run.QUEUES, Run.FACTORS))
    slot_now = step.remainder(kept)
    with code.loop(0, code.word(run, Run.LINKS)) as number:
        link = code.at(links, "i64", number * len(Link))
        delays, source, add, weight, gains = (code.word(link, k) for k in (Link.DELAYS, Link.SOURCE, Link.ADD, Link.WEIGHT, Link.GAINS))
        function = _pointer(code, add)
        part = code.at(code.pointer(link, Link.PARTS), "i64", me * len(Part))
        waiting = code.variable(0)
        with code.loop(0, delays) as q:
            delay = code.word(code.pointer(link, Link.DELAY), q)
            ago = slot_now - delay  # before the first step too, whose slots are empty or hold what is in flight
            slot = where(ago < 0, ago + kept, ago)
            with code.loop(0, threads) as thread:
                from_ = group(source, thread)
                n = code.word(code.pointer(from_, Group.COUNTS), slot)
                row = slot * code.word(from_, Group.ROOM)
                fired = code.at(code.pointer(from_, Group.LISTS), "i32", row)
                with code.loop(0, n) as k:
                    place = load(code, fired, "i32", k) * delays.to("i32") + q.to("i32")
                    store(code, place, queue, waiting.get())
                    with code.when(gains.ne(0)):
                        store(code, load(code, code.pointer(_pointer(code, gains), thread), "double", row + k), factors, waiting.get())
                    waiting.set(waiting.get() + 1)
                    with code.when(waiting.get().eq(QUEUE)):
                        code.call_pointer(function, sums, queue, waiting.get(), part, weight, factors)
                        waiting.set(code.number(0))
        with code.when(waiting.get() > 0):
            code.call_pointer(function, sums, queue, waiting.get(), part, weight, factors)

    return sums


def _pointer(code: Routine, word: Value) -> Value:
    return code.emit(f"inttoptr i64 {word.name} to ptr", "ptr", 0)


def _bind(code: Routine, run: Value, me: Value, step: Value, group, sums: Value) -> None:
    """Add up what the lanes of a thread feel by their bonds; what they look at is as the step before left it."""
    bonds = code.pointer(run, Run.BOND)
    with code.loop(0, code.word(run, Run.BONDS)) as number:
        one = code.at(bonds, "i64", number * len(Bond))
        views = []
        for end in (Bond.SOURCE, Bond.TARGET):
            of = group(code.word(one, end), me)
            views.append(code.at(code.pointer(of, Group.VIEWS), "i32", (step + 1).remainder(2) * code.word(of, Group.VIEW_WORDS)))
        part = code.at(code.pointer(one, Bond.PARTS), "i64", me * len(BondPart))
        code.call_pointer(code.pointer(one, Bond.FUNCTION), sums, part, *views)


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
        code.call_pointer(_pointer(code, kernel), slots, begin, end, step.to("i32"), steps)


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


def _scale(code: Routine, gain: Value, me: Value, step: Value, kept: Value, group) -> None:
    """Compute the factors of the spikes that a thread has listed in a step."""
    slot, of = step.remainder(kept), group(code.word(gain, Gain.SOURCE), me)
    row = slot * code.word(of, Group.ROOM)
    fired, factors = code.at(code.pointer(of, Group.LISTS), "i32", row), code.at(code.pointer(code.pointer(gain, Gain.LISTS), me), "double", row)
    n = code.word(code.pointer(of, Group.COUNTS), slot)
    code.call_pointer(code.pointer(gain, Gain.FUNCTION), code.pointer(gain, Gain.SLOTS), fired, n, step, factors)


def _show(code: Routine, group: Value, step: Value) -> None:
    """Copy the numbers of a thread's lanes that others look at in the next step, while those of the last step are still looked at."""
    seen = code.word(group, Group.SEEN)
    with code.when(seen.ne(0)):
        to = code.at(code.pointer(group, Group.VIEWS), "i32", step.remainder(2) * code.word(group, Group.VIEW_WORDS))
        with code.loop(code.word(group, Group.FIRST_SEEN), code.word(group, Group.LAST_SEEN)) as k:
            store(code, load(code, _pointer(code, seen), "i32", k), to, k)


def _exchange(code: Routine, run: Value, me: Value, step: Value, steps: Value, machine: Machine) -> None:
    """Let one thread bring what those of other processes did in some steps, when all of this process have done them."""
    exchange, here = code.word(run, Run.EXCHANGE), code.word(run, Run.HERE)
    with code.when(exchange.ne(0)):
        _wait(code, run, here, machine)
        with code.when(me.remainder(here).eq(0)):
            code.call_pointer(_pointer(code, exchange), step, steps)
        _wait(code, run, here, machine)


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
                code.call_pointer(_pointer(code, rest))


@cache
def linked(more: bool = False) -> Linked:
    """Return the machine code of ``source`` or of ``more_source``."""
    machine = host()
    return Linked(object_code("lockstep, more", machine, more_source) if more else object_code("lockstep", machine, lambda: source(machine)))


@cache
def entry():
    """Return the function ``advance``: (run, thread, first step, last step + 1)."""
    whole = ctypes.c_int64
    return linked().function("advance", ctypes.c_void_p, whole, whole, whole)


@cache
def yield_address() -> int:
    """Return the address of the system's ``sched_yield``, or 0 where there is none."""
    try:
        return ctypes.cast(ctypes.CDLL(None).sched_yield, ctypes.c_void_p).value or 0
    except (AttributeError, OSError, TypeError):
        return 0
