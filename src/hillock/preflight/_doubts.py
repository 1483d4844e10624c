"""Doubts about a run that is legal but probably not what was meant, each with its numbers.

Only numbers are looked at, nothing is traced or compiled, so the questions cost a tenth of a millisecond. A doubt must be right: where
a fact is not known for sure (random input, a cell without a closed form), nothing is said. ``hillock.explain`` looks closer.
"""

from collections.abc import Collection

import numpy as np

from hillock.dialects import AbstractStep, DialectStep
from hillock.preflight._drive import crowding, saturation, silence
from hillock.preflight._steps import coarse, short_rest, stiff
from hillock.preflight._units import wrong_units
from hillock.stimuli import AbstractStimulus

_ALL = ("units", "steps", "drive")


def doubts(step: AbstractStep, stimulus: AbstractStimulus, dt: float, duration: float, about: Collection[str] = _ALL) -> list[str]:
    """Return one sentence for each doubt about a run.

    Args:
        step: a cell in a dialect, or a replica.
        stimulus: the input current.
        dt, duration: ms.
        about: ``"units"`` (numbers that look like another unit), ``"steps"`` (dt against the time constants), ``"drive"`` (silence and
            saturation). With numbers in the wrong unit nothing else is worth saying.

    """
    model = step.cell if isinstance(step, DialectStep) else step
    with np.errstate(all="ignore"):  # infinite parameters are legal
        found = wrong_units(model, stimulus, dt, duration) if "units" in about else []
        if found or not isinstance(step, DialectStep):
            return found
        if "steps" in about:
            found += [*coarse(step, dt), *stiff(step, dt), *short_rest(step, dt)]
        if "drive" in about:
            many = [] if found else crowding(step.cell, stimulus, dt)  # which follows from a dt that is too long for the membrane
            found += [*silence(step.cell, stimulus), *saturation(step.cell, stimulus), *many]
    return found
