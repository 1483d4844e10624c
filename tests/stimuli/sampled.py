"""The current that a stimulus makes, as a neuron in a simulation receives it."""

from typing import Any

import numpy as np
from jaxtyping import Float

import hillock as hk
from hillock.stimuli import AbstractStimulus


def current(stimulus: AbstractStimulus, *, duration: float, dt: float, **settings: Any) -> Float[np.ndarray, "steps neurons"]:
    """Return the input (nA) in each step, recorded in double precision."""
    cell = hk.cells.IntegrateAndFire(v_th=1e9)
    return np.asarray(hk.simulate(cell, stimulus, duration=duration, dt=dt, record=["i"], dtype="float64", **settings)["i"])
