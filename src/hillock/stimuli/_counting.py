"""How many events of a Poisson process fall into a step: whole numbers by inversion of 32 random bits.

N is the number of k with word < 2³² P(N > k). These thresholds depend on rate and dt alone, so an engine computes them once, and a step
compares whole numbers. The first eight are compared without asking, which is all that a few expected events need; a loop goes on from
there for as long as they are exceeded.
"""

import math

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, UInt32

from hillock import random
from hillock._trace import is_traced
from hillock._types import Param, Scalar
from hillock.stimuli._base import Moment

_AT_ONCE = 8
_MOST_EXPECTED = 100.0
_SLACK = 1.0 + 1e-6  # for the rounding of rate times dt
_MOST_EVENTS = 170  # P(N > 170) is below 2⁻³³ where 100 are expected: no word of 32 bits can tell it from 0


def count_events(rate: Scalar, at: Moment) -> Float[Array, ""]:
    """Return the number of events in a step at ``rate`` (Hz): exact but for the rounding of probabilities to 2⁻³².

    Where a rate that is traced, and so cannot be checked, lets more than a hundred be expected, it is NaN, which a run reports.
    """
    real = jnp.result_type(at.dt)
    expected = lax.stop_gradient(jnp.asarray(rate, real) * at.dt / 1000.0)  # whole numbers have no slope
    word = random.word(at.key, at.stream, at.neuron, at.step)
    # P(N = k) is root times term, since exp(-100) times 100ᵏ/k! does not fit into single precision; subtracting from P(N > 0), which is
    # accurate however small it is, keeps the mean accurate where almost nothing is expected.
    root = jnp.exp(-0.5 * expected)
    term, tail = root, -jnp.expm1(-expected)
    count = jnp.zeros((), jnp.uint32)
    for k in range(1, _AT_ONCE + 1):
        count = jnp.where(word < _threshold(tail), jnp.uint32(k), count)
        term = term * (expected / k)
        tail = tail - root * term

    def goes_on(carry: tuple[Array, ...]) -> Array:
        return word < carry[0]

    def next_one(carry: tuple[Array, ...]) -> tuple[Array, ...]:
        _, k, term, tail = carry
        k = k + jnp.uint32(1)
        term = term * (expected / k.astype(real))
        tail = tail - root * term
        return jnp.where(k < _MOST_EVENTS, _threshold(tail), jnp.uint32(0)), k, term, tail

    count = lax.while_loop(goes_on, next_one, (_threshold(tail), count, term, tail))[1]
    return count.astype(real) * jnp.where(expected < _MOST_EXPECTED * _SLACK, 1.0, jnp.nan).astype(real)


def _threshold(probability: Float[Array, ""]) -> UInt32[Array, ""]:
    """Return how many of all 2³² words stand for this probability."""
    below_1 = np.nextafter(np.ones((), probability.dtype), np.zeros((), probability.dtype))
    return (jnp.clip(probability, 0.0, below_1) * 2.0**32).astype(jnp.uint32)


def check_expected(name: str, rate: Param, dt: float) -> None:
    """Raise ValueError if the stimulus of this name would have more than a hundred events per step; a traced rate is not known."""
    if is_traced(rate):
        return
    highest = float(np.max(rate))
    expected = highest * dt / 1000.0
    if expected > _MOST_EXPECTED * _SLACK:
        parts = math.ceil(expected / _MOST_EXPECTED)
        raise ValueError(
            f"{name}.rate must be ≤ {1000.0 * _MOST_EXPECTED / dt:g} Hz at dt = {dt:g} ms, a hundred events per step, got {highest:g} Hz. "
            f"Use dt ≤ {1000.0 * _MOST_EXPECTED / highest:g} ms, or {parts} of them at {highest / parts:g} Hz each."
        )
