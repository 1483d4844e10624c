"""Doubts about a run that is legal but probably not what was meant, each with its numbers."""

from hillock.dialects import AbstractStep
from hillock.stimuli import AbstractStimulus


def doubts(step: AbstractStep, stimulus: AbstractStimulus, dt: float, duration: float) -> list[str]:
    """Return one sentence for each doubt about a run."""
    return []
