"""Several kernels and the connections between their lanes, laid out for the loop of ``_lockstep`` and run by several threads."""

import threading
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from hillock.lowering import _lockstep
from hillock.lowering._adders import QUEUE, adder, bond
from hillock.lowering._arrays import aligned
from hillock.lowering._bonds import Bonds, Views
from hillock.lowering._exchange import Company, Exchange
from hillock.lowering._gains import BoundGain, Gain, GainState
from hillock.lowering._kernel import Bound
from hillock.lowering._masks import Events
from hillock.lowering._places import Given, Places, Rows, Share
from hillock.lowering._words import Bond, BondPart, Group, Link, Part, Run
from hillock.lowering._words import Gain as GainWord

_WORD = 64  # lanes of a word of masks


class Crew:
    """Kernels that work in lockstep.

    Args:
        members, places, rows: groups of lanes, how they are divided between threads, and their connections.
        window, dtype: steps in which nothing arrives that is fired in them, one if there are bonds; of what lanes carry.
        gains: the factors that some rows are scaled by.
        bonds: between lanes.
        seen: for each group that a bond joins, which of the carried numbers is felt.
        company: processes that the threads of ``places`` are divided between; None if all are of this one.

    """

    def __init__(
        self,
        members: Sequence[Bound | Given],
        places: Places,
        rows: Sequence[Rows],
        window: int,
        dtype: str,
        *,
        gains: Sequence[Gain] = (),
        bonds: Sequence[Bonds] = (),
        seen: Mapping[int, int] = MappingProxyType({}),
        company: Company | None = None,
    ):
        assert window == 1 or not bonds
        self.members, self.places, self.window, self.dtype = members, places, window, np.dtype(dtype)
        self.threads = len(places.widths)
        self.reach = max((int(link.delays[-1]) for link in rows if len(link.delays)), default=0)
        self.kept = self.reach + window
        self.rows = rows
        self.sums = [aligned((window, width if t in places.own else 0), self.dtype) for t, width in enumerate(places.widths)]
        self.state = [[aligned(m.padded, s.dtype) for s in m.kernel.roles.carried] if isinstance(m, Bound) else [] for m in members]
        self.lists = [[np.empty((self.kept, room), np.uint32) for room in self._rooms(g)] for g in range(len(members))]
        self.counts = np.zeros((len(members), self.threads, self.kept), np.int64)
        self.barrier = np.zeros(16, np.int64)
        self.queues = np.zeros((self.threads, QUEUE), np.uint32)
        self.factors = np.zeros((self.threads, QUEUE))
        self.gains = [BoundGain(gain, [rows.shape for rows in self.lists[gain.source]]) for gain in gains]
        self.views = Views({g: self.state[g][column] for g, column in seen.items()})
        self.groups = np.zeros((len(members), self.threads, len(Group)), np.int64)
        self.run = np.zeros(len(Run), np.int64)
        self.exchange = Exchange(company, members, places, self.run) if company is not None else None
        self.slots = [[self._slots(g, t) for t in range(self.threads)] for g in range(len(members))]
        self._lay_groups()
        self._lay_links()
        self._lay_gains()
        self._lay_bonds(bonds)
        self._lay_run()

    def _rooms(self, g: int) -> list[int]:
        """Return how many spikes of a step each thread may have to list."""
        member = self.members[g]
        least = member.most() if isinstance(member, Given) else 0
        return [max(least, share.last - share.first) for share in self.places.shares[g]]

    def _slots(self, g: int, t: int) -> np.ndarray:
        """Return the arguments of a kernel for one thread."""
        member = self.members[g]
        if not isinstance(member, Bound):
            return np.zeros(1, np.int64)
        slots, at = member.slots.copy(), member.at
        for where in (at.carried_in, at.carried_out):
            slots[where.start : where.stop] = [array.ctypes.data for array in self.state[g]]
        fetched = iter(at.inflow)
        for port, carried in enumerate(member.kernel.roles.direct):
            here = self.sums[t].ctypes.data + self.places.first_sum(g, port, t) * self.dtype.itemsize
            slots[[next(fetched)] if carried is None else [at.carried_in[carried], at.carried_out[carried]]] = here
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
                if g in self.views.seen:
                    row[Group.SEEN : Group.LAST_SEEN + 1] = self.views.words(g, share.first, share.last)
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
            function = adder(self.places.index, self.dtype.name, rows.weight is None, rows.gain is not None)
            bits = np.array([rows.weight or 0.0], self.dtype).view(f"i{self.dtype.itemsize}")[0]
            parts = self.parts[k]
            gains = 0 if rows.gain is None else self.gains[rows.gain].list_addresses.ctypes.data
            self.links[k] = (
                rows.source,
                _lockstep.linked(more=rows.gain is not None).address(function),
                len(rows.delays),
                rows.delays.ctypes.data,
                int(bits),
                parts.ctypes.data,
                gains,
            )
            for t, arrays in zip(self.places.own, rows.parts, strict=True):
                parts[t] = [0 if x is None else x.ctypes.data for x in arrays]

    def _lay_gains(self) -> None:
        self.gain_words = np.zeros((len(self.gains), len(GainWord)), np.int64)
        for k, gain in enumerate(self.gains):
            self.gain_words[k] = gain.source, gain.function, gain.slots.ctypes.data, gain.list_addresses.ctypes.data

    def _lay_bonds(self, bonds: Sequence[Bonds]) -> None:
        self.bonds = np.zeros((len(bonds), len(Bond)), np.int64)
        self.bond_parts = np.zeros((len(bonds), self.threads, len(BondPart)), np.int64)
        self.bond_arrays = []
        for k, one in enumerate(bonds):
            self.bonds[k] = one.source, one.target, _lockstep.linked(more=True).address(bond(self.dtype.name)), self.bond_parts[k].ctypes.data
            for t, share in enumerate(self.places.shares[one.target]):
                arrays = one.of_lanes(share.first, share.last)
                self.bond_arrays.append(arrays)
                at = self.places.first_sum(one.target, one.port, t)
                self.bond_parts[k, t] = share.first, share.last, at, *(x.ctypes.data for x in arrays)

    def _lay_run(self) -> None:
        pointers = np.array([x.ctypes.data for x in self.sums], np.int64)
        sizes = np.array([width * self.dtype.itemsize for width in self.places.widths], np.int64)
        queues, factors = (x.ctypes.data + np.arange(self.threads) * x.strides[0] for x in (self.queues, self.factors))
        self.kept_alive = (pointers, sizes, queues, factors)
        given = {
            Run.THREADS: self.threads,
            Run.HERE: len(self.places.own),
            Run.GROUPS: len(self.members),
            Run.LINKS: len(self.rows),
            Run.WINDOW: self.window,
            Run.KEPT: self.kept,
            Run.GROUP: self.groups.ctypes.data,
            Run.LINK: self.links.ctypes.data,
            Run.SUMS: pointers.ctypes.data,
            Run.SUM_BYTES: sizes.ctypes.data,
            Run.BARRIER: self.barrier.ctypes.data,
            Run.YIELD: _lockstep.yield_address(),
            Run.QUEUES: queues.ctypes.data,
            Run.FACTORS: factors.ctypes.data,
            Run.GAINS: len(self.gains),
            Run.GAIN: self.gain_words.ctypes.data,
            Run.BONDS: len(self.bonds),
            Run.BOND: self.bonds.ctypes.data,
            Run.EXCHANGE: self.exchange.address if self.exchange is not None else 0,
        }
        self.run[list(given)] = list(given.values())

    def advance(
        self, columns: Sequence[Sequence[np.ndarray]], flight: Sequence[Events], first: int, steps: int, gains: Sequence[GainState] = ()
    ) -> tuple[list[list[np.ndarray]], list[GainState]]:
        """Return the carried numbers of each member, one array of (lanes,) each, and what is kept of each gain, after some steps.

        Args:
            columns, gains: what they are before.
            flight: steps and lanes of what each member fired in the last ``reach`` steps.
            first, steps: which.

        """
        for sums in self.sums:  # what was read is 0; a run that was cut short may have left some
            sums.fill(0)
        for g, (member, arrays, given) in enumerate(zip(self.members, self.state, columns, strict=True)):
            for array, column in zip(arrays, given, strict=True):
                array[: member.n] = column
                array[member.n :] = column[-1]
            for here, there in self._direct(g):
                here[:] = there
        self._remember(flight, first, gains)
        self.views.begin(first)
        self.given = [self._give(g, member, first, steps) for g, member in enumerate(self.members) if isinstance(member, Given)]
        self.run[Run.FIRST] = first
        self.barrier[:] = 0
        if self.exchange is not None:
            self.exchange.begin(self.views)
        others = [threading.Thread(target=self._work, args=(t, first, steps), daemon=True) for t in self.places.own[1:]]
        for other in others:
            other.start()
        self._work(self.places.own[0], first, steps)
        for other in others:
            other.join()
        end = first + steps
        slots = np.arange(end - self.reach, end) % self.kept
        for g in range(len(self.members)):
            for here, there in self._direct(g):
                there[:] = here
        if self.exchange is not None:
            self.exchange.end(self.state, steps)
        after = [[array[: member.n].copy() for array in arrays] for member, arrays in zip(self.members, self.state, strict=True)]
        return after, [gain.taken(self.counts[gain.source], slots) for gain in self.gains]

    def _direct(self, g: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return for each carried number to which arrivals are added at once, and each thread, where it is during a run, and afterwards."""
        member = self.members[g]
        if not isinstance(member, Bound):
            return []
        found = []
        for port, carried in enumerate(member.kernel.roles.direct):
            if carried is not None:
                for t in self.places.own:
                    share, begin = self.places.shares[g][t], self.places.first_sum(g, port, t)
                    found.append((self.sums[t][0, begin + share.first : begin + share.last], self.state[g][carried][share.first : share.last]))
        return found

    def _work(self, thread: int, first: int, steps: int) -> None:
        _lockstep.entry()(self.run.ctypes.data, thread, first, first + steps)

    def _remember(self, flight: Sequence[Events], first: int, gains: Sequence[GainState]) -> None:
        """Put what fired before the first step, and the factors of it, into the lists."""
        self.counts[:] = 0
        for gain, state in zip(self.gains, gains, strict=True):
            gain.put(state)
        for g, (when, lanes) in enumerate(flight):
            recent = when >= first - self.reach
            for t, share in enumerate(self.places.shares[g]):
                mine = np.flatnonzero(recent & (lanes >= share.first) & (lanes < share.last))
                for step in np.unique(when[mine]):
                    fired, slot = mine[when[mine] == step], int(step) % self.kept
                    self.lists[g][t][slot, : len(fired)] = lanes[fired]
                    self.counts[g, t, slot] = len(fired)
                    for gain, state in zip(self.gains, gains, strict=True):
                        if gain.source == g:
                            gain.lists[t][slot, : len(fired)] = state.factors[fired]

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
