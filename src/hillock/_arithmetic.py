"""Arithmetic whose rounding is known.

XLA fuses every product that feeds a sum into one fused multiply-add wherever the processor has one, so ``a * b + c`` in
traced code is rounded once on one machine and twice on another. Where the last bit matters (replicas of other simulators,
random numbers that must agree between engines), these functions say which is meant. All are differentiable; subnormal
numbers become 0 wherever the processor is set to flush them, as XLA sets it on a CPU. In a trace they are nested calls with names of
their own, which code made from the trace writes as one operation.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.typing import ArrayLike
from jaxtyping import Array, Float

ROUNDED, FUSED = "hillock_rounded", "hillock_fma"  # what the functions are called in a trace


@jax.custom_jvp
def rounded(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """Return ``x`` unchanged, rounded to its own type before anything is added to it."""
    return hillock_rounded(jnp.asarray(x))


@jax.jit
def hillock_rounded(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """Pass a product through an operation that no compiler can look through.

    This one flips the last bit of the NaN whose bits are all ones and of nothing else. Tests for NaN will not do: LLVM knows that sums of
    integers are none, drops the test and fuses.
    """
    integer = jnp.dtype(f"int{8 * x.dtype.itemsize}")
    bits = lax.bitcast_convert_type(x, integer)
    all_ones = jnp.left_shift(bits, 1) == -2
    return lax.bitcast_convert_type(bits ^ all_ones.astype(integer), x.dtype)


@rounded.defjvp
def _rounded_jvp(primals, tangents):
    return rounded(*primals), tangents[0]


@jax.custom_jvp
def fma(a: Float[Array, "..."], b: Float[Array, "..."], c: Float[Array, "..."]) -> Float[Array, "..."]:
    """Return ``a * b + c`` of float32 numbers, rounded once, on every machine.

    Double precision has no wider type to be exact in: there the sum is left to the compiler.
    """
    if jnp.result_type(a) == jnp.float64:
        return a * b + c
    return hillock_fma(a, b, c)


@jax.jit
def hillock_fma(a: Float[Array, "..."], b: Float[Array, "..."], c: Float[Array, "..."]) -> Float[Array, "..."]:
    """Return a product and a sum of float32 numbers rounded once, without an operation that does so.

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


@fma.defjvp
def _fma_jvp(primals, tangents):
    (a, b, c), (a_dot, b_dot, c_dot) = primals, tangents
    return fma(a, b, c), a_dot * b + a * b_dot + c_dot


@jax.jit  # traced once, not at each call
def exprel(x: ArrayLike) -> Float[Array, "..."]:
    """Return (exp(x) - 1)/x, by its Taylor series around 0, so that value and derivatives are right there too."""
    near = jnp.abs(x) < 0.01  # the first neglected term is x⁶/5040 < 10⁻¹⁵
    safe = jnp.where(near, 1.0, x)
    series = 1.0 + x * (1 / 2 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x / 720))))
    return jnp.where(near, series, jnp.expm1(safe) / safe)


_LN2 = (0.693359375, -2.12194440e-4)  # in two parts, the first exact in few bits
_EXP = (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)


def xla_exp(x: Float[Array, ""]) -> Float[Array, ""]:
    """Return the exponential as XLA computes it in single precision on a CPU, so that it has the same last bit in every engine.

    Reduction and polynomial are those of ``expf`` of the Cephes library (Moshier 1992), with products fused into sums.
    """
    if x.dtype != jnp.float32:
        return jnp.exp(x)
    x = jnp.clip(x, np.float32(-87.8), np.float32(88.8))
    n = jnp.clip(jnp.floor(fma(x, np.float32(np.log2(np.e)), np.float32(0.5))), np.float32(-127.0), np.float32(127.0))
    r = fma(n, np.float32(-_LN2[1]), fma(n, np.float32(-_LN2[0]), x))
    series = jnp.full_like(r, np.float32(_EXP[0]))
    for coefficient in _EXP[1:]:
        series = fma(series, r, np.float32(coefficient))
    power = lax.bitcast_convert_type((n.astype(jnp.int32) + 127) << 23, jnp.float32)
    return (fma(series, rounded(r * r), r) + np.float32(1.0)) * power
