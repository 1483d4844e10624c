"""What a synaptic current adds to the potential within one step, each number with NEST's rounding.

The equations are those of exact integration (Rotter & Diesmann 1999, Biol. Cybern. 81:381, section 3.1.2); which of their many equal forms is taken
decides the last bits. Constants, computed once per run.
"""

from math import e, log

import jax.numpy as jnp
from jax import lax

from hillock._arithmetic import rounded
from hillock._types import Flag, Scalar
from hillock.dialects.nest._exponential import exp

ALPHA_PEAK = e  # of x exp(1 - x), divided by x exp(-x)

_TERMS = 24  # of a power series; of ln 2, 17 count


def expm1(x: Scalar) -> Scalar:
    """Return exp(x) - 1 by its power series, which ends where a term no longer counts; beyond ln 2 by the exponential itself.

    Where NEST is built without a library's function it uses this one, as the package on PyPI does. It errs in the last bit now and then.
    """
    x = jnp.asarray(x)
    small, smallest = jnp.abs(x) <= log(2.0), jnp.finfo(x.dtype).eps
    inside = jnp.where(small, x, 0.0)

    def add(k: int, so_far: tuple[Scalar, Scalar]) -> tuple[Scalar, Scalar]:
        total, term = so_far
        counts = jnp.abs(term) > rounded(jnp.abs(total) * smallest)
        return jnp.where(counts, total + term, total), jnp.where(counts, rounded(term * (inside / (k + 1))), term)

    series, _ = lax.fori_loop(2, _TERMS, add, (inside, rounded(rounded(inside * inside) * 0.5)))
    return jnp.where(small, series, exp(x) - 1)


def of_exponential(tau_syn: Scalar, tau_m: Scalar, c_m: Scalar, dt: Scalar) -> Scalar:
    """Return what a current of 1 pA that decays with tau_syn (ms) adds to the potential of a leaky neuron in a step dt (mV/pA)."""
    return _of_both(tau_syn, tau_m, c_m, dt)[1]


def of_alpha(tau_syn: Scalar, tau_m: Scalar, c_m: Scalar, dt: Scalar) -> tuple[Scalar, Scalar]:
    """Return what the two variables of an alpha-shaped current add to the potential: its slope, 1 pA/ms, and the current itself, 1 pA."""
    away, by_current, decayed, grown = _of_both(tau_syn, tau_m, c_m, dt)
    beta = rounded(tau_syn * tau_m) / away
    by_slope = rounded(rounded(beta / c_m) * decayed) * (rounded(beta * grown) - dt)
    alike = dt <= rounded(rounded(1e-7 * tau_m) * tau_m) / jnp.abs(away)
    limit = rounded(rounded(rounded(0.5 * dt) * dt) * (1 / c_m)) * exp(-dt * (1 / tau_m))
    return jnp.where(_equal(tau_syn, tau_m) | alike, limit, by_slope), by_current


def _of_both(tau_syn: Scalar, tau_m: Scalar, c_m: Scalar, dt: Scalar) -> tuple[Scalar, Scalar, Scalar, Scalar]:
    """Return the difference of the time constants (1 if there is none), the propagator of the current, and its two factors."""
    away = jnp.where(_equal(tau_syn, tau_m), 1.0, tau_m - tau_syn)
    product = rounded(tau_syn * tau_m)
    decayed, grown = exp(-dt * (1 / tau_syn)), expm1(dt * (away / product))
    regular = rounded(rounded(product / away / c_m) * decayed) * grown
    normal = (regular >= jnp.finfo(regular.dtype).tiny) & (regular < jnp.inf)
    limit = rounded(dt * (1 / c_m)) * exp(-dt * (1 / tau_m))
    return away, jnp.where(_equal(tau_syn, tau_m) | ~normal, limit, regular), decayed, grown


def _equal(tau_syn: Scalar, tau_m: Scalar) -> Flag:
    return jnp.asarray(tau_syn) == jnp.asarray(tau_m)
