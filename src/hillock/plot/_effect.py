"""Whether the spikes of a projection excite or inhibit, and what a picture says about it."""

from typing import Any

import numpy as np

from hillock.cells import AbstractCell
from hillock.connections import (
    AbstractRule,
    AbstractValue,
    AllToAll,
    DistanceDependent,
    FixedIndegree,
    FixedOutdegree,
    FixedProbability,
    FixedTotal,
    LogNormal,
    Matrix,
    Normal,
    OneToOne,
    Uniform,
)
from hillock.dialects import AbstractReceivingStep
from hillock.network import Drive, Network, Population, Projection
from hillock.network._repr import brief
from hillock.plot._style import COLOURS, GREY
from hillock.synapses import AbstractSynapse

EXCITATORY, INHIBITORY = COLOURS[0], COLOURS[1]
_LATER = 0.1  # ms after a spike has arrived, in which a synapse that rises has begun to


def effect(network: Network, target: str, synapse: AbstractSynapse | str, weight: Any) -> int:
    """Return 1 if an arriving spike excites a neuron of ``target``, -1 if it inhibits, 0 if neither.

    The sign of the weight says so, and of a synapse with a reversal potential the sign of its current into a neuron 1 mV above where it starts.
    """
    population = network.populations[target]
    w = mean_of(weight)
    assert isinstance(population, Population)
    if not isinstance(synapse, AbstractSynapse) or not isinstance(population.cell, AbstractCell) or not w:
        return int(np.sign(w))
    v = float(np.mean(np.asarray(population.cell.init().v))) + 1.0
    state, after = synapse.receive(synapse.init(), v, abs(w))
    rates = synapse.drift(state, v)
    risen = type(state)(*(np.mean(np.asarray(x) + _LATER * np.asarray(rate)) for x, rate in zip(state, rates, strict=True)))
    change = float(np.mean(np.asarray(synapse.current(risen, v)))) + float(np.mean(np.asarray(after))) - v
    return int(np.sign(w) * np.sign(change))


def weight_of(projection: Projection) -> Any:
    """Return the weight of a projection, which a matrix brings along."""
    return projection.connect.weights if projection.weight is None and isinstance(projection.connect, Matrix) else projection.weight


def weight_unit(network: Network, target: str, synapse: AbstractSynapse | str) -> str:
    """Return the unit of the weights at a synapse, or at the port of a replica."""
    if isinstance(synapse, AbstractSynapse):
        return synapse.weight_unit
    population = network.populations[target]
    assert isinstance(population, Population)
    assert isinstance(population.cell, AbstractReceivingStep)
    return population.cell.ports()[synapse]


def shade_of(sign: int) -> str:
    """Return the colour of excitation, inhibition or neither."""
    return {1: EXCITATORY, -1: INHIBITORY}.get(sign, GREY)


def mean_of(value: Any) -> float:
    """Return the mean of a number, of numbers or of a distribution before its tails are cut off."""
    if isinstance(value, Uniform):
        return (value.low + value.high) / 2
    if isinstance(value, Normal | LogNormal):
        return float(value.mean)
    array = np.asarray(value, float)
    return float(array.mean()) if array.size else 0.0


def in_words(value: Any, unit: str) -> str:
    """Return a weight or a delay in a few characters: 0.1 nA, 1.5 ± 0.75 ms, 0.5 to 2 ms."""
    end = {"": "", "1": "", "uS": " µS"}.get(unit, f" {unit}")
    if isinstance(value, Uniform):
        return f"{_short(value.low)} to {_short(value.high)}{end}"
    if isinstance(value, Normal | LogNormal):
        return f"{_short(value.mean)} ± {_short(value.sd)}{end}"
    if isinstance(value, AbstractValue):
        return type(value).__name__
    array = np.asarray(value, float)
    if not array.size or array.min() == array.max():
        return f"{_short(mean_of(value))}{end}"
    return f"{_short(array.min())} to {_short(array.max())}{end}"


def _short(number: float) -> str:
    return f"{number:.3g}".replace("-", "−")


def rule_in_words(rule: AbstractRule, n_source: int, n_target: int, same: bool) -> str:
    """Return which neurons are joined: p = 0.02, in-degree 100, all to all."""
    match rule:
        case FixedProbability():
            return f"p = {rule.p:g}"
        case FixedIndegree():
            return f"in-degree {rule.k}"
        case FixedOutdegree():
            return f"out-degree {rule.k}"
        case FixedTotal():
            return f"{rule.n} synapses"
        case AllToAll():
            return "all to all"
        case OneToOne():
            return "one to one"
        case DistanceDependent():
            return f"{type(rule.kernel).__name__} of distance"
    return f"{rule.synapses(n_source, n_target, same):.0f} listed synapses"


def projection_in_words(network: Network, projection: Projection) -> str:
    """Return rule, weight and delay of a projection in two lines."""
    sizes = network.populations[projection.source].n, network.populations[projection.target].n
    rule = rule_in_words(projection.connect, *sizes, projection.source == projection.target)
    second = [in_words(weight_of(projection), weight_unit(network, projection.target, projection.synapse))]
    if projection.delay is not None:
        second.append(in_words(projection.delay, "ms"))
    return f"{rule}\n{', '.join(second)}"


def drive_in_words(network: Network, name: str, drive: Drive) -> str:
    """Return source and weight of spikes from outside."""
    return f"{brief(drive.spikes)}\n{in_words(drive.weight, weight_unit(network, name, drive.synapse))}"
