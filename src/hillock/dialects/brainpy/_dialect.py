"""The order of BrainPy's step, in simulation mode."""

import jax.numpy as jnp
from jaxtyping import Array, Int

from hillock._types import Scalar
from hillock.dialects._choices import AbstractCount
from hillock.dialects._dialect import Dialect
from hillock.integrators import ExponentialEuler


class WholeStepsWithin(AbstractCount):
    """t_ref/dt, rounded down: BrainPy holds a neuron in all steps that start no later than t_ref after the start of the spike's."""

    def __call__(self, t_ref: Scalar, dt: Scalar) -> Int[Array, ""]:
        return jnp.floor((t_ref + dt / 1000) / dt).astype(jnp.int32)  # 1/1000 of a step forgives rounding

    def needs_grid(self) -> bool:
        return False


dialect = Dialect(
    name="brainpy",
    summary="exponential Euler, test for V ≥ V_th, reset in the same step, hold V for t_ref/dt steps",
    integrator=ExponentialEuler(),
    at_least=True,
    count=WholeStepsWithin(),
    stamp=0,
    dtype="float32",
)
