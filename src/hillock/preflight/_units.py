"""Numbers that look as if another unit was meant: s for ms, V for mV, pF for nF, pA for nA, GΩ or Ω for MΩ."""

from collections.abc import Iterator

import numpy as np

from hillock._closed_forms import known_rheobase
from hillock._param import Parametrized, declarations
from hillock.cells import LIF
from hillock.preflight._ranges import current_range
from hillock.stimuli import AbstractStimulus, Constant, Sine, Step

_SHORTEST = 0.1  # ms; no membrane is faster
_VOLTS = (0.01, 0.2)  # between which a resting potential or a threshold lies, in V
_LARGEST = 20.0  # nF; the membrane of a neuron has at most some nF
_RESISTANCES = (1.0, 1e5)  # MΩ; a neuron's is between these
_ABSURD = 300.0  # rheobases
_BELIEVABLE = (0.1, 100.0)  # rheobases, of a current that is meant


def wrong_units(model: Parametrized, stimulus: AbstractStimulus, dt: float, duration: float) -> list[str]:
    """Return doubts about one kind of unit; one wrong unit makes others look wrong too, so that what may follow from it is not said."""
    looks = (_volts(model), _farads(model), _seconds(model, dt, duration), _ohms(model, stimulus), _amperes(model, stimulus, duration))
    return next((found for look in looks if (found := list(look))), [])


def _seconds(model: Parametrized, dt: float, duration: float) -> Iterator[str]:
    """Doubt times that look like seconds where milliseconds are meant."""
    declared, name = declarations(type(model)), type(model).__name__
    if "tau_m" in declared:
        where, tau = f"{name}.tau_m", np.asarray(model.tau_m, float)  # type: ignore[attr-defined]
        advice = f"If {tau.max():g} s is meant, write '{1000 * tau.max():g} ms'."
    elif {"c_m", "g_l"} <= set(declared):
        where, tau = f"{name}.c_m/g_l", np.asarray(model.c_m, float) / np.asarray(model.g_l, float)  # type: ignore[attr-defined]
        advice = "c_m is in nF and g_l in µS: if the numbers are of pF or nS, write so, as in '10 nS'."
    else:
        return
    if tau.max() < _SHORTEST:
        yield f"{where} = {tau.max():.3g} ms is unusually short. {advice}"
    elif np.isfinite(tau.min()) and duration < tau.min() / 10 and dt <= tau.min() / 1e4:
        yield (
            f"duration = {duration:g} ms and dt = {dt:g} ms are far below {where} = {tau.min():g} ms. "
            f"If seconds are meant, write '{1000 * duration:g} ms' and '{1000 * dt:g} ms'."
        )


def _volts(model: Parametrized) -> Iterator[str]:
    """Doubt a rest and a threshold that are both negative and of some hundredths: normalised potentials go from 0 to 1."""
    names = [name for name in ("v_rest", "v_th") if name in declarations(type(model))]
    if len(names) < 2:
        return
    values = [np.asarray(getattr(model, name), float) for name in names]
    if all(np.all((-value >= _VOLTS[0]) & (-value <= _VOLTS[1])) for value in values):
        name, kind = names[0], type(model).__name__
        value = values[0].flat[0]
        yield f"{kind}.{name} = {value:g} mV and {kind}.{names[1]} = {values[1].flat[0]:g} mV look like volts. Write '{1000 * value:g} mV', and so on."


def _farads(model: Parametrized) -> Iterator[str]:
    """Doubt a capacitance that no neuron has."""
    if "c_m" in declarations(type(model)):
        where, c_m = f"{type(model).__name__}.c_m", np.asarray(model.c_m, float)  # type: ignore[attr-defined]
        if _LARGEST < c_m.min() < np.inf:
            area = f"{c_m.min() / 10:.3g} mm² of membrane"
            yield f"{where} = {c_m.min():g} nF is the capacitance of {area}. If pF is meant, write '{c_m.min():g} pF'."


def _ohms(model: Parametrized, stimulus: AbstractStimulus) -> Iterator[str]:
    """Doubt a membrane resistance that no neuron has, if it has a threshold in mV and is silent, or driven absurdly hard, by it."""
    if not isinstance(model, LIF) or _is_ordinary(np.asarray(model.r_m, float)):
        return
    known = current_range(stimulus)
    if known is None:
        return
    r_m, high, needed = np.broadcast_arrays(np.asarray(model.r_m, float), np.asarray(known[1], float), np.asarray(known_rheobase(model)))
    in_mv = np.all(np.asarray(model.v_th, float) - np.asarray(model.v_rest, float) > 2)
    r, i = r_m.flat[0], high.flat[0]
    if in_mv and np.all((r_m < _RESISTANCES[0]) & (high > 0) & (high < needed) & (1000 * high > needed)):
        yield f"LIF.r_m = {r:g} MΩ is unusually small: {i:g} nA moves v by {r * i:.3g} mV. If GΩ is meant, write '{1000 * r:g} Mohm'."
    elif in_mv and np.all((r_m > _RESISTANCES[1]) & (high > _ABSURD * needed)):
        yield f"LIF.r_m = {r:g} MΩ is unusually large: {i:g} nA moves v by {r * i:.3g} mV. If Ω is meant, write '{r / 1e6:g} Mohm'."


def _amperes(model: Parametrized, stimulus: AbstractStimulus, duration: float) -> Iterator[str]:
    """Doubt a current of absurd size that would be an ordinary one in pA, or in A."""
    known, needed = current_range(stimulus), known_rheobase(model)
    if known is None or needed is None:
        return
    high, rheobase = np.broadcast_arrays(np.asarray(known[1], float), needed)
    if not np.all((rheobase > 0) & np.isfinite(rheobase) & np.isfinite(high) & (high > 0)):
        return
    k = np.argmin(high / rheobase)
    ratio, i = high.flat[k] / rheobase.flat[k], high.flat[k]
    if ratio > _ABSURD and _BELIEVABLE[0] < ratio / 1000 < _BELIEVABLE[1] and _lasts(stimulus, model, duration):
        yield f"The current of {i:g} nA is {ratio:.0f} times the rheobase of {rheobase.flat[k]:g} nA. If pA is meant, write '{i:g} pA'."
    elif _BELIEVABLE[0] < ratio * 1e9 < _BELIEVABLE[1]:
        yield f"The current of {i:g} nA is {ratio:.3g} times the rheobase of {rheobase.flat[k]:g} nA. If A is meant, write '{1e9 * i:g} nA'."


def _lasts(stimulus: AbstractStimulus, model: Parametrized, duration: float) -> bool:
    """Return whether a current is on for long: a pulse much shorter than the membrane's time constant must be strong."""
    if isinstance(stimulus, Step):
        tau = np.min(np.asarray(getattr(model, "tau_m", 0.0), float))
        on = np.minimum(np.asarray(stimulus.stop, float), duration) - np.asarray(stimulus.start, float)
        return bool(np.all(on > tau / 10))
    return isinstance(stimulus, Constant | Sine)


def _is_ordinary(r_m: np.ndarray) -> bool:
    return bool(np.all((r_m >= _RESISTANCES[0]) & (r_m <= _RESISTANCES[1])))
