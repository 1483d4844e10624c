"""exp(x) and exp(x) - 1, rounded correctly, of x ≤ 700: what the mathematical library of a C++ simulator returns, but for rare last bits.

XLA's own exponential is wrong in the last bit for one argument in ten. Here numbers are unevaluated sums of two (double-double
arithmetic: Dekker 1971, doi:10.1007/BF01397083), about 30 digits. For constants prepared once per run, not for the loop.
"""

from fractions import Fraction
from math import factorial

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array

from hillock._arithmetic import rounded
from hillock._types import Scalar

_Pair = tuple[Array, Array]

_TERMS = 28  # 0.8²⁸/28! < 10⁻³²
_HALVINGS = 10  # 800/2¹⁰ < 0.8
_LOWEST = -800.0  # exp is 0 below -746


def exp(x: Scalar) -> Scalar:
    """Return e to the x."""
    high, low = _exp(x)
    return high + low


def expm1(x: Scalar) -> Scalar:
    """Return e to the x, less 1."""
    high, low = _exp(x)
    total, error = _sum(high, -jnp.ones_like(high))
    return total + (error + low)


def _exp(x: Scalar) -> _Pair:
    x = jnp.asarray(x)
    small = jnp.maximum(x, _LOWEST) * 2.0**-_HALVINGS
    high, low = _inverse_factorials(x.dtype)

    def term(k: int, value: _Pair) -> _Pair:
        return _add(_multiply(value, (small, jnp.zeros_like(small))), (high[_TERMS - k], low[_TERMS - k]))

    series = lax.fori_loop(1, _TERMS + 1, term, (jnp.full_like(small, high[_TERMS]), jnp.zeros_like(small)))
    return lax.fori_loop(0, _HALVINGS, lambda _, value: _multiply(value, value), series)


def _inverse_factorials(dtype: np.dtype) -> _Pair:
    """Return 1/k! for k = 0, 1, ... as pairs."""
    exact = [Fraction(1, factorial(k)) for k in range(_TERMS + 1)]
    high = np.array([float(value) for value in exact]).astype(dtype)
    low = np.array([float(value - Fraction(float(h))) for value, h in zip(exact, high, strict=True)]).astype(dtype)
    return jnp.asarray(high), jnp.asarray(low)


def _sum(a: Array, b: Array) -> _Pair:
    """Return a + b and its rounding error, which is exact (Knuth)."""
    total = a + b
    of_b = total - a
    return total, (a - (total - of_b)) + (b - of_b)


def _split(a: Array) -> _Pair:
    """Return a as the sum of two numbers of half its bits."""
    shifted = rounded(a * (2.0 ** -(-(jnp.finfo(a.dtype).nmant + 1) // 2) + 1.0))
    high = shifted - (shifted - a)
    return high, a - high


def _product(a: Array, b: Array) -> _Pair:
    """Return a·b and its rounding error, which is exact (Dekker)."""
    total = rounded(a * b)
    (a1, a2), (b1, b2) = _split(a), _split(b)
    return total, ((a1 * b1 - total) + a1 * b2 + a2 * b1) + a2 * b2


def _add(a: _Pair, b: _Pair) -> _Pair:
    total, error = _sum(a[0], b[0])
    return _sum(total, error + a[1] + b[1])


def _multiply(a: _Pair, b: _Pair) -> _Pair:
    total, error = _product(a[0], b[0])
    return _sum(total, error + rounded(a[0] * b[1]) + rounded(a[1] * b[0]))
