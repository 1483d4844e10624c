"""What snnTorch's neurons share: two ways to be reset."""

import jax.numpy as jnp
from jax import lax

from hillock._param import ParameterError, Parametrized
from hillock._types import Scalar, Spike

_MECHANISMS = ("subtract", "zero", "none")


def check_mechanism(neuron: Parametrized) -> None:
    """Raise ParameterError unless the neuron's ``reset_mechanism`` is one that snnTorch has."""
    given = neuron.reset_mechanism  # type: ignore[attr-defined]
    if given not in _MECHANISMS:
        raise ParameterError(f"{type(neuron).__name__}.reset_mechanism must be 'subtract', 'zero' or 'none', got {given!r}.")


def reset_signal(v: Scalar, threshold: Scalar) -> Spike:
    """Return 1.0 where the potential that the last call returned is above threshold, else 0.0."""
    excess = lax.stop_gradient(jnp.asarray(v) - threshold)
    return (excess > 0.0).astype(excess.dtype)


def reset_late(mechanism: str, flowed: Scalar, reset: Spike, threshold: Scalar) -> Scalar:
    """Return the potential after this step's flow and the reset due from the last one."""
    if mechanism == "subtract":
        return flowed - reset * threshold  # the product is exact: reset is 0 or 1
    return jnp.where(reset > 0, jnp.zeros_like(flowed), flowed) if mechanism == "zero" else flowed


def reset_at_once(mechanism: str, v: Scalar, spike: Spike, reset: Spike, threshold: Scalar) -> Scalar:
    """Return the potential after the reset for this step's spike, where ``reset_delay=False``.

    snnTorch corrects for the reset that ``reset_late`` has done by a difference. It is -1 where the last potential was above
    threshold and this one is not: the threshold is then added back.
    """
    difference = lax.stop_gradient(spike) - reset
    if mechanism == "subtract":
        return v - difference * threshold
    return v - difference * v if mechanism == "zero" else v
