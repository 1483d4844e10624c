"""The scan engine for networks: XLA's loop over steps, every population vectorised over its neurons.

``ScanNetwork`` runs chunks of any length with one compiled program; its carry is that of every other engine. ``trace_network`` is the same body
under ``jax.lax.scan``, for use inside a user's own ``jit``, ``grad`` or ``vmap``.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from hillock._types import Tree
from hillock.engines._base import Carry, Chunk
from hillock.engines._neuron import Plan, like, start
from hillock.engines.network._base import AbstractNetworkRun, Events, Member, NetworkCarry, NetworkJob, in_flight, of_steps, reported, started
from hillock.engines.network._couplings import Couplings, beginning, couplings, plastic_states, released, rings_of
from hillock.engines.network._step import Parts, Plans, SoFar, every_of, network_step, parts_of, plans_of

_CHUNK_BYTES = 32_000_000  # of output per chunk
_CHUNK_STEPS = 16_384
_CHUNK_SECONDS = 0.4  # of work: enough to hide the host's, and Ctrl-C keeps what was done before it
_NEURON_SECONDS = 25e-9  # of a step, on a Xeon of 2.5 GHz
_POPULATION_SECONDS = 3e-6


class ScanNetwork(AbstractNetworkRun):
    """A network that runs on whatever device JAX has."""

    def __init__(self, job: NetworkJob):
        with jax.enable_x64(True):
            self.couplings, self.reaches, self.reach = couplings(job)
        self.job, self.chunk = job, _chunk(job, self.couplings.seconds())
        self.plans, self.parts = plans_of(job, self.chunk), parts_of(job)

    def init(self) -> NetworkCarry:
        with jax.enable_x64(True):
            carries = _start(self.parts, self.plans)
            flight, plastic = beginning(self.job)
        members = [
            None if one is None else started(m, g, self.job, _on_host(one)) for g, (m, one) in enumerate(zip(self.job.members, carries, strict=True))
        ]
        return NetworkCarry(tuple(members), flight, _on_host(plastic))

    def run(self, carry: NetworkCarry, start: int, steps: int) -> tuple[NetworkCarry, tuple[Chunk, ...]]:
        job = self.job
        so_far = (carry.members, rings_of(job, carry, self.reaches, start), plastic_states(carry.plastic))
        given = tuple(_given(member, start, steps, self.chunk, job.dtype) for member in job.members)
        with jax.enable_x64(True):
            numbers = (np.int32(start), np.int32(steps), np.float64(job.dt))
            (after, rings, plastic), spikes, traces = _loop(self.parts, self.couplings, so_far, given, *numbers, self.plans)
        chunks, flight = [], []
        for member, fired, rows, old in zip(job.members, spikes, traces, carry.flight, strict=True):
            events = _events(member, fired, start, steps)
            shown = events if member.given is None else reported(member, start, steps)
            # Cut on the host: a slice of a JAX array would compile a program of its own.
            chunks.append(Chunk([shown], {name: np.asarray(row)[: steps // job.every] for name, row in rows.items()}))
            flight.append(in_flight(old, [events], start + steps, self.reach))
        sources = released(job, plastic, rings[len(job.members) :], flight, start + steps)
        return NetworkCarry(tuple(None if one is None else _on_host(one) for one in after), tuple(flight), sources), tuple(chunks)


def trace_network(job: NetworkJob, carry: NetworkCarry | None, first: int, steps: int) -> tuple[NetworkCarry, tuple, tuple]:
    """Return final carry, spikes (steps, neurons) and traces of each population on traced values: differentiable, in the user's precision.

    In the final carry, flights are rings; it is understood by this function alone.
    """
    plans, parts = plans_of(job, steps), parts_of(job)
    between, reaches, _ = couplings(job)
    members = [None if one is None else started(m, g, job, one) for g, (m, one) in enumerate(zip(job.members, _start(parts, plans), strict=True))]
    before = NetworkCarry(tuple(members), *beginning(job))
    if carry is not None:
        members = [None if fresh is None else like(old, fresh) for old, fresh in zip(carry.members, members, strict=True)]
        before = carry._replace(members=tuple(members))
    so_far = _traced_start(job, before, reaches, first)
    given = tuple(_given(member, first, steps, steps, job.dtype) for member in job.members)
    loop = _scan(parts, between, so_far, given, first, jnp.asarray(job.dt), plans, steps)
    return NetworkCarry(*loop[0]), *loop[1:]


def _traced_start(job: NetworkJob, carry: NetworkCarry, reaches: Sequence[int], first: int) -> SoFar:
    """Return where a loop on traced values begins: after another one, or where an engine on the host has ended."""
    if carry.flight and not isinstance(carry.flight[0], tuple):
        return carry.members, carry.flight, carry.plastic  # type: ignore[return-value]
    rings = tuple(map(jnp.asarray, rings_of(job, carry, reaches, first)))
    return carry.members, rings, jax.tree.map(jnp.asarray, plastic_states(carry.plastic))


@partial(jax.jit, static_argnames="plans")
def _start(parts: Parts, plans: Plans) -> tuple[Carry | None, ...]:
    return tuple(
        None if part is None or plan is None else start(part.step, part.stimulus, plan, part.feeds) for part, plan in zip(parts, plans, strict=True)
    )


@partial(jax.jit, static_argnames="plans")
def _loop(
    parts: Parts,
    between: Couplings,
    so_far: SoFar,
    given: tuple[Array | None, ...],
    first: Int[Array, ""],
    steps: Int[Array, ""],
    dt: Float[Array, ""],
    plans: Plans,
) -> tuple[SoFar, tuple[Array | None, ...], tuple[dict[str, Array], ...]]:
    body = network_step(parts, between, dt, plans)
    spikes = tuple(None if plan is None else jnp.zeros((plan.chunk, plan.neurons), bool) for plan in plans)
    traces = tuple(_empty(plan) for plan in plans)

    def one_step(k: Int[Array, ""], so_far: tuple) -> tuple:
        carried, spikes, traces = so_far
        carried, fired, shown = body(carried, jax.tree.map(lambda rows: rows[k], given), first + k)
        spikes = tuple(None if rows is None else rows.at[k].set(now > 0) for rows, now in zip(spikes, fired, strict=True))
        traces = jax.tree.map(lambda rows, now, every: rows.at[k // every].set(now, mode="drop"), traces, shown, every_of(plans))
        return carried, spikes, traces

    return lax.fori_loop(0, steps, one_step, (so_far, spikes, traces))


@partial(jax.jit, static_argnames=("plans", "steps"))
def _scan(
    parts: Parts,
    between: Couplings,
    so_far: SoFar,
    given: tuple[Array | None, ...],
    first: Int[Array, ""],
    dt: Float[Array, ""],
    plans: Plans,
    steps: int,
) -> tuple[tuple, tuple[Array, ...], tuple[dict[str, Array], ...]]:
    body = network_step(parts, between, dt, plans)

    def one_step(so_far: tuple, now: tuple) -> tuple[tuple, tuple]:
        k, given = now
        so_far, fired, shown = body(so_far, given, k)
        return so_far, (fired, shown)

    end, (spikes, traces) = lax.scan(one_step, so_far, (first + jnp.arange(steps, dtype=jnp.int32), given))
    return end, spikes, jax.tree.map(lambda rows, every: rows[every - 1 :: every], traces, every_of(plans))


def _empty(plan: Plan | None) -> dict[str, Array]:
    """Return room for the traces of a chunk."""
    if plan is None:
        return {}
    width = plan.neurons if plan.of is None else len(plan.of)
    return {name: jnp.zeros((plan.chunk // plan.every, width), plan.dtype) for name in plan.record}


def _chunk(job: NetworkJob, between: float) -> int:
    """Return the steps of a chunk, where what acts between neurons takes so many seconds per step."""
    neurons = sum(member.n for member in job.members)
    row = neurons + 2 * sum(member.job.row_bytes for member in job.members if member.job is not None)
    seconds = between + _NEURON_SECONDS * neurons + _POPULATION_SECONDS * len(job.members)
    return max(job.every, int(min(_CHUNK_STEPS, _CHUNK_BYTES / row, _CHUNK_SECONDS / seconds)) // job.every * job.every)


def _on_host(tree: Tree) -> Tree:
    return jax.tree.map(np.asarray, tree)


def _given(member: Member, start: int, steps: int, rows: int, dtype: str) -> np.ndarray | None:
    """Return how often each neuron of a population with given spikes fires in each step; None for any other population."""
    if member.given is None:
        return None
    counts = np.zeros((rows, member.n), dtype)
    when, neurons = _events(member, None, start, steps)
    np.add.at(counts, (when - start, neurons), 1)
    return counts


def _events(member: Member, fired: Any, start: int, steps: int) -> Events:
    """Return step and neuron of each spike of a chunk."""
    if member.given is not None:
        return of_steps(member.given, start, start + steps)
    places = np.flatnonzero(np.asarray(fired)[:steps])  # of two dimensions, numpy's search is ten times as slow
    return places // member.n + start, (places % member.n).astype(np.int32)
