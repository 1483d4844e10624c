"""The exponential upstroke and its exponential Euler, for ExpIF and AdExIF."""

from typing import NamedTuple

import jax.numpy as jnp

from hillock._arithmetic import fma, rounded, xla_exp
from hillock._types import Scalar
from hillock.dialects.brainpy._rules import Step, phi_of, single, step_of


class Upstroke(NamedTuple):
    """Constants of the flow of V in single precision: 1/tau, the same on its way through delta_T, 1/delta_T, dt/tau, and dt."""

    rate: Scalar
    growth: Scalar
    sharpness: Scalar
    share: Scalar
    step: Step


def upstroke_of(tau: Scalar, delta_t: Scalar, dt: Scalar) -> Upstroke:
    """Return the constants."""
    rate, sharpness = 1.0 / single(tau), 1.0 / single(delta_t)
    return Upstroke(rate, rate * single(delta_t) * sharpness, sharpness, single(dt) * rate, step_of(dt))


def exponential(upstroke: Upstroke, v: Scalar, v_t: Scalar) -> Scalar:
    """Return exp((V - V_T)/delta_T)."""
    return xla_exp(rounded((v - v_t) * upstroke.sharpness))


def moved(upstroke: Upstroke, v: Scalar, e: Scalar, drive: Scalar) -> Scalar:
    """Return V one step later, where tau dV/dt = drive, whose derivative is ``e`` - 1."""
    phi = phi_of(upstroke.step, fma(e, upstroke.growth, -upstroke.rate))
    alone = upstroke.step.dt == 1.0  # then there is no second constant that XLA could merge with 1/tau
    return fma(jnp.where(alone, phi, rounded(phi * drive)), jnp.where(alone, rounded(drive * upstroke.rate), upstroke.share), v)
