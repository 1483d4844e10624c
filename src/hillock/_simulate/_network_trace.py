"""A network on traced values: inside ``jax.jit``, ``grad`` or ``vmap``."""

from typing import Any

import numpy as np

from hillock._checks import check_traceable, choose_dtype
from hillock._simulate._gathering import shown_units
from hillock._trace import is_traced
from hillock._types import Tree
from hillock.dialects import find
from hillock.engines import AbstractEngine
from hillock.engines.network import Member, NetworkJob, trace_network
from hillock.network import Network, Population
from hillock.recording import NetworkEnd, NetworkRecording, NoEvents, Recording
from hillock.surrogates import Hard


def traced_dtype(network: Network, start: NetworkEnd | None, engine: AbstractEngine | None, dtype: Any) -> str | None:
    """Return the working precision of a network that holds traced values; None for one that holds none.

    Raises:
        ValueError: the engine cannot run on traced values.

    """
    parts = _values(network)
    if not is_traced(parts, start.carry if start else None):
        return None
    check_traceable(engine)
    return choose_dtype(dtype, find("hillock"), parts, traced=True)


def _values(network: Network) -> Tree:
    """Return all that a user may differentiate by."""
    populations = [(one.cell, dict(one.start)) for one in network.populations.values() if isinstance(one, Population)]
    projections = [(one.weight, one.synapse, one.plasticity) for one in network.projections]
    inputs = [(network.stimuli(name), [(drive.spikes, drive.synapse, drive.weight) for drive in network.drives(name)]) for name in network.inputs]
    return populations, projections, inputs


def simulate_traced(job: NetworkJob, steps: int, start: NetworkEnd | None) -> NetworkRecording:
    """Return the recording of a network, whose traces and spike trains are traced arrays."""
    first = start.step if start else 0
    carry, spikes, traces = trace_network(job, start.carry if start else None, first, steps)
    parts = zip(job.members, spikes, traces, strict=True)
    recordings = {member.name: _recording(member, job.dt, steps, first, fired, rows) for member, fired, rows in parts}
    return NetworkRecording(recordings, {}, end=NetworkEnd(first + steps, carry, job.dt))


def _recording(member: Member, dt: float, steps: int, first: int, spikes: Any, traces: Any) -> Recording:
    events: Any = NoEvents()
    job = member.job
    differentiable = job is not None and not isinstance(job.surrogate, Hard)
    return Recording(
        events,
        events,
        traces,
        steps,
        dt,
        member.n,
        every=job.every if job else 1,
        stamp=member.stamp,
        first_step=first,
        of=None if job is None or job.of is None else np.array(job.of),
        units=shown_units(job) if job else {},
        dense=spikes if differentiable else spikes > 0,  # truth values have no derivative to be silently 0
    )
