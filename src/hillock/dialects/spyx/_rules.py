"""What Spyx's neurons share: decays that are clamped, and a subtraction for the spike that the old potential makes."""

import warnings

import jax.numpy as jnp
import numpy as np

from hillock._arithmetic import rounded
from hillock._param import Parametrized
from hillock._trace import is_traced
from hillock._types import Scalar, Spike


def say_clamped(neuron: Parametrized, *names: str) -> None:
    """Warn about decays outside [0, 1], which Spyx clamps without a word."""
    for name in names:
        value = getattr(neuron, name)
        if is_traced(value):
            continue
        array = np.asarray(value)
        outside = (array < 0) | (array > 1)
        if outside.any():
            bad = array[outside].flat[0]
            said = f"{type(neuron).__name__}.{name} = {bad:g} is clamped to {np.clip(bad, 0, 1):g}, as Spyx does at every call."
            warnings.warn(said, stacklevel=4)


def clamped(decay: Scalar) -> Scalar:
    """Return a decay per step as Spyx uses it, between 0 and 1."""
    return jnp.clip(jnp.asarray(decay), 0.0, 1.0)


def flowed(beta: Scalar, v: Scalar, i: Scalar, spike: Spike, threshold: Scalar) -> Scalar:
    """Return the potential one step later: decayed, driven, and lowered if the old one was above threshold."""
    return rounded(beta * v) + i - rounded(spike * threshold)
