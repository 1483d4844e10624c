"""The simd engine for networks: a kernel for each population, and a loop of machine code around them."""

import jax
import numpy as np

from hillock.distributed import Processes
from hillock.engines._base import Carry, Chunk
from hillock.engines._form import form_of
from hillock.engines._traced import columns_of, computed, with_columns
from hillock.engines.network._base import AbstractNetworkRun, NetworkCarry, NetworkJob, in_flight, of_steps, reported, started
from hillock.engines.network._couplings import beginning
from hillock.engines.network._junctions import junctions, potential
from hillock.engines.network._merge import merged_rows
from hillock.engines.network._ports import named, numbered
from hillock.engines.network._releases import gain, plastic_wires, releases, state_of
from hillock.engines.network._rows import build
from hillock.lowering import Bound, Crew, Extent, Given, Places

_CHUNK_WORK = 2**26  # neurons · steps
_CHUNK_BYTES = 2**26  # of traces
_CHUNK_STEPS = 2**17
_CHUNK_WINDOWS = 2**12  # of several processes, after each of which they bring each other what fired: half a second
_WIDEST = 32  # steps of a window: beyond, what arrives in it would not fit into a processor's cache
_WORD = 64  # lanes that are not divided between threads, or two would write into one word of masks
_WORTH_A_THREAD = 20_000  # neurons: fewer are done before a second thread could come to the barrier


class SimdNetwork(AbstractNetworkRun):
    """A network whose populations run as vector machine code."""

    def __init__(self, job: NetworkJob, threads: int, company: Processes | None = None):
        """Make a network ready for so many threads, or so many of each of several processes."""
        self.job, self.company = job, company
        self.window = min([_WIDEST, *(job.shortest(wire) for wire in job.wires)])
        self.chunk = self._chunk()
        self.joined = junctions(job)
        self.first: list[Carry | None] = []
        bound = [self._member(number) for number in range(len(job.members))]
        count, number = (company.count, company.number) if company is not None else (1, 0)
        self.places = Places([_divisible(one) for one in bound], threads * count, range(threads * number, threads * (number + 1)))
        self.rows = merged_rows(job, self.places, threads, build)
        self.plastic = plastic_wires(job)
        self.crew = self._crew(bound)

    def _member(self, number: int, *, first: bool = True) -> Bound | Given:
        """Return what a population runs as; its ``first`` state tells which variables need not be carried."""
        job, member = self.job, self.job.members[number]
        if member.job is None:
            assert member.given is not None
            self.first.append(None)
            return Given(member.n, *member.given)
        alike = numbered(member.job)
        plain, setting, axes = computed(alike)
        form = form_of(alike, setting, axes, plain, self.window, pours=not self.joined)
        inputs, extent = form.inputs(setting), Extent(member.n, self.chunk, job.every, member.job.of)
        zero: tuple[bool, ...] = ()
        if first:
            begin = started(member, number, job, named(plain, member.job))
            self.first.append(begin)
            zero = tuple(not column.any() for column in columns_of(begin))
        return Bound(form.kernel(member.n, job.dtype, inputs, zero), inputs, extent, job.dtype, 1)

    def _crew(self, bound: list[Bound | Given]) -> Crew:
        job = self.job
        gains, bonds = [gain(job, wire) for wire in self.plastic], [one.bonds(job.members[one.target].n) for one in self.joined]
        seen = {g: self._potential(g) for g in {one.source for one in self.joined}}
        return Crew(bound, self.places, self.rows, self.window, job.dtype, gains=gains, bonds=bonds, seen=seen, company=self.company)

    def _potential(self, g: int) -> int:
        """Return which of the numbers that a population carries is the potential."""
        carry = self.first[g]
        assert carry is not None
        return len(columns_of(jax.tree.leaves(carry)[: potential(carry)]))  # type: ignore[arg-type]

    def _chunk(self) -> int:
        neurons = sum(member.n for member in self.job.members)
        steps = _CHUNK_WORK // neurons
        row = sum(member.job.row_bytes for member in self.job.members if member.job is not None)
        if row:
            steps = min(steps, int(_CHUNK_BYTES / row))
        unit, most = self.job.every, _CHUNK_STEPS if self.company is None else _CHUNK_WINDOWS * self.window
        return max(1, min(max(steps, _WIDEST), most) // unit) * unit

    def init(self) -> NetworkCarry:
        with jax.enable_x64(True):
            flight, plastic = beginning(self.job)
        return NetworkCarry(tuple(self.first), flight, jax.tree.map(np.asarray, plastic))

    def run(self, carry: NetworkCarry, start: int, steps: int) -> tuple[NetworkCarry, tuple[Chunk, ...]]:
        columns = [[] if one is None else columns_of(one) for one in carry.members]
        if any(
            column[k].any() for one, column in zip(self.crew.members, columns, strict=True) if isinstance(one, Bound) for k in one.kernel.roles.still
        ):
            # a variable was taken for 0, and this run begins elsewhere
            self.crew = self._crew([self._member(number, first=False) for number in range(len(self.job.members))])
        after, gains = self.crew.advance(columns, carry.flight, start, steps, [state_of(one) for one in carry.plastic])
        members, chunks, flight = [], [], []
        for member, before, moved, bound, old in zip(self.job.members, carry.members, after, self.crew.members, carry.flight, strict=True):
            if isinstance(bound, Given):
                new, chunk = [of_steps(bound[1:], start, start + steps)], Chunk([reported(member, start, steps)], {})
                members.append(None)
            else:
                assert before is not None
                assert member.job is not None
                members.append(with_columns(before, moved))
                rows = bound.rows(steps // self.job.every)
                new = bound.events(start, steps)
                chunk = Chunk(new, dict(zip(member.job.record, rows, strict=True)))
            chunks.append(chunk)
            flight.append(in_flight(old, new, start + steps, self.crew.reach))
        plastic = tuple(releases(state, like) for state, like in zip(gains, carry.plastic, strict=True))
        return NetworkCarry(tuple(members), tuple(flight), plastic), tuple(chunks)


def _divisible(one: Bound | Given) -> tuple[int, int, int]:
    """Return lanes, the lanes that belong together, and the ports of a population."""
    if isinstance(one, Given):
        return one.n, _WORD, 0
    return one.padded, int(np.lcm(one.kernel.shape.block, _WORD)), len(one.kernel.roles.direct)


def fitting_threads(job: NetworkJob, asked: int | None, processors: int) -> int:
    """Return how many threads a network is worth."""
    return asked or max(1, min(processors, sum(member.n for member in job.members) // _WORTH_A_THREAD + 1))
