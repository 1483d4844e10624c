"""Where a polynomial first becomes positive on [0, 1], without missing a place.

The coefficients of a polynomial in Bernstein's basis bound it from both sides, and as often as they change sign, at most as often does it (Farouki 2012, doi:10.1016/j.cagd.2012.03.001, sections 3 and 10).
So an interval on which no coefficient is positive holds no crossing, one with a single change holds exactly one, and any other is halved.
The leftmost interval is looked at first.
"""

from math import comb
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int

TERMS = 17  # of every series here: up to the power 16

_POWERS = np.arange(float(TERMS))
# column j of row i: what the coefficient of r^j adds to the i-th Bernstein coefficient
_BERNSTEIN = np.array([[comb(i, j) / comb(TERMS - 1, j) for j in range(TERMS)] for i in range(TERMS)])
_BINOMIAL = np.array([[float(comb(k, j)) for k in range(TERMS)] for j in range(TERMS)])
_LAG = np.maximum(np.arange(TERMS)[None, :] - np.arange(TERMS)[:, None], 0)
_NARROWEST = 2.0**-46  # of the interval: rounding does not tell a double root from none below
_MOST_STEPS = 100  # of Newton's method, bisection included

Polynomial = Float[Array, " terms"]


class Crossing(NamedTuple):
    """Whether there is one, and where."""

    found: Bool[Array, ""]
    r: Float[Array, ""]


def value(c: Float[Array, "terms ..."], r: Float[Array, ""] | float) -> Float[Array, "..."]:
    """Return a polynomial at r; for several polynomials at once the coefficients are (terms, ...)."""
    result = c[TERMS - 1]
    for k in reversed(range(TERMS - 1)):
        result = result * r + c[k]
    return result


def derivative(c: Polynomial) -> Polynomial:
    """Return the derivative of a polynomial, padded to the same length."""
    return jnp.append(c[1:] * _POWERS[1:], 0.0)


def bounds(c: Polynomial) -> Float[Array, " terms"]:
    """Return the Bernstein coefficients: the polynomial on [0, 1] lies between the least and the greatest."""
    return jnp.asarray(_BERNSTEIN) @ c


class _Search(NamedTuple):
    a: Float[Array, ""]  # there is no crossing before
    w: Float[Array, ""]  # the interval looked at is [a, a + w]
    going: Bool[Array, ""]
    found: Bool[Array, ""]


def first_positive(c: Polynomial, wanted: Bool[Array, ""]) -> Crossing:
    """Return where a polynomial first becomes positive on [0, 1], having been ≤ 0; found nowhere if it is not ``wanted``.

    Differentiable: the place moves as the implicit function theorem says.
    """
    fixed = lax.stop_gradient(c)
    start = _Search(jnp.zeros_like(c[0]), jnp.ones_like(c[0]), wanted & (jnp.max(bounds(fixed)) > 0), jnp.zeros_like(wanted))
    end = lax.while_loop(lambda search: search.going, lambda search: _look(fixed, search), start)
    r = end.a + end.w * _refine(_on(fixed, end.a, end.w), end.found)
    return Crossing(end.found, _implicit(c, jnp.where(end.found, r, 1.0), end.found))


def _look(c: Polynomial, search: _Search) -> _Search:
    here = bounds(_on(c, search.a, search.w))
    above = here > 0
    clear = ~above.any()
    isolated = ~above[0] & above[-1] & (jnp.sum(above[1:] != above[:-1]) == 1)
    narrow = search.w <= _NARROWEST
    found = isolated | (narrow & above[-1])
    on = clear | (narrow & ~found)
    a = jnp.where(on, search.a + search.w, search.a)
    w = jnp.where(found, search.w, jnp.where(on, jnp.minimum(2 * search.w, 1.0 - a), search.w / 2))
    return _Search(a, w, ~found & (a < 1.0), found)


def _on(c: Polynomial, a: Float[Array, ""], w: Float[Array, ""]) -> Polynomial:
    """Return the polynomial p with p(r) = c(a + w r)."""
    return ((jnp.asarray(_BINOMIAL) * _powers(a)[_LAG]) @ c) * _powers(w)


def _powers(x: Float[Array, ""]) -> Float[Array, " terms"]:
    return jnp.cumprod(jnp.full(TERMS, x).at[0].set(1.0))


def _refine(c: Polynomial, active: Bool[Array, ""]) -> Float[Array, ""]:
    """Return the root of a polynomial that has one on [0, 1] and rises through it, by Newton's method kept inside its bracket."""
    slope = derivative(c)

    def move(state: tuple) -> tuple:
        low, high, r, _, steps = state
        f = value(c, r)
        low, high = jnp.where(f > 0, low, r), jnp.where(f > 0, r, high)
        newton = r - f / value(slope, r)
        better = jnp.where((newton > low) & (newton < high), newton, (low + high) / 2)
        return low, high, better, jnp.abs(better - r), steps + 1

    def goes_on(state: tuple) -> Bool[Array, ""]:
        low, high, _, moved, steps = state
        return active & (moved > 2.0**-53) & (high > low) & (steps < _MOST_STEPS)

    zero = jnp.zeros_like(c[0])
    steps: Int[Array, ""] = jnp.zeros((), jnp.int32)
    return lax.while_loop(goes_on, move, (zero, zero + 1.0, zero + 0.5, zero + 1.0, steps))[2]


@jax.custom_jvp
def _implicit(c: Polynomial, r: Float[Array, ""], found: Bool[Array, ""]) -> Float[Array, ""]:
    return lax.stop_gradient(r)


@_implicit.defjvp
def _implicit_jvp(primals, tangents):
    c, r, found = primals
    slope = jnp.where(found, value(derivative(c), r), 1.0)
    return _implicit(c, r, found), jnp.where(found, -value(tangents[0], r) / slope, 0.0)
