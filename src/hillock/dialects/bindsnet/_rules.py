"""What BindsNET's layers share.

The input x is added to v as it is, once per step: a potential, not a current. ``dt`` appears in the decays and in the countdown of
refractoriness only.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float

from hillock._arithmetic import rounded
from hillock._types import Scalar, Spike


def decay(dt: Scalar, tau: Scalar) -> Float[Array, ""]:
    """Return what a step leaves of something that decays."""
    return jnp.exp(-jnp.asarray(dt) / tau)


def relaxed(kept: Scalar, v: Scalar, rest: Scalar) -> Scalar:
    """Return a potential on its way to rest, one step later."""
    return rounded(kept * (v - rest)) + rest


def masked(x: Scalar, refrac_count: Scalar) -> Scalar:
    """Return the input that is felt."""
    return jnp.where(refrac_count > 0, 0.0, x)


def settled(spike: Spike, v: Scalar, reset: Scalar, lbound: Scalar) -> Scalar:
    """Return the potential after this step's spike, if there was one, and not below its bound."""
    return jnp.maximum(jnp.where(spike > 0, reset, v), lbound)


def restarted(spike: Spike, refrac_count: Scalar, refrac: Scalar) -> Scalar:
    """Return the countdown of refractoriness, started anew by a spike."""
    return jnp.where(spike > 0, refrac, refrac_count)
