"""What NEST's models share: picoamperes and a countdown."""

import jax.numpy as jnp
from jaxtyping import Array, Int

from hillock._arithmetic import rounded
from hillock._types import Scalar, Spike

_PA = 1000.0  # in one nA


def in_pa(i: Scalar) -> Scalar:
    """Return a current in pA."""
    return rounded(_PA * i)


def count_down(steps: Int[Array, ""], r: Int[Array, ""], spike: Spike) -> Int[Array, ""]:
    """Return the steps of refractoriness left after a step that began with ``r`` left."""
    return jnp.where(spike > 0, steps, jnp.maximum(r - 1, 0))
