"""Several kernels and the connections between their lanes, laid out for the loop of ``_lockstep`` and run by several threads."""

import ctypes
import threading
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from hillock.lowering import _lockstep
from hillock.lowering._cache import object_code
from hillock.lowering._kernel import Bound
from hillock.lowering._lockstep import QUEUE, Group, Link, Part, Run, adder
from hillock.lowering._machine import Linked, host
from hillock.lowering._masks import Events

_WORD = 64  # lanes of a word of masks


class Share(NamedTuple):
    """The lanes of one group that one thread works on."""

    first: int
    last: int


class Places:
    """Which thread works on which lanes, and where the sums of what arrives at them are.

    Attributes:
        shares: for each group, for each thread.
        offsets: where the sums of a share's first port begin; those of the others follow, as many numbers each as the share has lanes.
        widths: for each thread, the numbers that it has for each step.

    """

    def __init__(self, groups: Sequence[tuple[int, int, int]], threads: int):
        """Divide groups of (lanes, lanes that must not be divided, ports) among threads."""
        self.shares = [_divided(lanes, unit, threads) for lanes, unit, _ in groups]
        self.offsets: list[list[int]] = []
        ends = [0] * threads
        for (_, _, ports), shares in zip(groups, self.shares, strict=True):
            self.offsets.append(list(ends))
            ends = [end + ports * (share.last - share.first) for end, share in zip(ends, shares, strict=True)]
        self.widths = [-(-end // 16) * 16 for end in ends]

    def first_sum(self, group: int, port: int, thread: int) -> int:
        """Return where the sum of a port would be for lane 0."""
        share = self.shares[group][thread]
        return self.offsets[group][thread] + port * (share.last - share.first) - share.first

    @property
    def index(self) -> str:
        """The dtype in which targets are stored."""
        return "uint16" if max(self.widths) <= 2**16 else "uint32"


def _divided(lanes: int, unit: int, threads: int) -> list[Share]:
    units = -(-lanes // unit)
    cuts = [min(lanes, units * k // threads * unit) for k in range(threads + 1)]
    return [Share(a, b) for a, b in zip(cuts, [*cuts[1:-1], lanes], strict=False)]


class Rows(NamedTuple):
    """Connections from one group, as each thread has them.

    Attributes:
        source: the group.
        delays: steps from a spike to its arrival, ascending.
        weight: of all connections, where none has its own.
        parts: for each thread, where each segment (source lane, delay) ends in the following two, the sum to which each connection adds,
            and its weight.

    """

    source: int
    delays: Int[np.ndarray, " delays"]
    weight: float | None
    parts: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray | None]]


class Given(NamedTuple):
    """Lanes that fire at given times: so many; for each spike its step, ascending, and lane."""

    n: int
    steps: Int[np.ndarray, " spikes"]
    lanes: Int[np.ndarray, " spikes"]


class Crew:
    """Kernels that work in lockstep."""

    def __init__(self, members: Sequence[Bound | Given], places: Places, rows: Sequence[Rows], window: int, dtype: str):
        self.members, self.places, self.window, self.dtype = members, places, window, np.dtype(dtype)
        self.threads = len(places.widths)
        self.reach = max((int(link.delays[-1]) for link in rows if len(link.delays)), default=0)
        self.kept = self.reach + window
        self.rows = rows
        self.sums = [np.zeros((window, width), dtype) for width in places.widths]
        self.state = [[np.empty(m.padded, s.dtype) for s in m.kernel.roles.carried] if isinstance(m, Bound) else [] for m in members]
        self.lists = [[np.empty((self.kept, share.last - share.first), np.uint32) for share in shares] for shares in places.shares]
        self.counts = np.zeros((len(members), self.threads, self.kept), np.int64)
        self.barrier = np.zeros(16, np.int64)
        self.queues = np.zeros((self.threads, QUEUE), np.uint32)
        self.groups = np.zeros((len(members), self.threads, len(Group)), np.int64)
        self.run = np.zeros(len(Run), np.int64)
        self.slots = [[self._slots(g, t) for t in range(self.threads)] for g in range(len(members))]
        self._lay_groups()
        self._lay_links()
        self._lay_run()

    def _slots(self, g: int, t: int) -> np.ndarray:
        """Return the arguments of a kernel for one thread."""
        member = self.members[g]
        if not isinstance(member, Bound):
            return np.zeros(1, np.int64)
        slots, at, share = member.slots.copy(), member.at, self.places.shares[g][t]
        for where in (at.carried_in, at.carried_out):
            slots[where.start : where.stop] = [array.ctypes.data for array in self.state[g]]
        here = self.sums[t].ctypes.data
        for port, k in enumerate(at.inflow):
            slots[k] = here + self.places.first_sum(g, port, t) * self.dtype.itemsize
        assert share.last >= share.first
        slots[at.inflow_stride] = self.places.widths[t]
        return slots

    def _lay_groups(self) -> None:
        self.shown = []
        for g, member in enumerate(self.members):
            bases = np.array([x.ctypes.data for x in member.shown] if isinstance(member, Bound) else [], np.int64)
            self.shown.append(bases)
            for t, share in enumerate(self.places.shares[g]):
                row, lists = self.groups[g, t], self.lists[g][t]
                row[[Group.LISTS, Group.ROOM, Group.COUNTS]] = lists.ctypes.data, lists.shape[1], self.counts[g, t].ctypes.data
                if isinstance(member, Bound):
                    self._lay_bound(row, member, share, self.slots[g][t], bases)

    def _lay_bound(self, row: np.ndarray, member: Bound, share: Share, slots: np.ndarray, bases: np.ndarray) -> None:
        at, block = member.at, member.kernel.shape.block
        last_mask = 2 ** ((member.n - 1) % _WORD + 1) - 1 if share.last >= member.n else 2**64 - 1
        words = -(-min(share.last, member.n) // _WORD)
        given = {
            Group.KERNEL: member.kernel.address,
            Group.SLOTS: slots.ctypes.data,
            Group.FIRST_BLOCK: share.first // block,
            Group.LAST_BLOCK: share.last // block,
            Group.MASKS: member.masks.ctypes.data,
            Group.MASK_WORDS: member.masks.shape[1],
            Group.FIRST_WORD: share.first // _WORD,
            Group.LAST_WORD: words if share.last > share.first else share.first // _WORD,
            Group.LAST_MASK: last_mask - 2**64 if last_mask >> 63 else last_mask,
            Group.AT_MASKS: at.masks,
            Group.AT_DUE: at.due,
            Group.AT_SHOWN: at.shown.start,
            Group.SHOWN: len(at.shown),
            Group.SHOWN_BASES: bases.ctypes.data,
            Group.ROW_BYTES: int(member.slots[at.row]) * self.dtype.itemsize,
            Group.EVERY: int(member.slots[at.every]),
        }
        row[list(given)] = list(given.values())

    def _lay_links(self) -> None:
        self.links = np.zeros((len(self.rows), len(Link)), np.int64)
        self.parts = np.zeros((len(self.rows), self.threads, len(Part)), np.int64)
        for k, rows in enumerate(self.rows):
            function = adder(self.places.index, self.dtype.name, rows.weight is None)
            bits = np.array([rows.weight or 0.0], self.dtype).view(f"i{self.dtype.itemsize}")[0]
            parts = self.parts[k]
            self.links[k] = rows.source, _loop().address(function), len(rows.delays), rows.delays.ctypes.data, int(bits), parts.ctypes.data
            for t, arrays in enumerate(rows.parts):
                parts[t] = [0 if x is None else x.ctypes.data for x in arrays]

    def _lay_run(self) -> None:
        pointers = np.array([x.ctypes.data for x in self.sums], np.int64)
        sizes = np.array([width * self.dtype.itemsize for width in self.places.widths], np.int64)
        queues = self.queues.ctypes.data + np.arange(self.threads) * self.queues.strides[0]
        self.kept_alive = (pointers, sizes, queues)
        given = {
            Run.THREADS: self.threads,
            Run.GROUPS: len(self.members),
            Run.LINKS: len(self.rows),
            Run.WINDOW: self.window,
            Run.KEPT: self.kept,
            Run.GROUP: self.groups.ctypes.data,
            Run.LINK: self.links.ctypes.data,
            Run.SUMS: pointers.ctypes.data,
            Run.SUM_BYTES: sizes.ctypes.data,
            Run.BARRIER: self.barrier.ctypes.data,
            Run.YIELD: _yield_address(),
            Run.QUEUES: queues.ctypes.data,
        }
        self.run[list(given)] = list(given.values())

    def advance(self, columns: Sequence[Sequence[np.ndarray]], flight: Sequence[Events], first: int, steps: int) -> list[list[np.ndarray]]:
        """Return the carried numbers of each member, one array of (lanes,) each, after some steps.

        Args:
            columns: what they are before.
            flight: steps and lanes of what each member fired in the last ``reach`` steps.
            first, steps: which.

        """
        for member, arrays, given in zip(self.members, self.state, columns, strict=True):
            for array, column in zip(arrays, given, strict=True):
                array[: member.n] = column
                array[member.n :] = column[-1]
        self._remember(flight, first)
        self.given = [self._give(g, member, first, steps) for g, member in enumerate(self.members) if isinstance(member, Given)]
        self.run[Run.FIRST] = first
        self.barrier[:] = 0
        others = [threading.Thread(target=self._work, args=(t, first, steps), daemon=True) for t in range(1, self.threads)]
        for other in others:
            other.start()
        self._work(0, first, steps)
        for other in others:
            other.join()
        return [[array[: member.n].copy() for array in arrays] for member, arrays in zip(self.members, self.state, strict=True)]

    def _work(self, thread: int, first: int, steps: int) -> None:
        _advance()(self.run.ctypes.data, thread, first, first + steps)

    def _remember(self, flight: Sequence[Events], first: int) -> None:
        """Put what fired before the first step into the lists."""
        self.counts[:] = 0
        for g, (when, lanes) in enumerate(flight):
            for t, share in enumerate(self.places.shares[g]):
                mine = (lanes >= share.first) & (lanes < share.last)
                steps, own = when[mine], lanes[mine]
                for step in np.unique(steps[steps >= first - self.reach]):
                    fired = own[steps == step]
                    slot = int(step) % self.kept
                    self.lists[g][t][slot, : len(fired)] = fired
                    self.counts[g, t, slot] = len(fired)

    def _give(self, g: int, given: Given, first: int, steps: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Point each thread to what of its own fires at given times, and return the arrays that it is pointed to."""
        ends = np.searchsorted(given.steps, np.arange(first, first + steps + 1))
        arrays = []
        for t, share in enumerate(self.places.shares[g]):
            mine = (given.lanes >= share.first) & (given.lanes < share.last)
            starts, lanes = np.concatenate([[0], np.cumsum(mine)])[ends].astype(np.int64), given.lanes[mine].astype(np.uint32)
            self.groups[g, t, [Group.GIVEN_STARTS, Group.GIVEN]] = starts.ctypes.data, lanes.ctypes.data if len(lanes) else 0
            arrays.append((starts, lanes))
        return arrays


@cache
def _loop() -> Linked:
    machine = host()
    return Linked(object_code("lockstep", machine, lambda: _lockstep.source(machine)))


@cache
def _advance():  # noqa: ANN202
    whole = ctypes.c_int64
    return _loop().function("advance", ctypes.c_void_p, whole, whole, whole)


@cache
def _yield_address() -> int:
    """Return the address of the system's ``sched_yield``, or 0 where there is none."""
    try:
        return ctypes.cast(ctypes.CDLL(None).sched_yield, ctypes.c_void_p).value or 0
    except (AttributeError, OSError, TypeError):
        return 0
