"""A network in words: its parts, how much of everything there is, and in which order a step does things."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import jax
import numpy as np

from hillock._table import table
from hillock.connections import AbstractValue, Matrix
from hillock.dialects import AbstractStep, Dialect, find
from hillock.dialects._choices import Unsupported
from hillock.network._network import Network, require_network
from hillock.network._parts import Population, Projection, SpikeTrains
from hillock.network._repr import brief, whole
from hillock.synapses import AbstractSynapse, GapJunction

_SMALL = 2**16  # neurons whose numbers fit into two bytes
_JOINED = ", as do gap junctions' currents between the potentials that the last step left"
_REST = {True: "neurons that rest after a spike keep their potential", False: "neurons that rest after a spike feel no input"}
_RECORD = {
    "after": "spikes and traces are recorded",
    "before": "spikes are recorded, and traces as they were before the reset",
    "start": "spikes are recorded, and traces as they were at the start of the step",
}


def describe(network: Network, *, dt: float | None = None, dialect: str | Dialect | None = None) -> str:
    """Return what a network is made of, how many synapses that comes to, the memory they need, and the order of one step.

    Args:
        network: its parts.
        dt: length of a step (ms), with which delays are also given in steps.
        dialect: the order of a step, ``"hillock"`` by default; replicas bring their own.

    Raises:
        TypeError: it is no network.
        ValueError: there is no such dialect.

    """
    require_network(network, "describe")
    found = orders(network, dialect)
    counts = [_synapses(network, projection) for projection in network.projections]
    total = f"{sum(counts):,.0f} synapses{'' if all(map(_is_certain, network.projections)) else ', expected'}"
    sizes = [_count(network.n, "neuron"), _count(len(network.populations), "population"), _count(len(network.projections), "projection"), total]
    parts = [f"Network: {' · '.join(sizes)}", _section("Populations", ["name", "neurons", "cell", "start"], "<><<", _populations(network))]
    if network.projections:
        head = ["from → to", "rule", "synapse", "synapses", "per neuron", "weight", "delay"]
        rows = [_projection(network, projection, n, dt, dialect) for projection, n in zip(network.projections, counts, strict=True)]
        parts.append(_section("Projections", head, "<<<>><<", rows))
    if network.inputs:
        parts.append(_section("Inputs", ["to", "what", "synapse", "weight"], "<<<<", list(_inputs(network))))
    parts += ["\n".join(_memory(network, counts, found)), *("\n".join(_step(order, network.projections)) for order in found)]
    return "\n\n".join(parts)


def orders(network: Network, dialect: str | Dialect | None = None) -> list[Dialect]:
    """Return the orders in which the neurons of a network are stepped: the dialect's, and those of replicas; each once."""
    found = [_order(one, dialect) for one in network.populations.values() if isinstance(one, Population)]
    return list({order.name: order for order in found}.values())


def _order(population: Population, dialect: str | Dialect | None) -> Dialect:
    return population.cell.dialect if isinstance(population.cell, AbstractStep) else find(dialect or "hillock")


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _section(title: str, head: list[str], align: str, rows: list[list[str]]) -> str:
    return f"{title}\n" + textwrap.indent(table(head, rows, align), "    ")


def _populations(network: Network) -> list[list[str]]:
    rows = []
    for name, one in network.populations.items():
        if isinstance(one, SpikeTrains):
            rows.append([name, f"{one.n:,}", f"given spikes, {sum(map(len, one.times)):,} of them", ""])
        else:
            units = one.units()
            rows.append(
                [name, f"{one.n:,}", brief(one.cell), ", ".join(f"{variable} = {_amount(x, units[variable])}" for variable, x in one.start.items())]
            )
    return rows


def _projection(network: Network, projection: Projection, n: float, dt: float | None, dialect: str | Dialect | None) -> list[str]:
    synapse, target = projection.synapse, network.populations[projection.target]
    assert isinstance(target, Population)  # others receive nothing
    weight = projection.connect.weights if projection.weight is None and isinstance(projection.connect, Matrix) else projection.weight
    named, unit = _port(synapse, target)
    delay = "none" if isinstance(synapse, GapJunction) else _delay(projection.delay, dt, _order(target, dialect))
    named += f", {whole(projection.plasticity)}" if projection.plasticity is not None else ""
    ends = f"{projection.source} → {projection.target}"
    return [ends, brief(projection.connect), named, f"{n:,.0f}", f"{n / target.n:,.4g}", _amount(weight, unit), delay]


def _port(synapse: AbstractSynapse | str, target: Any) -> tuple[str, str]:
    """Return a synapse in words, and the unit of a weight."""
    if isinstance(synapse, AbstractSynapse):
        return whole(synapse), synapse.weight_unit
    return f"port {synapse}", target.cell.ports()[synapse]


def _delay(delay: Any, dt: float | None, order: Dialect) -> str:
    if delay is None:
        return "0 ms" if order.delivers_first else "one step"
    if dt is None or not isinstance(delay, float):
        return _amount(delay, "ms")
    steps = f"{delay / dt:.6g}"
    return f"{delay:g} ms ({steps} step{'' if steps == '1' else 's'})"


def _inputs(network: Network) -> Iterator[list[str]]:
    for name in network.inputs:
        for stimulus in network.stimuli(name):
            yield [name, brief(stimulus), "", ""]
        for drive in network.drives(name):
            named, unit = _port(drive.synapse, network.populations[name])
            yield [name, brief(drive.spikes), named, _amount(drive.weight, unit)]


def _amount(value: Any, unit: str) -> str:
    """Return a number, values or a distribution with the unit."""
    shown = "" if unit == "1" else f" {unit}"
    if isinstance(value, AbstractValue):
        return f"{brief(value)}{shown}"
    array = np.asarray(value, float)
    if array.ndim == 0:
        return f"{float(array):g}{shown}"
    return f"{array.size:,} values from {array.min():.4g} to {array.max():.4g}{shown}" if array.size else "no values"


def _synapses(network: Network, projection: Projection) -> float:
    source, target = network.populations[projection.source], network.populations[projection.target]
    return projection.connect.synapses(source.n, target.n, projection.source == projection.target)


def _is_certain(projection: Projection) -> bool:
    return type(projection.connect).__name__ not in ("FixedProbability", "DistanceDependent")


def _memory(network: Network, counts: list[float], found: list[Dialect]) -> Iterator[str]:
    """Yield what states and synapses take: a target is two bytes, or four in a large population; a weight of its own is one number more."""
    size = 8 if any(order.dtype == "float64" for order in found) else 4
    yield f"Memory, in float{8 * size}"
    names = [name for name, one in network.populations.items() if isinstance(one, Population)]
    states = sum(size * len(jax.tree.leaves(network.receiver(name)[0].init())) * network.populations[name].n for name in names)
    yield f"    states       {_bytes(states)}"
    targets = sum(n * (2 if network.populations[p.target].n <= _SMALL else 4) for p, n in zip(network.projections, counts, strict=True))
    weights = sum(size * n for p, n in zip(network.projections, counts, strict=True) if not isinstance(p.weight, float))
    if network.projections:
        yield f"    connections  {_bytes(targets + weights)}"


def _bytes(n: float) -> str:
    """Return a number of bytes, such as '1.2 MB'."""
    unit, size = next(((unit, size) for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)) if n >= size), ("B", 1.0))
    return f"{n / size:.3g} {unit}"


def _step(order: Dialect, projections: Sequence[Projection]) -> Iterator[str]:
    """Yield the order of a step; a replica brings its own."""
    joined = any(isinstance(one.synapse, GapJunction) for one in projections)
    connected = not all(isinstance(one.synapse, GapJunction) for one in projections)
    early = ["spikes arrive that were fired their delay and one step ago (a delay may be 0)"] if connected and order.delivers_first else []
    late = ["spikes arrive that were fired their delay ago (at least one step)"] if connected and not order.delivers_first else []
    flow, test = "cells and synapses flow over dt" + _JOINED * joined, "the threshold is tested: who is above it fires"
    rest = [] if isinstance(order.count, Unsupported) else [_REST[order.refractoriness.clamps()]]
    if order.fires_first:
        things = [*early, test, "who fired is reset; all others flow over dt, or rest" + _JOINED * joined, *late]
    elif order.reset_next_step:
        things = [*early, flow, *late, *rest, "who fired in the last step is reset", test]
    else:
        things = [*early, flow, *late, *rest, test, "who fired is reset"]
    yield f"One step in the dialect {order.name}"
    yield from (f"    {k}. {thing}" for k, thing in enumerate([*things, _RECORD[order.shows]], 1))
    yield textwrap.fill(f"In its own words: {order.summary}.", 120, initial_indent="    ", subsequent_indent="    ")
