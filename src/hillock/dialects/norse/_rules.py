"""The arithmetic that Norse's neurons share.

Norse counts time in seconds: ``tau_mem_inv`` is 1/s, whatever its docstrings say, and its dt is 0.001. The replicas keep those numbers.
``hillock.simulate`` takes its own ``dt`` in ms, as always; it becomes seconds once, here, rounded as PyTorch rounds a Python number that
meets a float32 tensor. Potentials and currents are in one unit, which the rule leaves open; it is called mV here.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float

from hillock._arithmetic import rounded
from hillock._types import Scalar, Spike


def per_step(tau_inv: Scalar, dt: Scalar) -> Float[Array, ""]:
    """Return the fraction of a time constant (given as its inverse, 1/s) that one step of dt (ms) is, in single precision."""
    return jnp.asarray(dt / 1000.0, jnp.float32) * jnp.asarray(tau_inv, jnp.float32)


def decayed(fraction: Scalar, i: Scalar) -> Scalar:
    """Return a synaptic current one step later."""
    return i - rounded(fraction * i)


def after(spike: Spike, v: Scalar, v_reset: Scalar) -> Scalar:
    """Return the potential after this step's spike, if there was one."""
    return jnp.where(spike > 0, v_reset, v)
