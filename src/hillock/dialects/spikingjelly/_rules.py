"""What SpikingJelly's neurons share: a hard reset to a value, or a soft one by the threshold.

SpikingJelly says ``v_reset=None`` for the soft reset. A parameter is a number here, so None becomes minus infinity, to which nobody
resets; either may be written.
"""

from math import inf

import jax.numpy as jnp

from hillock._param import ParameterError, Parametrized
from hillock._types import Param, Scalar, Spike


def or_soft(v_reset: Param) -> Param:
    """Return a reset potential as a number: minus infinity for None."""
    return -inf if v_reset is None else v_reset


def base(v_reset: Scalar) -> Scalar:
    """Return the potential at the start, and the resting one of a LIFNode: v_reset, or 0 where the reset is soft."""
    return jnp.where(jnp.isneginf(v_reset), 0.0, v_reset)


def after(spike: Spike, v: Scalar, v_threshold: Scalar, v_reset: Scalar) -> Scalar:
    """Return the potential after this step's spike, if there was one."""
    return jnp.where(spike > 0, jnp.where(jnp.isneginf(v_reset), v - v_threshold, v_reset), v)


def check_flag(node: Parametrized, name: str) -> None:
    """Raise ParameterError unless an option is True or False."""
    given = getattr(node, name)
    if not isinstance(given, bool):
        raise ParameterError(f"{type(node).__name__}.{name} must be True or False, got {given!r}.")
