"""The order of NEST's step, and how it counts refractory steps."""

import jax.numpy as jnp
from jaxtyping import Array, Int

from hillock._types import Scalar
from hillock.dialects._choices import AbstractCount
from hillock.dialects._dialect import Dialect


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
