"""One step of all populations of a network under JAX: spikes arrive, every neuron makes its step, what fired is remembered."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from hillock._population import neuron_axes
from hillock.dialects import AbstractCoupledStep, AbstractReceivingStep, AbstractStep
from hillock.engines._base import Carry, Feed, Job
from hillock.engines._neuron import Plan, Setting, advance, cast, like, plan_of, prepare
from hillock.engines.network._base import NetworkJob
from hillock.engines.network._couplings import Couplings, PlasticState
from hillock.engines.network._delivery import remember
from hillock.random import Key
from hillock.stimuli import AbstractStimulus


class Part(NamedTuple):
    """What a compiled program is told of one population."""

    step: AbstractStep
    stimulus: AbstractStimulus
    feeds: tuple[Feed, ...]
    key: Key
    first_neuron: Any


Parts = tuple[Part | None, ...]
Plans = tuple[Plan | None, ...]
Rings = tuple[Array, ...]  # each with a number of rows of its own
SoFar = tuple[tuple[Carry | None, ...], Rings, tuple[PlasticState, ...]]


def parts_of(job: NetworkJob) -> Parts:
    def part(job: Job) -> Part:
        return Part(job.step, job.stimulus, job.feeds, job.key, np.int32(job.first_neuron))

    return tuple(None if member.job is None else part(member.job) for member in job.members)


def plans_of(job: NetworkJob, chunk: int) -> Plans:
    return tuple(None if member.job is None else plan_of(member.job, chunk) for member in job.members)


def every_of(plans: Plans) -> tuple[dict[str, int], ...]:
    """Return after how many steps each trace has a row."""
    return tuple({} if plan is None else dict.fromkeys(plan.record, plan.every) for plan in plans)


def network_step(parts: Parts, couplings: Couplings, dt: Float[Array, ""], plans: Plans) -> Callable[..., tuple]:
    """Return the step of all populations: (what is carried, given spikes, step index) -> what is carried on, spikes, what is recorded."""
    steps = [None if part is None or plan is None else _population(part, dt, plan) for part, plan in zip(parts, plans, strict=True)]

    def every_population(so_far: SoFar, given: tuple, k: Int[Array, ""]) -> tuple:
        carries, rings, plastic = so_far
        after, fired, shown = list(carries), list(given), [{} for _ in parts]
        for g, (part, plan, step) in enumerate(zip(parts, plans, steps, strict=True)):
            if part is None or plan is None or step is None:
                continue
            ports = part.step.ports() if isinstance(part.step, AbstractReceivingStep) else ()
            sums = [jnp.zeros(plan.neurons, plan.dtype) for _ in ports]
            for one in couplings.deliveries:
                if one.target == g:
                    sums[one.port] = one.add(sums[one.port], rings[one.source], k)
            for one in couplings.junctions:
                if one.target == g:
                    sums[one.port] = one.add(sums[one.port], carries)
            after[g], fired[g], shown[g] = step(carries[g], tuple(sums), k)
        released = [one(before, fired[one.source], k, dt) for one, before in zip(couplings.plastic, plastic, strict=True)]
        worth = [*fired, *(worth for _, worth in released)]
        rings = tuple(remember(ring, now, k) for ring, now in zip(rings, worth, strict=True))
        return (tuple(after), rings, tuple(state for state, _ in released)), tuple(fired), tuple(shown)

    return every_population


def _population(part: Part, dt: Float[Array, ""], plan: Plan) -> Callable[..., tuple[Carry, Array, dict[str, Array]]]:
    """Return the step of one population: (carry, arrivals, step index) -> carry, spikes, what is recorded of the neurons that are asked for."""
    axes, time = neuron_axes(part.step), str(jnp.result_type(dt))
    prepared, prepared_axes = prepare(part.step, axes, dt, plan.dtype)
    setting = Setting(cast(part.step, plan.dtype), prepared, cast(part.stimulus, time), cast(part.feeds, time), dt, part.key, part.first_neuron)
    setting_axes = Setting(axes, prepared_axes, neuron_axes(part.stimulus), neuron_axes(part.feeds), None, None, None)  # type: ignore[arg-type]
    everyone = jnp.arange(plan.neurons, dtype=jnp.int32)
    columns = slice(None) if plan.of is None else np.array(plan.of)

    def one(setting: Setting, carry: Carry, neuron: Int[Array, ""], k: Int[Array, ""], arrivals: tuple[Array, ...]) -> tuple:
        return advance(setting, carry, neuron, k, plan, arrivals)

    def all_neurons(carry: Carry, arrivals: tuple[Array, ...], k: Int[Array, ""]) -> tuple[Carry, Array, dict[str, Array]]:
        carry, fired, shown = jax.vmap(one, (setting_axes, 0, 0, None, 0))(setting, carry, everyone, k, arrivals)
        if isinstance(setting.step, AbstractCoupledStep):
            exchanged, fired, shown = setting.step.exchange(carry.state, fired.astype(plan.dtype), shown)
            carry = carry._replace(state=like(exchanged, carry.state))
        return carry, fired, {name: shown[name][columns] for name in plan.record}

    return all_neurons
