"""A network, run: its parts checked against dt, dialect and engine, then run in chunks."""

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hillock._budget import check_network
from hillock._checks import (
    bind,
    check_dtype,
    check_every,
    check_grid,
    check_of,
    check_record,
    check_stimulus,
    check_surrogate,
    choose_key,
    count_steps,
    whole_number,
)
from hillock._simulate._checkpoint import check_network_start, made_by, require_structure, resumed
from hillock._simulate._network_checks import check_delays, check_names, check_values, given_stamp, naming, require_delay
from hillock._simulate._network_run import Course, run_beside, run_in_memory, run_to_disk
from hillock._simulate._network_trace import simulate_traced, traced_dtype
from hillock._time import whole_steps
from hillock.connections import AbstractValue, Matrix
from hillock.dialects import AbstractStep
from hillock.distributed import processes
from hillock.engines import AbstractEngine, Job, Simd
from hillock.engines._base import Feed
from hillock.engines.network import Member, NetworkJob, Wire, open_network
from hillock.integrators import AbstractIntegrator
from hillock.network import Network, Population, Projection, SpikeTrains
from hillock.provenance import describe_host
from hillock.random import make_key
from hillock.recording import NetworkEnd, NetworkRecording
from hillock.stimuli import AbstractStimulus, Constant, Sum
from hillock.surrogates import AbstractSurrogate
from hillock.synapses import GapJunction


def simulate_network(
    network: Network,
    *,
    duration: float,
    dt: float,
    record: Mapping[str, Sequence[str]],
    every: int,
    of: Mapping[str, Iterable[int]] | None,
    key: int | None,
    dialect: Any,
    integrator: AbstractIntegrator | None,
    engine: AbstractEngine | None,
    dtype: Any,
    surrogate: AbstractSurrogate | None,
    start: NetworkEnd | str | os.PathLike | None,
    progress: bool,
    check_finite: bool,
    store: str | os.PathLike | None = None,
) -> NetworkRecording:
    """Return the recording of a network; ``simulate`` describes the arguments."""
    steps = count_steps(duration, dt)
    start = check_network_start(start, steps)
    first = start.step if start is not None else 0
    traced = traced_dtype(network, start, engine, dtype)
    job = network_job(
        network,
        duration=duration + first * dt,
        dt=dt,
        record=record,
        every=every,
        of=of,
        key=key,
        dialect=dialect,
        integrator=integrator,
        dtype=traced or dtype,
        surrogate=surrogate,
        steps=steps,
    )
    if traced is not None:
        require_structure(start)
        return simulate_traced(job, steps, start)
    folder, company = None if store is None else Path(store), processes()
    progress = progress and company.is_first
    check_network(job, engine, steps, folder, progress)
    made = made_by(network, job)
    company.agree(made | _what(job, first, steps, folder))
    began = time.perf_counter()
    run = open_network(job, engine)
    carry = run.init() if start is None else resumed(start, run.init(), made, dt)
    provenance = {"network": repr(network), "dt": dt, "steps": steps, "key": key, "dtype": job.dtype, "engine": (engine or Simd()).name}
    provenance["seconds"] = {"building": time.perf_counter() - began}
    course = Course(job, run, carry, first, steps, made, provenance | describe_host())
    with company.postponed():
        if folder is None:
            return run_in_memory(course, progress, check_finite)
        return run_to_disk(course, folder, progress, check_finite) if company.is_first else run_beside(course, folder, check_finite)


def _what(job: NetworkJob, first: int, steps: int, folder: Path | None) -> dict[str, str]:
    """Return what a run does besides what it is made by, as text."""
    kept = {
        f"{what} of {one.name}": str(value)
        for one in job.members
        if one.job is not None
        for what, value in (("record", one.job.record), ("of", one.job.of))
    }
    return {"first step": str(first), "steps": str(steps), "every": str(job.every), "store": "none" if folder is None else "a folder", **kept}


def refuse_for_networks(**arguments: Any) -> None:
    """Raise ValueError for arguments that say something about a single model."""
    instead = {
        "stimulus": "Put it into Network.inputs.",
        "neurons": "Populations say how many there are.",
        "check": "Leave it out: the exact engine runs no networks.",
    }
    for name, value in arguments.items():
        if value is not None:
            raise ValueError(f"A network takes no {name}. {instead[name]}")


def network_job(
    network: Network,
    *,
    duration: float,
    dt: float,
    record: Mapping[str, Sequence[str]],
    every: int,
    of: Mapping[str, Iterable[int]] | None,
    key: int | None,
    dialect: Any,
    integrator: AbstractIntegrator | None,
    dtype: Any,
    surrogate: AbstractSurrogate | None,
    steps: int,
) -> NetworkJob:
    """Return what an engine needs to run a network.

    Raises:
        NetworkError: it cannot be run so.

    """
    check_names(network, "record", record, "['v']")
    check_names(network, "of", of or {}, "[0, 1]")
    seed = 0 if key is None else whole_number(key, "key", 0, 2**64 - 1, "from 0 to 2**64 - 1")
    receivers = {name: network.receiver(name) for name, one in network.populations.items() if isinstance(one, Population)}
    bound = {
        name: bind(cell, None if isinstance(cell, AbstractStep) else dialect, _integrator(cell, integrator))
        for name, (cell, _, _) in receivers.items()
    }
    working = check_dtype(dtype) or ("float64" if any(step.dialect.dtype == "float64" for step in bound.values()) else "float32")
    members, offset = [], 0
    for name, population in network.populations.items():
        if isinstance(population, SpikeTrains):
            stamp = given_stamp(network, name, bound, dialect)
            members.append(Member(name, population.n, stamp, None, {}, population.events(dt, stamp)))
        else:
            stimulus, feeds = _inputs(network, name, receivers[name][2], dt, duration)
            with naming(name):
                names = check_record(record.get(name, ()), bound[name])
                chosen = check_of((of or {}).get(name), population.n)
            check_grid((bound[name], stimulus, *(feed.spikes for feed in feeds)), dt)
            for one in (stimulus, *(feed.spikes for feed in feeds)):
                choose_key(key, one, dt)
            member = Job(
                step=bound[name],
                stimulus=stimulus,
                neurons=population.n,
                dt=dt,
                key=make_key(seed),
                dtype=working,
                record=names,
                every=check_every(every, names, steps),
                of=chosen,
                surrogate=check_surrogate(surrogate),
                feeds=feeds,
                first_neuron=offset,
            )
            members.append(Member(name, population.n, bound[name].dialect.stamp, member, population.start))
        offset += population.n
    numbers = {name: k for k, name in enumerate(network.populations)}
    wires = tuple(
        _wire(k, p, numbers, (receivers[p.target][1][k], _back(k, p, receivers)), bound[p.target], network, dt)
        for k, p in enumerate(network.projections)
    )
    if key is None and _is_random(network):
        raise ValueError("This network is drawn at random. Pass key=1, or any other whole number, to name its random numbers.")
    return NetworkJob(tuple(members), wires, dt, seed, working, every)


def _integrator(cell: Any, integrator: AbstractIntegrator | None) -> AbstractIntegrator | None:
    return None if isinstance(cell, AbstractStep) else integrator


def _inputs(network: Network, name: str, ports: Mapping[int, int], dt: float, duration: float) -> tuple[AbstractStimulus, tuple[Feed, ...]]:
    """Return the current into a population, and the spikes from outside."""
    currents, drives = network.stimuli(name), network.drives(name)
    stimulus = Constant(0.0) if not currents else currents[0] if len(currents) == 1 else Sum(currents)
    feeds = tuple(Feed(drive.spikes, drive.weight, ports[j]) for j, drive in enumerate(drives))
    for one in (stimulus, *(drive.spikes for drive in drives)):
        check_stimulus(one, dt, duration)
    return stimulus, feeds


def _back(number: int, projection: Projection, receivers: Mapping[str, Any]) -> int | None:
    """Return the port at the source of gap junctions; None for all others."""
    return receivers[projection.source][1][number] if isinstance(projection.synapse, GapJunction) else None


def _wire(
    number: int, projection: Projection, numbers: Mapping[str, int], ports: tuple[int, int | None], step: AbstractStep, network: Network, dt: float
) -> Wire:
    where, latency = projection.where, step.dialect.latency
    least = 0 if latency else 1
    delay: Any = projection.delay
    if delay is None:
        delay = least + latency
    elif isinstance(delay, float):
        steps = int(whole_steps(delay, dt, f"{where}: delay"))
        require_delay(steps, least, step.dialect.name, where, dt)
        delay = steps + latency
    weight: Any = projection.weight
    if weight is None and isinstance(projection.connect, Matrix):
        weight = projection.connect.weights
    sizes = network.populations[projection.source].n, network.populations[projection.target].n
    given: dict[str, Any] = {"weight": weight, "delay": delay}
    for what, value in given.items():
        if np.ndim(value):
            check_values(projection, what, value, sizes)
    if np.ndim(projection.delay):
        check_delays(projection, least, step.dialect.name, dt)
    ends, (port, back) = (numbers[projection.source], numbers[projection.target]), ports
    return Wire(number, where, *ends, port, projection.connect, weight, delay, latency, least, projection.plasticity, back)


def _is_random(network: Network) -> bool:
    """Return whether the network looks at the key: its connections, weights, delays, or where its neurons start."""
    certain = ("AllToAll", "OneToOne", "Explicit", "Matrix")
    drawn = any(isinstance(x, AbstractValue) for p in network.projections for x in (p.weight, p.delay))
    starts = any(isinstance(x, AbstractValue) for p in network.populations.values() if isinstance(p, Population) for x in p.start.values())
    return drawn or starts or any(type(p.connect).__name__ not in certain for p in network.projections)
