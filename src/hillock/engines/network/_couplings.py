"""What acts between neurons in the scan engine: connections, gap junctions, and what short-term plasticity makes of spikes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int, Shaped

from hillock._population import neuron_axes
from hillock._types import Tree
from hillock.engines._base import Carry
from hillock.engines.network._base import Events, NetworkCarry, NetworkJob, Releases, Wire
from hillock.engines.network._delivery import LOOKUP_SECONDS, AbstractDelivery, delivery, ring_of
from hillock.engines.network._junctions import Junctions, junctions
from hillock.engines.network._releases import at_rest, plastic_wires
from hillock.plasticity import AbstractShortTerm


class Coupling(eqx.Module):
    """Gap junctions by which one population feels another."""

    source: int = eqx.field(static=True)
    target: int = eqx.field(static=True)
    port: int = eqx.field(static=True)
    sources: Int[Array, " junctions"]
    targets: Int[Array, " junctions"]
    conductances: Float[Array, " junctions"]

    def add(self, sums: Float[Array, " targets"], carries: Sequence[Carry | None]) -> Float[Array, " targets"]:
        """Return sums with the currents (nA) between potentials as the step before left them."""
        theirs, own = (carries[g].state.v for g in (self.source, self.target))  # type: ignore[union-attr]
        return sums.at[self.targets].add(self.conductances * (theirs[self.sources] - own[self.targets]), mode="promise_in_bounds")


class PlasticState(NamedTuple):
    """The variables of each source of a projection, and the step in which it fired last."""

    state: Tree
    last: Shaped[Array | np.ndarray, " _"]


class Plastic(eqx.Module):
    """Short-term plasticity of one projection; no source fires more than ``most`` times in a step."""

    source: int = eqx.field(static=True)
    most: int = eqx.field(static=True)
    rule: AbstractShortTerm

    def __call__(
        self, before: PlasticState, fired: Float[Array, " sources"], k: Int[Array, ""], dt: Float[Array, ""]
    ) -> tuple[PlasticState, Float[Array, " sources"]]:
        """Return the state after step ``k``, and what the spikes of each source in it are worth together."""
        state, last, worth = before.state, jnp.asarray(before.last), jnp.zeros_like(fired)
        release = jax.vmap(lambda rule, state, interval: rule.release(state, interval), (neuron_axes(self.rule), 0, 0))
        for n in range(self.most):
            after, factor = release(self.rule, state, (k - last).astype(dt.dtype) * dt)
            now = jnp.clip(fired - n, 0.0, 1.0) if self.most > 1 else fired
            worth = worth + now * factor.astype(fired.dtype)
            state = jax.tree.map(lambda new, old, now=now: _after(now, new.astype(old.dtype), old), after, state)
            last = jnp.where(now > 0, k.astype(last.dtype), last)
        return PlasticState(state, last), worth


def _after(fired: Array, new: Array, old: Array) -> Array:
    """Return the new value where a neuron fires; its derivative by the spike, where that has one, is the difference that the spike makes."""
    spike = fired.astype(old.dtype)
    return jnp.where(spike > 0, new, old) + (spike - lax.stop_gradient(spike)) * (new - old)


class Couplings(NamedTuple):
    """All that acts between neurons. The spikes of a population are in the ring of its number; the rings of plastic projections follow."""

    deliveries: tuple[AbstractDelivery, ...]
    junctions: tuple[Coupling, ...]
    plastic: tuple[Plastic, ...]

    def seconds(self) -> float:
        """Return about how long a step takes."""
        return sum(one.seconds() for one in self.deliveries) + LOOKUP_SECONDS * sum(one.targets.size for one in self.junctions)


def couplings(job: NetworkJob) -> tuple[Couplings, tuple[int, ...], int]:
    """Return what acts between neurons; how many steps each ring holds, and the longest delay of all."""
    plastic = plastic_wires(job)
    rings = {wire.number: len(job.members) + p for p, wire in enumerate(plastic)}
    made = [delivery(job, wire, rings.get(wire.number, wire.source)) for wire in job.wires if wire.back is None]
    reach = max((longest for _, longest in made), default=0)
    reaches = [max((longest for one, longest in made if one.source == g), default=0) for g in range(len(job.members))]
    rules = tuple(Plastic(wire.source, _most(job, wire.source), wire.plasticity) for wire in plastic)  # type: ignore[arg-type]
    found = Couplings(tuple(one for one, _ in made), tuple(map(_coupling, junctions(job))), rules)
    return found, (*reaches, *[reach] * len(plastic)), reach


def _coupling(one: Junctions) -> Coupling:
    return Coupling(one.source, one.target, one.port, *(jnp.asarray(part) for part in one[3:]))


def _most(job: NetworkJob, source: int) -> int:
    """Return how often a neuron of a population may fire in a step."""
    given = job.members[source].given
    return 1 if given is None else int(np.unique(np.stack(given), axis=1, return_counts=True)[1].max(initial=1))


def beginning(job: NetworkJob) -> tuple[tuple[Events, ...], tuple[Releases, ...]]:
    """Return what is in flight before the first step, and where the sources of plastic projections begin."""
    return tuple(member.early for member in job.members), tuple(_begun(job, wire) for wire in plastic_wires(job))


def _begun(job: NetworkJob, wire: Wire) -> Releases:
    """Return where the sources of a projection begin, after spikes that are given before the first step."""
    rest, source = at_rest(job, wire), job.members[wire.source]
    steps, neurons = source.early
    if not len(steps):
        return rest
    assert wire.plasticity is not None
    counts, before = np.bincount(neurons, minlength=source.n), jax.tree.map(jnp.asarray, PlasticState(rest.state, rest.last))
    rule, fired = Plastic(wire.source, int(counts.max()), wire.plasticity), jnp.asarray(counts, float)
    after, worth = rule(before, fired, jnp.asarray(steps[0]), jnp.asarray(job.dt))
    return Releases(after.state, after.last, (worth / jnp.maximum(fired, 1.0))[neurons])  # type: ignore[arg-type] - brought to the host by an engine


def plastic_states(plastic: Sequence[Releases]) -> tuple[PlasticState, ...]:
    """Return what is carried besides the worth of spikes, which is in rings."""
    return tuple(PlasticState(one.state, one.last.astype(np.int32)) for one in plastic)


def rings_of(job: NetworkJob, carry: NetworkCarry, reaches: Sequence[int], end: int) -> tuple[Shaped[np.ndarray | Array, "rows neurons"], ...]:
    """Return the rings of the spikes in flight."""
    own = [ring_of(flight, m.n, reach, end, job.dtype) for flight, m, reach in zip(carry.flight, job.members, reaches, strict=False)]
    for wire, one, reach in zip(plastic_wires(job), carry.plastic, reaches[len(own) :], strict=True):
        own.append(ring_of(carry.flight[wire.source], job.members[wire.source].n, reach, end, job.dtype, one.factors))
    return tuple(own)


def released(job: NetworkJob, after: Sequence[PlasticState], rings: Sequence[Array], flight: Sequence[Any], end: int) -> tuple[Releases, ...]:
    """Return what sources carry, on the host; spikes of one neuron in one step are each worth the same part of all of them."""
    found = []
    for wire, one, ring in zip(plastic_wires(job), after, rings, strict=True):
        reach = len(ring) // 2
        count = ring_of(flight[wire.source], job.members[wire.source].n, reach, end, "float64")
        steps, neurons = flight[wire.source]
        at = (steps % max(reach, 1), neurons)
        factors = np.asarray(ring, np.float64)[at] / count[at]
        found.append(Releases(jax.tree.map(np.asarray, one.state), np.asarray(one.last, np.int64), factors))
    return tuple(found)
