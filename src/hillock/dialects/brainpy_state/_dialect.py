"""The order of brainpy.state's step."""

import jax.numpy as jnp
from jaxtyping import Array, Int

from hillock._types import Scalar
from hillock.dialects._choices import AbstractCount, KeepOvershoot
from hillock.dialects._dialect import Dialect
from hillock.integrators import ExponentialEuler


class StepsBefore(AbstractCount):
    """One step less than t_ref/dt, rounded up: brainpy.state holds a neuron in all steps that start less than t_ref after the start of the spike's."""

    def __call__(self, t_ref: Scalar, dt: Scalar) -> Int[Array, ""]:
        steps = jnp.ceil((t_ref - dt / 1000) / dt).astype(jnp.int32)  # 1/1000 of a step forgives rounding
        return jnp.maximum(steps - 1, 0)

    def needs_grid(self) -> bool:
        return False


dialect = Dialect(
    name="brainpy_state",
    summary="exponential Euler, test for V ≥ V_th, subtract V_th - V_reset before the next step's flow, hold V for t_ref/dt - 1 steps; V shows the "
    "overshoot for one step",
    integrator=ExponentialEuler(),
    at_least=True,
    reset=KeepOvershoot(),
    count=StepsBefore(),
    stamp=0,
    shows="before",
    dtype="float32",
)
