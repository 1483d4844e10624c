"""Doubts about a run that is legal but probably not what was meant, each with its numbers.

Only numbers are looked at, nothing is traced or compiled, so the questions cost microseconds. A doubt must be right: where
a fact is not known for sure (random input, a cell without a closed form), nothing is said.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np

from hillock._closed_forms import Values, lif_climb, lif_rheobase
from hillock._param import Parametrized, declarations
from hillock.cells import LIF, HodgkinHuxley
from hillock.dialects import AbstractStep, DialectStep
from hillock.integrators import AbstractIntegrator, Euler, ExponentialEuler
from hillock.stimuli import AbstractStimulus, Chirp, Constant, ExponentialChirp, Pulses, Ramp, Samples, Scaled, Sine, Step, Sum

_SHORTEST = 0.1  # ms; no membrane is faster
_MOST_PULSES = 1000
# A time constant that matters only where another parameter is not 0.
_GAINS: Mapping[str, str] = MappingProxyType({"tau_theta": "theta_plus", "tau_inh": "r_inh"})

Range = tuple[Values, Values]
"""Lowest and highest current (nA) a stimulus can have, one value or one per neuron."""


class Doubt(UserWarning):
    """A run that is legal but probably not what was meant."""


def doubts(step: AbstractStep, stimulus: AbstractStimulus, dt: float, duration: float) -> list[str]:
    """Return one sentence for each doubt about a run."""
    model = step.cell if isinstance(step, DialectStep) else step
    with np.errstate(all="ignore"):  # infinite parameters are legal
        found = [*_seconds(model, dt, duration)]
        if found:
            return found  # with times in the wrong unit, nothing else is worth saying
        if isinstance(step, DialectStep):
            found += [*_coarse(step, dt), *_stiff(step, dt), *_short_rest(step, dt)]
            if isinstance(model, LIF):
                found += [*_silence(model, stimulus), *_saturation(model, stimulus)]
    return found


def _seconds(model: Parametrized, dt: float, duration: float) -> Iterator[str]:
    """Doubt times that look like seconds where milliseconds are meant."""
    if declarations(type(model)).get("tau_m") is None:
        return
    where, tau = f"{type(model).__name__}.tau_m", np.asarray(model.tau_m, float)  # type: ignore[attr-defined]
    if tau.max() < _SHORTEST:
        yield f"{where} = {tau.max():g} ms is unusually short. If {tau.max():g} s is meant, write '{1000 * tau.max():g} ms'."
    elif np.isfinite(tau.min()) and duration < tau.min() / 10 and dt <= tau.min() / 1e4:
        yield (
            f"duration = {duration:g} ms and dt = {dt:g} ms are far below {where} = {tau.min():g} ms. "
            f"If seconds are meant, write '{1000 * duration:g} ms' and '{1000 * dt:g} ms'."
        )


def _coarse(step: DialectStep, dt: float) -> Iterator[str]:
    """Doubt a dt that is long for the time constants."""
    for where, tau in _time_constants(step.cell):
        ratio = dt / tau
        if ratio > 1 + 1e-9:
            yield f"dt = {dt:g} ms is longer than {where} = {tau:g} ms: what happens meanwhile is lost. Use dt ≤ {tau / 10:g} ms."
        elif ratio > 0.1 * (1 + 1e-9) and _is_first_order(step.integrator, where):
            acts = f", which under forward Euler acts like {-dt / np.log1p(-ratio) if ratio < 1 else 0:.3g} ms"
            why = acts if isinstance(step.integrator, Euler) else f", and {type(step.integrator).__name__} is accurate to first order only"
            yield f"dt = {dt:g} ms is more than a tenth of {where} = {tau:g} ms{why}. Use dt ≤ {tau / 10:g} ms, or another integrator."


def _is_first_order(integrator: AbstractIntegrator, where: str) -> bool:
    """Return whether an integrator is of first order for a time constant; a decay by itself is exact in all but Euler's."""
    if isinstance(integrator, Euler):
        return True
    return integrator.order == 1 and not isinstance(integrator, ExponentialEuler) and where.rpartition(".")[2] not in _GAINS


def _stiff(step: DialectStep, dt: float) -> Iterator[str]:
    """Doubt a dt at which the open sodium channels of an axon overshoot: explicit methods are unstable beyond some 2 time constants.

    A third of the channels are open at the peak, so that these are of 3 c_m/g_na.
    """
    if isinstance(step.cell, HodgkinHuxley) and not isinstance(step.integrator, ExponentialEuler):
        longest = 6.6 * float(np.min(np.asarray(step.cell.c_m, float) / np.asarray(step.cell.g_na, float)))
        if dt > longest * (1 + 1e-9):
            yield (
                f"dt = {dt:g} ms is too long for the spikes of HodgkinHuxley under {type(step.integrator).__name__}, which can overflow in them. "
                f"Use dt ≤ {longest:.2g} ms, or ExponentialEuler."
            )


def _time_constants(cell: Parametrized) -> Iterator[tuple[str, float]]:
    """Yield name and smallest value of every time constant that matters."""
    name, declared = type(cell).__name__, declarations(type(cell))
    for tau in declared:
        gain = _GAINS.get(tau)
        if tau.startswith("tau_") and (gain not in declared or np.any(np.asarray(getattr(cell, str(gain))) != 0)):
            yield f"{name}.{tau}", float(np.min(getattr(cell, tau)))
    if {"c_m", "g_l"} <= set(declared):
        yield f"{name}.c_m/g_l", float(np.min(np.asarray(cell.c_m, float) / np.asarray(cell.g_l, float)))  # type: ignore[attr-defined]


def _short_rest(step: DialectStep, dt: float) -> Iterator[str]:
    """Doubt a refractory time shorter than the step that must hold it; where t_ref must be on the grid, that is an error."""
    t_ref = np.asarray(step.cell.t_ref, float)
    short = (t_ref > 0) & (t_ref < dt * (1 - 1e-9))
    if short.any():
        yield (
            f"{type(step.cell).__name__}.t_ref = {t_ref[short].max():g} ms is shorter than dt = {dt:g} ms, "
            f"and the dialect {step.dialect.name} counts whole steps. Use a smaller dt."
        )


def _silence(cell: LIF, stimulus: AbstractStimulus) -> Iterator[str]:
    """Doubt a drive too weak for any spike."""
    known = current_range(stimulus)
    if known is None or not np.any(known[1] != 0):  # no drive at all is meant
        return
    high, rheobase = np.broadcast_arrays(known[1], lif_rheobase(cell))
    if np.all(high < rheobase) and np.all(np.isfinite(rheobase)):
        nearest = np.argmax(high - rheobase)
        yield f"The largest current, {high.flat[nearest]:g} nA, is below the rheobase of {rheobase.flat[nearest]:g} nA: no spike is possible."


def _saturation(cell: LIF, stimulus: AbstractStimulus) -> Iterator[str]:
    """Doubt a lasting current so strong that refractoriness sets the rate, not the input."""
    known = current_range(stimulus) if isinstance(stimulus, Constant | Step) else None
    if known is None:
        return
    high, climb, t_ref = np.broadcast_arrays(known[1], lif_climb(cell, known[1]), np.asarray(cell.t_ref, float))
    if np.all(climb <= t_ref):
        k = np.argmax(climb)
        yield (
            f"Under {high.flat[k]:g} nA the cell climbs to threshold in {climb.flat[k]:.3g} ms, no longer than LIF.t_ref = {t_ref.flat[k]:g} ms: "
            f"the rate, at most {1000 / t_ref.flat[k]:g} Hz, says more about t_ref than about the input."
        )


def current_range(stimulus: AbstractStimulus) -> Range | None:
    """Return bounds of a stimulus; None where it has none, as for noise, or where they are not known."""
    if isinstance(stimulus, Sum):
        parts = [current_range(term) for term in stimulus.terms]
        known = [part for part in parts if part is not None]
        return (sum(low for low, _ in known), sum(high for _, high in known)) if len(known) == len(parts) else None  # type: ignore[return-value]
    if isinstance(stimulus, Scaled):
        inner, factor = current_range(stimulus.stimulus), np.asarray(stimulus.factor, float)
        return _between(factor * inner[0], factor * inner[1]) if inner is not None else None
    bounds = _RANGES.get(type(stimulus))
    return bounds(stimulus) if bounds is not None else None


def _between(*values: Values) -> Range:
    arrays = np.broadcast_arrays(*(np.asarray(value, float) for value in values))
    return np.min(arrays, axis=0), np.max(arrays, axis=0)


def _around(offset: Values, amplitude: Values) -> Range:
    middle, reach = np.asarray(offset, float), np.abs(np.asarray(amplitude, float))
    return middle - reach, middle + reach


def _pulses(stimulus: Pulses) -> Range | None:
    """Return the extremes over the times at which a pulse begins or ends, where all that are on add up, and 0 outside."""
    given = [np.asarray(x, float) for x in (stimulus.amplitudes, stimulus.starts, stimulus.stops)]
    columns = [x if x.ndim == 2 else x[:, None] for x in given] if any(x.ndim == 2 for x in given) else given
    amplitudes, starts, stops = np.broadcast_arrays(*columns)
    if len(starts) > _MOST_PULSES:
        return None
    times = np.concatenate([starts, stops])[:, None]
    on = (starts[None] <= times) & (times < stops[None])
    totals = np.where(on, amplitudes[None], 0.0).sum(axis=1)
    return np.minimum(totals.min(axis=0), 0.0), np.maximum(totals.max(axis=0), 0.0)


def _samples(stimulus: Samples) -> Range:
    values = np.asarray(stimulus.values, float)
    return values.min(axis=0), values.max(axis=0)


_RANGES: Mapping[type, Callable[..., Range | None]] = MappingProxyType(
    {
        Constant: lambda s: _between(s.amplitude),
        Step: lambda s: _between(s.amplitude, s.baseline),
        Ramp: lambda s: _between(s.initial, s.final),
        Sine: lambda s: _around(s.offset, s.amplitude),
        Chirp: lambda s: _around(s.offset, s.amplitude),
        ExponentialChirp: lambda s: _around(s.offset, s.amplitude),
        Pulses: _pulses,
        Samples: _samples,
    }
)
