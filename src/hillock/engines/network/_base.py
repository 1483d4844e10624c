"""What the engines of networks are handed, and what they carry from step to step."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Shaped

from hillock._trace import is_traced
from hillock._types import Tree
from hillock.connections import AbstractRule, AbstractValue, Draws, Normal, Uniform
from hillock.engines._base import Carry, Chunk, Job
from hillock.plasticity import AbstractShortTerm

Events = tuple[Int[np.ndarray, " spikes"], Int[np.ndarray, " spikes"]]
"""Step and neuron of some spikes, by step, then neuron."""

_STARTS = 2**55  # the streams of random starting values begin here, beyond those of projections


@dataclass(frozen=True)
class Member:
    """One population of a network.

    Attributes:
        name: of the population.
        n: how many neurons.
        stamp: a spike of step k is at (k + stamp)·dt.
        job: what its neurons do; None if they fire at given times.
        start: values of variables before the first step, where the cell does not say: numbers, one per neuron, or distributions.
        given: the spikes, if they are given.

    """

    name: str
    n: int
    stamp: int
    job: Job | None
    start: Mapping[str, Any]
    given: Events | None = None

    @property
    def early(self) -> Events:
        """Spikes that are given for 0 ms where those of the first step are stamped at its end: they were fired before it."""
        return (np.empty(0, np.int64), np.empty(0, np.int32)) if self.given is None else of_steps(self.given, -self.stamp, 0)


@dataclass(frozen=True)
class Wire:
    """One projection, by the numbers of its members.

    Attributes:
        number: of the projection; names its random numbers.
        where: what messages call it.
        source, target, port: numbers.
        connect: the rule.
        weight: one number, a distribution, or an array as the rule takes it.
        delay: steps from a spike to its arrival; or a distribution or an array of ms.
        latency: steps that are added to a delay in ms.
        least: the fewest steps that a delay may have, latency not counted.
        plasticity: what a spike is worth; None where it is always worth the same.
        back: number of the port at the source, if these are gap junctions, by which current flows both ways.

    """

    number: int
    where: str
    source: int
    target: int
    port: int
    connect: AbstractRule
    weight: Any
    delay: Any
    latency: int
    least: int
    plasticity: AbstractShortTerm | None = None
    back: int | None = None


@dataclass(frozen=True)
class NetworkJob:
    """Everything about a run that does not change during it."""

    members: tuple[Member, ...]
    wires: tuple[Wire, ...]
    dt: float
    seed: int
    dtype: str
    every: int

    def draws(self, wire: Wire) -> Draws:
        """Return the random numbers of a projection."""
        return Draws(self.seed, wire.number)

    def sizes(self, wire: Wire) -> tuple[int, int, bool]:
        """Return the sizes of source and target, and whether they are the same population."""
        return self.members[wire.source].n, self.members[wire.target].n, wire.source == wire.target

    def shortest(self, wire: Wire) -> int:
        """Return the fewest steps after which a spike can arrive by a projection."""
        if isinstance(wire.delay, int):
            return wire.delay
        low = wire.delay.low if isinstance(wire.delay, Normal | Uniform) else np.min(wire.delay) if isinstance(wire.delay, np.ndarray) else None
        steps = 0 if low is None else int(np.floor(max(float(low), 0.0) / self.dt + 0.5))
        return max(steps, wire.least) + wire.latency


class Releases(NamedTuple):
    """What the sources of a projection with short-term plasticity carry, in double precision.

    Attributes:
        state: the variables of each.
        last: the step in which each fired last; that of time 0 if it has not.
        factors: what each spike in flight from the projection's source is worth.

    """

    state: Tree
    last: Int[np.ndarray, " _"]
    factors: Float[np.ndarray, " _"]


class NetworkCarry(NamedTuple):
    """All that one step hands to the next.

    Attributes:
        members: of each population; None where its spikes are given.
        flight: spikes of each population that have not arrived everywhere.
        plastic: of each projection that has short-term plasticity.

    """

    members: tuple[Carry | None, ...]
    flight: tuple[Events, ...]
    plastic: tuple[Releases, ...] = ()


class AbstractNetworkRun(ABC):
    """An engine with everything ready for one network.

    Attributes:
        chunk: the most steps one call of ``run`` takes; a multiple of ``job.every``.

    """

    chunk: int

    @abstractmethod
    def init(self) -> NetworkCarry:
        """Return where a run begins."""

    @abstractmethod
    def run(self, carry: NetworkCarry, start: int, steps: int) -> tuple[NetworkCarry, tuple[Chunk, ...]]:
        """Run ``steps`` ≤ ``chunk`` steps, the first being step ``start`` (a multiple of ``job.every``), and return what came of each population.

        What is in the chunks may be overwritten by the next call.
        """


def started(member: Member, number: int, job: NetworkJob, carry: Carry) -> Carry:
    """Return where a population begins, its starting values drawn and put in."""
    state = carry.state
    for k, (name, given) in enumerate(member.start.items()):
        if isinstance(given, AbstractValue):
            generator = Draws(job.seed, _STARTS + number).generator(k, 0)
            values = given.sample(generator, member.n, np.dtype(job.dtype).type)
        elif is_traced(given):
            values = jnp.broadcast_to(given.astype(job.dtype), (member.n,))
        else:
            values = np.array(np.broadcast_to(np.asarray(given, job.dtype), member.n))
        state = _with(state, name, values)
    return carry._replace(state=state)


def _with(state: Any, name: str, values: Shaped[np.ndarray | Array, " neurons"]) -> Any:
    """Return a state with a variable replaced: of the cell inside it, where it has one."""
    if name not in state._fields:
        return state._replace(cell=_with(state.cell, name, values))
    old = getattr(state, name)
    assert np.shape(old) == values.shape
    return state._replace(**{name: values})


def of_steps(events: tuple[np.ndarray, np.ndarray], first: int, last: int) -> Events:
    """Return the spikes of the steps from ``first`` to ``last`` - 1."""
    a, b = np.searchsorted(events[0], [first, last])
    return events[0][a:b], events[1][a:b]


def reported(member: Member, start: int, steps: int) -> Events:
    """Return the given spikes that are recorded in some steps: those before the first step in the chunk that begins with it."""
    assert member.given is not None
    return of_steps(member.given, start if start else -member.stamp, start + steps)


def in_flight(before: tuple[np.ndarray, np.ndarray], new: list[tuple[np.ndarray, np.ndarray]], end: int, reach: int) -> Events:
    """Return the spikes of the last ``reach`` steps before step ``end``."""
    pieces = [(np.asarray(steps), np.asarray(neurons)) for steps, neurons in (before, *new)]
    steps = np.concatenate([steps[steps >= end - reach] for steps, _ in pieces])
    neurons = np.concatenate([neurons[steps >= end - reach] for steps, neurons in pieces])
    return steps.astype(np.int64), neurons.astype(np.int32)


def is_finite(carry: NetworkCarry) -> bool:
    """Return whether all states are finite numbers."""
    leaves = jax.tree.leaves([member.state for member in carry.members if member is not None])
    return all(np.isfinite(np.asarray(leaf)).all() for leaf in leaves if np.asarray(leaf).dtype.kind == "f")
