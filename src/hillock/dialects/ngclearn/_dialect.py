"""The order of a step of ngc-learn's LIFCell, for any cell."""

from typing import Any

import jax
import jax.numpy as jnp

from hillock._arithmetic import exprel
from hillock._trace import dependence, is_linear
from hillock._types import Scalar, State
from hillock.dialects._choices import CountUp, MaskInput
from hillock.dialects._dialect import Dialect
from hillock.integrators import AbstractIntegrator, Drift


class EulerWithExactDecay(AbstractIntegrator):
    """Forward Euler, but for variables that decay by themselves, untouched by the input and the others: those decay exactly."""

    order = 1

    def prepare(self, drift: Drift, state: State, dt: Scalar) -> tuple[Scalar, ...]:
        flat, tree = jax.tree.flatten(jax.tree.map(lambda x: jnp.asarray(x, jnp.result_type(float, dt)), state))
        return tuple(_gain(drift, flat, tree, k, dt) for k in range(len(flat)))

    def advance(self, prepared: tuple[Scalar, ...], drift: Drift, state: State, i: Scalar, dt: Scalar) -> State:
        rates = jax.tree.leaves(drift(state, i))
        flat, tree = jax.tree.flatten(state)
        return jax.tree.unflatten(tree, [x + gain * rate for x, gain, rate in zip(flat, prepared, rates, strict=True)])


def _gain(drift: Drift, flat: list[Scalar], tree: Any, k: int, dt: Scalar) -> Scalar:
    """Return the factor from the rate of variable ``k`` to its change in one step."""
    zero = jnp.zeros_like(flat[k])

    def rate(*x: Scalar) -> Scalar:
        return jax.tree.leaves(drift(jax.tree.unflatten(tree, x[:-1]), x[-1]))[k]

    alone = [column == k for column in range(len(flat) + 1)]
    if dependence(rate, *flat, zero)[0].tolist() != alone or not is_linear(lambda x: rate(*flat[:k], x, *flat[k + 1 :], zero), flat[k]):
        return dt
    slope = jax.grad(lambda x: rate(*flat[:k], x, *flat[k + 1 :], zero))(flat[k])
    return dt * exprel(slope * dt)


dialect = Dialect(
    name="ngclearn",
    summary="forward Euler (what only decays, such as an adapting threshold, does so exactly) with the input, not the leak, masked while "
    "refractory; the new v is tested against the threshold before this step; reset in the same step; the dead time is a float32 sum of dt",
    integrator=EulerWithExactDecay(),
    tests_old_threshold=True,
    refractoriness=MaskInput(),
    count=CountUp(),
    dtype="float32",
)
