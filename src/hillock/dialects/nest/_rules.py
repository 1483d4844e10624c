"""How NEST steps, and what its models share."""

import jax.numpy as jnp
from jaxtyping import Array, Int

from hillock._arithmetic import rounded
from hillock._types import Scalar, Spike
from hillock.dialects._base import Dialect
from hillock.dialects._choices import AbstractCount

_PA = 1000.0  # in one nA


class CeilSteps(AbstractCount):
    """t_ref, to the nearest microsecond, in steps rounded up."""

    def __call__(self, t_ref: Scalar, dt: Scalar) -> Int[Array, ""]:
        microseconds = jnp.floor(1000 * t_ref + 0.5)
        ratio = microseconds / (1000 * dt)
        return jnp.ceil(ratio - 1e-6).astype(jnp.int32)  # dt = 0.1 is a little more than 100 µs; a whole ratio must stay whole

    def needs_grid(self) -> bool:
        return False


dialect = Dialect(
    name="nest",
    summary="exact flow where the cell is linear, test with ≥, reset in the same step, hold v for t_ref/dt steps, rounded up; input acts "
    "one step late; a spike is stamped at the end of its step",
    at_least=True,
    count=CeilSteps(),
    stamp=1,
    input_delay=1,
    dtype="float64",
)


def in_pa(i: Scalar) -> Scalar:
    """Return a current in pA."""
    return rounded(_PA * i)


def count_down(steps: Int[Array, ""], r: Int[Array, ""], spike: Spike) -> Int[Array, ""]:
    """Return the steps of refractoriness left after a step that began with ``r`` left."""
    return jnp.where(spike > 0, steps, jnp.maximum(r - 1, 0))
