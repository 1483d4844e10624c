"""The cortical microcircuit under 1 mm² of early sensory cortex."""

import math
from collections.abc import Mapping
from itertools import product
from types import MappingProxyType

from hillock.cells import LIF
from hillock.connections import FixedTotal, Normal
from hillock.network import Drive, Network, NetworkError, Population, Projection
from hillock.stimuli import Constant, PoissonSpikes
from hillock.synapses import Exponential

_POPULATIONS = ("L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I")
_SIZES = (20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948)
_EXTERNAL = (1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100)  # synapses from outside on each neuron, each firing at 8 Hz
_RATE = 8.0  # Hz
_START = ((-68.28, 5.36), (-63.16, 4.57), (-63.33, 4.74), (-63.45, 4.94), (-63.11, 4.94), (-61.66, 4.55), (-66.72, 5.46), (-61.43, 4.48))
_PROBABILITIES = (  # rows: sources; columns: targets
    (0.1009, 0.1346, 0.0077, 0.0691, 0.1004, 0.0548, 0.0156, 0.0364),
    (0.1689, 0.1371, 0.0059, 0.0029, 0.0622, 0.0269, 0.0066, 0.0010),
    (0.0437, 0.0316, 0.0497, 0.0794, 0.0505, 0.0257, 0.0211, 0.0034),
    (0.0818, 0.0515, 0.1350, 0.1597, 0.0057, 0.0022, 0.0166, 0.0005),
    (0.0323, 0.0755, 0.0067, 0.0033, 0.0831, 0.0600, 0.0572, 0.0277),
    (0.0000, 0.0000, 0.0003, 0.0000, 0.3726, 0.3158, 0.0197, 0.0080),
    (0.0076, 0.0042, 0.0453, 0.1057, 0.0204, 0.0086, 0.0396, 0.0658),
    (0.0000, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000, 0.2252, 0.1443),
)
_RATES = (0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829)
POTJANS_DIESMANN_RATES: Mapping[str, float] = MappingProxyType(dict(zip(_POPULATIONS, _RATES, strict=True)))
"""Mean rates (Hz) of one run of the reference implementation of the microcircuit, by population."""

_TAU_M, _TAU_SYN, _C_M = 10.0, 0.5, 0.25  # ms, ms, nF
_SYNAPSE = Exponential(_TAU_SYN)
_PSP = 0.15  # mV
_INHIBITION = -4.0  # weight of an inhibitory synapse relative to an excitatory one


def potjans_diesmann(scale: float = 1.0, *, drive: str | None = None) -> Network:
    """Return the microcircuit of Potjans and Diesmann: 77,169 neurons in four layers, 2.99·10⁸ synapses.

    Excitatory and inhibitory integrate-and-fire cells of layers 2/3, 4, 5 and 6, joined by layer-specific probabilities.

    Run it with dt = 0.1 ms and ``dialect="nest"``; discard the first 500 ms. At full scale the mean rates are those of the reference implementation, in
    ``POTJANS_DIESMANN_RATES``, within a tenth: 0.9 to 8.6 Hz.

    Args:
        scale: part of the neurons, from 0.001 to 1. Each keeps a part ``scale`` of its synapses, with weights larger by 1/√scale, and the mean
            input that is lost is made up by current (van Albada, Helias & Diesmann 2015), from the reference rates. The input from outside
            is not scaled. Rates are 0.8 to 1.0 of the reference at scale 0.5, and 0.5 to 0.9 at scale 0.1; correlations are not kept.
        drive: the input from outside. "poisson": spikes at 8 Hz from each of 1500 to 2900 sources, as in the paper. "dc": a constant current
            with their mean, as in the model's repository. By default "dc" at full scale and "poisson" below: under constant current a
            network of scale 0.1 falls silent.

    Raises:
        NetworkError: the scale is out of range, or there is no such drive.

    >>> import hillock as hk
    >>> hk.models.potjans_diesmann(scale=0.1).populations["L5I"].n
    106

    Reference: Potjans & Diesmann (2014), Cereb. Cortex 24:785, tables 4 and 5, doi:10.1093/cercor/bhs358; numbers of neurons, starting potentials and
    rates from https://github.com/INM-6/microcircuit-PD14-model; van Albada, Helias & Diesmann (2015), PLoS Comput. Biol. 11:e1004490,
    doi:10.1371/journal.pcbi.1004490.
    """
    if not 0.001 <= scale <= 1.0:
        raise NetworkError(f"potjans_diesmann.scale must be from 0.001, where its smallest population is one neuron, to 1, got {scale:g}.")
    if drive not in (None, "dc", "poisson"):
        raise NetworkError(f"potjans_diesmann.drive must be 'dc' or 'poisson', got {drive!r}.")
    cell = LIF(tau_m=_TAU_M, r_m=_TAU_M / _C_M, v_rest=-65.0, v_reset=-65.0, v_th=-50.0, t_ref=2.0)
    sizes = [round(n * scale) for n in _SIZES]
    populations = {name: Population(cell, n, {"v": Normal(*start)}) for name, n, start in zip(_POPULATIONS, sizes, _START, strict=True)}
    projections = [_projection(s, t, scale) for s, t in product(range(len(sizes)), repeat=2) if _PROBABILITIES[s][t]]
    spikes = drive == "poisson" or (drive is None and scale < 1.0)
    inputs = {name: _input(t, scale, spikes) for t, name in enumerate(_POPULATIONS)}
    return Network(populations, projections, inputs)


def _projection(s: int, t: int, scale: float) -> Projection:
    """Return the projection from population s to t: as many synapses as keep their number per neuron times the scale."""
    weight = _weight(s, t) / math.sqrt(scale)
    sd = abs(weight) / 10
    spread = Normal(weight, sd, low=0.0) if weight > 0 else Normal(weight, sd, high=0.0)
    delay = Normal(0.75, 0.375, low=0.05) if s % 2 else Normal(1.5, 0.75, low=0.05)
    total = FixedTotal(round(_synapses(s, t) * scale**2))
    return Projection(_POPULATIONS[s], _POPULATIONS[t], _SYNAPSE, total, spread, delay)


def _input(t: int, scale: float, spikes: bool) -> list[Constant | Drive]:
    """Return the input of population t from outside, and the current that makes up for the mean of the synapses that are not there."""
    per_hz = _TAU_SYN / 1000.0  # the charge of a current of 1 nA that decays, at one spike per second: nA
    lost = sum(_weight(s, t) * _synapses(s, t) / _SIZES[t] * _RATES[s] for s in range(len(_SIZES))) * (1.0 - math.sqrt(scale))
    weight, rate = _weight(0, 0), _EXTERNAL[t] * _RATE
    if spikes:
        return [Constant(lost * per_hz), Drive(PoissonSpikes(rate), _SYNAPSE, weight)]
    return [Constant((weight * rate + lost) * per_hz)]


def _weight(s: int, t: int) -> float:
    """Return the mean weight (nA) of the synapses from population s to t."""
    return _PSP / _peak_of_psp() * (_INHIBITION if s % 2 else 2.0 if (s, t) == (2, 0) else 1.0)


def _synapses(s: int, t: int) -> int:
    """Return how many synapses, drawn with replacement, join a pair with the probability of the table (Potjans & Diesmann 2014, eq. 1)."""
    p = _PROBABILITIES[s][t]
    return round(math.log(1.0 - p) / math.log(1.0 - 1.0 / (_SIZES[s] * _SIZES[t])))


def _peak_of_psp() -> float:
    """Return the largest potential (mV) that a current of 1 nA, decaying with the synapse's time constant, reaches in the cell."""
    ratio, rates = _TAU_SYN / _TAU_M, 1.0 / _TAU_SYN - 1.0 / _TAU_M
    return (ratio ** (_TAU_M / (_TAU_M - _TAU_SYN) * ratio) - ratio ** (_TAU_M / (_TAU_M - _TAU_SYN))) / (_C_M * rates)
