"""How much input a model needs: the rheobase, and by which factor a stimulus would have to grow."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from hillock._closed_forms import known_rheobase
from hillock._explain._subject import Subject, take
from hillock._explain._trial import Trial, no_doubts, quiet
from hillock._simulate import SimulationError
from hillock.analysis import rheobase
from hillock.stimuli import Scaled

Values = Float[np.ndarray, " looked"]

_DURATION = 1000.0  # ms, of the simulations that look for the rheobase
_MOST_STEPS = 200_000
_AT_ONCE = 64
_STRONG, _STRONGEST = 10.0, 1000.0  # times the stimulus: tried first, and tried at most


class Need(NamedTuple):
    """The rheobase of each neuron looked at (nA), whether it is a closed form, and why there is none, in words."""

    rheobase: Values
    is_exact: bool
    reason: str


def find_rheobase(subject: Subject, trial: Trial) -> Need:
    """Return the smallest constant current that makes a cell fire from rest: a closed form where there is one, else by simulation."""
    known = known_rheobase(subject.cell)
    nothing = np.full(len(subject.looked), np.nan)
    if known is not None:
        return Need(subject.each(known), True, "")
    if subject.is_coupled:
        return Need(nothing, False, "Its neurons hear each other, so that none has a rheobase of its own.")
    steps = min(int(np.ceil(_DURATION / subject.dt)), _MOST_STEPS)
    driven = trial.largest_current[np.isfinite(trial.largest_current)]
    highest = max(1.0, float(driven.max(initial=0.0)))
    with no_doubts():
        try:
            found = rheobase(take(subject.model, subject.looked), duration=steps * subject.dt, dt=subject.dt, highest=highest, **subject.options)
        except ValueError as error:
            return Need(nothing, False, str(error))
        except SimulationError:
            return Need(nothing, False, "Simulations that look for its rheobase fail at this dt.")
    return Need(np.broadcast_to(np.asarray(found, float), len(subject.looked)).copy(), False, "")


def find_strength(subject: Subject, who: int) -> float:
    """Return by which factor the stimulus of a silent neuron would have to grow for a spike in this run; NaN where that is not found.

    Sixty-four factors at a time are simulated as one population. A random stimulus has no such factor: every neuron of a population draws
    numbers of its own.
    """
    if subject.is_random or subject.is_coupled:
        return np.nan
    ids = np.full(_AT_ONCE, subject.looked[who])
    model, stimulus = take(subject.model, ids), take(subject.stimulus, ids)
    low, high = 1.0, _STRONG
    for _ in range(4):
        factors = np.geomspace(low, high, _AT_ONCE)
        try:
            rec = quiet(model, Scaled(stimulus, factors), duration=subject.duration, dt=subject.dt, neurons=_AT_ONCE, **subject.options)
        except SimulationError:
            return np.nan
        fired = rec.counts() > 0
        if fired.any():  # the ratio high/low is narrowed to its 63rd root
            first = max(int(np.argmax(fired)), 1)
            low, high = factors[first - 1], factors[first]
        elif high >= _STRONGEST:
            return np.nan
        else:
            low, high = high, _STRONGEST
    return float(high)
