"""Between which currents a stimulus stays, as far as its parameters say."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from hillock._closed_forms import Values
from hillock.stimuli import AbstractStimulus, Chirp, Constant, ExponentialChirp, Pulses, Ramp, Samples, Scaled, Sine, Step, Sum

_MOST_PULSES = 1000

Range = tuple[Values, Values]
"""Lowest and highest current (nA) a stimulus can have, one value or one per neuron."""


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
