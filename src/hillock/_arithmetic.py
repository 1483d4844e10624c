"""Sums and products whose rounding is known.

XLA fuses every product that feeds a sum into one fused multiply-add wherever the processor has one, so ``a * b + c`` in
traced code is rounded once on one machine and twice on another. Where the last bit matters (replicas of other simulators,
random numbers that must agree between engines), these functions say which is meant.
"""

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float


@jax.jit
def rounded(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """Return ``x`` unchanged, rounded to its own type before anything is added to it."""
    return jnp.where(x == x, x, -x)  # a select, which no compiler may contract; keeps NaN  # noqa: PLR0124


@jax.jit
def fma(a: Float[Array, "..."], b: Float[Array, "..."], c: Float[Array, "..."]) -> Float[Array, "..."]:
    """Return ``a * b + c`` of float32 numbers, rounded once, on every machine.

    The product is exact in double precision; the sum is rounded to odd there, so that the second rounding, to single
    precision, cannot err (Boldo & Melquiond 2008, doi:10.1109/TC.2007.70819, theorem 1).
    """
    with jax.enable_x64(True):
        a64, b64, c64 = (lax.convert_element_type(x, jnp.float64) for x in (a, b, c))
        product = a64 * b64
        total = product + c64
        of_c = total - product
        error = (product - (total - of_c)) + (c64 - of_c)  # exact: Knuth's two-sum
        bits = lax.bitcast_convert_type(total, jnp.int64)
        inexact_and_even = (error != 0.0) & ((bits & 1) == 0) & jnp.isfinite(total)
        away_from_zero = (error > 0.0) == (total > 0.0)
        odd = jnp.where(inexact_and_even, jnp.where(away_from_zero, bits + 1, bits - 1), bits)
        return lax.convert_element_type(lax.bitcast_convert_type(odd, jnp.float64), jnp.float32)
