"""Synapses that take time to rise, as two variables of which the first decays and the second follows it.

With ``tau_rise dx/dt = -x`` and ``tau_decay dy/dt = x - y``, a jump of x makes y the difference of two exponentials. Written so, nothing is
singular where the time constants are equal: y is then the alpha function.
"""

import jax.numpy as jnp

from hillock._types import Scalar


def jump_for_peak(tau_rise: Scalar, tau_decay: Scalar) -> Scalar:
    """Return the jump of x that makes y peak at 1: (tau_rise/tau_decay)^(tau_decay/(tau_rise - tau_decay)), e where both are equal.

    At its peak y equals x, as dy/dt = 0 there; that is at tau_rise tau_decay/(tau_rise - tau_decay) ln(tau_rise/tau_decay).
    """
    x = (tau_rise - tau_decay) / tau_decay
    close = jnp.abs(x) < 1e-4  # where ln(1 + x)/x would lose the digits of its slope
    apart = jnp.where(close, 1.0, x)
    return jnp.exp(jnp.where(close, 1.0 - x / 2.0 + x * x / 3.0 - x * x * x / 4.0, jnp.log1p(apart) / apart))
