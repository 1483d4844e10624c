"""exp(x) - 1 and log(1 + x) near 0, rounded correctly but for about one number in a hundred.

Nengo's neurons evaluate both inside the loop, where NumPy gives them to within the last bit. Every engine's own function is wrong in that bit
now and then; here x + x²/2 is carried with its rounding errors, and only the rest of the series is not, which is enough.
"""

from math import factorial

import jax.numpy as jnp
from jaxtyping import Array, Float

from hillock._arithmetic import rounded
from hillock._types import Scalar

_NEAR = 0.25  # x³/6 · 2⁻⁵³ is then a hundredth of a last bit of x
_COEFFICIENTS = [1 / factorial(k) for k in range(14, 2, -1)]  # 0.25¹⁴/15! < 2⁻⁶⁶


def expm1(x: Scalar) -> Float[Array, ""]:
    """Return e to the x, less 1."""
    high, low = _near(x)
    return jnp.where(jnp.abs(x) <= _NEAR, high + low, jnp.expm1(x))


def log1p(x: Scalar) -> Float[Array, ""]:
    """Return the logarithm of 1 + x, by a step of Newton's method from the engine's own."""
    guess = jnp.log1p(x)
    high, low = _near(guess)
    better = guess + ((x - high) - low) / (1.0 + x)
    return jnp.where(jnp.abs(guess) <= _NEAR, better, guess)


def _near(x: Scalar) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Return e to the x, less 1, as a number and what its rounding left out."""
    x = jnp.clip(x, -_NEAR, _NEAR)
    square, error = _square(x)
    rest = jnp.full_like(x, _COEFFICIENTS[0])
    for coefficient in _COEFFICIENTS[1:]:
        rest = rest * x + coefficient
    half = 0.5 * square
    total = x + half
    return total, (half - (total - x)) + (0.5 * error + square * x * rest)


def _square(x: Array) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Return x² and its rounding error, which is exact (Dekker 1971, doi:10.1007/BF01397083)."""
    total = rounded(x * x)
    shifted = rounded(x * (2.0 ** -(-(jnp.finfo(x.dtype).nmant + 1) // 2) + 1.0))
    first = shifted - (shifted - x)
    second = x - first
    return total, ((first * first - total) + 2.0 * (first * second)) + second * second
