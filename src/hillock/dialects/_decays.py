"""Decays per step, as simulators take them that clamp a decay without a word."""

import warnings

import jax.numpy as jnp
import numpy as np

from hillock._param import Parametrized
from hillock._trace import is_traced
from hillock._types import Scalar


def say_clamped(neuron: Parametrized, simulator: str, *names: str) -> None:
    """Warn about decays outside [0, 1], which the simulator clamps without a word."""
    for name in names:
        value = getattr(neuron, name)
        if is_traced(value):
            continue
        array = np.asarray(value)
        outside = (array < 0) | (array > 1)
        if outside.any():
            bad = array[outside].flat[0]
            said = f"{type(neuron).__name__}.{name} = {bad:g} is clamped to {np.clip(bad, 0, 1):g}, as {simulator} does at every call."
            warnings.warn(said, stacklevel=4)


def clamped(decay: Scalar) -> Scalar:
    """Return a decay per step as it is used, between 0 and 1."""
    return jnp.clip(jnp.asarray(decay), 0.0, 1.0)
