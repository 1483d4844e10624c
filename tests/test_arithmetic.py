"""fma and rounded against exact rational arithmetic, on numbers of every kind; exprel against 30 digits."""

from fractions import Fraction

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from jax import lax

from hillock._arithmetic import exprel, fma, rounded

TINY = np.finfo(np.float32).tiny
RANDOM = np.random.default_rng(1)
N = 4000


def normals():
    return [RANDOM.normal(size=N).astype(np.float32) for _ in range(3)]


def bit_patterns():
    """Return floats of random bits: all exponents, infinities, NaN; subnormal ones made 0, as XLA treats them on a CPU."""
    numbers = [RANDOM.integers(0, 2**32, N, dtype=np.uint32).view(np.float32) for _ in range(3)]
    return [np.where(np.abs(x) < TINY, np.float32(0), x) for x in numbers]


def cancelling():
    """Return a, b and c ≈ -a·b, where the rounding of the product is all that is left."""
    a, b, _ = normals()
    return [a, b, -a * b * np.float32(1 + 2**-20)]


def halfway():
    """Return sums that lie within 2⁻⁶⁰ of the middle between two floats, where rounding twice goes wrong."""
    a, b = (np.float32(2.0**-30) * (1 + RANDOM.integers(-3, 4, N).astype(np.float32) * np.float32(2.0**-23)) for _ in range(2))
    c = np.float32(1) + RANDOM.integers(0, 100, N).astype(np.float32) * np.float32(2.0**-23)
    return [np.float32(2.0**36) * a, RANDOM.choice([-1, 1], N).astype(np.float32) * b, c]


CASES = [normals, bit_patterns, cancelling, halfway]


def nearest(exact: Fraction) -> np.float32:
    """Return the float32 nearest to a rational number, ties to even; below the smallest normal number 0."""
    if abs(exact) < Fraction(float(TINY)):
        return np.float32(0)
    exponent = max(int(np.floor(np.log2(float(abs(exact))))) - 23, -149)
    for e in (exponent - 1, exponent, exponent + 1):
        scaled = round(exact / Fraction(2) ** e)  # Python rounds ties to even
        if abs(scaled) <= 2**24:
            return np.float32(np.inf * scaled) if abs(scaled) * Fraction(2) ** e >= 2**128 else np.float32(scaled * 2.0**e)
    raise AssertionError(exact)


@pytest.mark.parametrize("case", CASES)
def test_fma_rounds_the_exact_sum_once(case):
    a, b, c = case()
    got = np.asarray(jax.jit(fma)(a, b, c))
    finite = np.isfinite(a) & np.isfinite(b) & np.isfinite(c)
    for k in np.flatnonzero(finite):
        wanted = nearest(Fraction(float(a[k])) * Fraction(float(b[k])) + Fraction(float(c[k])))
        assert got[k] == wanted, (a[k], b[k], c[k])
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(got[~finite], (a.astype(float) * b + c).astype(np.float32)[~finite])


@pytest.mark.parametrize("case", CASES)
def test_a_rounded_product_is_rounded_before_it_is_added(case):
    a, b, c = case()
    with np.errstate(all="ignore"):
        product = a * b
        wanted = np.where(np.abs(product) < TINY, np.float32(0), product) + c
    wanted = np.where(np.abs(wanted) < TINY, np.float32(0), wanted)
    np.testing.assert_array_equal(jax.jit(lambda a, b, c: rounded(a * b) + c)(a, b, c), wanted)


def test_the_compiler_would_have_fused_them():
    a, b, c = normals()
    with np.errstate(all="ignore"):
        twice = a * b + c
    if np.array_equal(jax.jit(lambda a, b, c: a * b + c)(a, b, c), twice):
        pytest.skip("this processor has no fused multiply-add, so the tests above show little")


def test_products_of_what_can_be_no_nan_are_rounded_too():
    # a compiler that knows a product to be a number may drop a test for NaN; this one comes from integers
    k = RANDOM.integers(-1000, 1000, N, dtype=np.int32)
    x, third, c = k.astype(np.float32), np.float32(1 / 3), RANDOM.normal(size=N).astype(np.float32)
    for sign in (lambda y: y, jnp.abs, lambda y: -jnp.abs(y)):
        got = jax.jit(lambda k, c, sign=sign: rounded(sign(k.astype(jnp.float32)) * third) + c)(k, c)
        np.testing.assert_array_equal(got, np.asarray(sign(x)) * third + c)


def test_they_hold_in_a_loop_in_a_map_and_in_double_precision():
    a, b, c = normals()
    loop = jax.jit(lambda a, b, c: lax.fori_loop(0, 50, lambda _, y: rounded(y * a) + rounded(b * c), c))(a, b, c)
    fused = jax.jit(lambda a, b, c: lax.fori_loop(0, 50, lambda _, y: fma(y, a, b), c))(a, b, c)
    y, z = c, c.astype(float)
    with np.errstate(all="ignore"):
        for _ in range(50):
            y, z = y * a + b * c, (z * a + b).astype(np.float32).astype(float)  # float64 is wide enough but for rare ties
    finite = np.isfinite(y) & (np.abs(y) > 1e-30)
    np.testing.assert_array_equal(loop[finite], y[finite])
    assert np.mean(np.asarray(fused, float) == z) > 0.999
    np.testing.assert_array_equal(jax.vmap(fma)(a, b, c), jax.jit(fma)(a, b, c))
    with jax.enable_x64(True):
        wide = [x.astype(float) / 3 for x in (a, b, c)]
        np.testing.assert_array_equal(jax.jit(lambda a, b, c: rounded(a * b) + c)(*wide), wide[0] * wide[1] + wide[2])


def test_rounded_changes_no_number_and_keeps_nan_nan():
    patterns = np.concatenate([RANDOM.integers(0, 2**32, N, dtype=np.uint32), np.array([0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, 0x7F800000], np.uint32)])
    x = patterns.view(np.float32)
    np.testing.assert_array_equal(jax.jit(rounded)(x), x)
    assert np.signbit(rounded(jnp.float32(-0.0)))


def test_subnormal_numbers_count_as_0_or_as_themselves_but_nothing_else():
    small, tiny, one, zero = (jnp.float32(x) for x in (1e-40, 1e-20, 1.0, 0.0))
    assert float(fma(small, one, zero)) in (0.0, float(np.float32(1e-40)))
    assert float(fma(tiny, tiny, zero)) in (0.0, float(np.float32(1e-40)))


def test_their_derivatives_are_those_of_the_sum():
    a, b, c = (jnp.float32(x) for x in (2.0, 3.0, 5.0))
    assert jax.grad(fma, argnums=(0, 1, 2))(a, b, c) == (3.0, 2.0, 1.0)
    assert jax.grad(lambda a: rounded(a * b) + c)(a) == 3.0
    assert jax.jvp(jax.jit(fma), (a, b, c), (a, b, c))[1] == 17.0


@pytest.mark.parametrize("x", [0.0, 1e-300, 1e-9, -1e-4, 0.00999, 0.01001, -0.5, 3.0, -700.0, 700.0])
def test_exprel_and_its_derivative_are_right_also_where_they_cancel(x):
    with mpmath.workdps(30):
        value = mpmath.expm1(x) / x if x else mpmath.mpf(1)
        series = sum(mpmath.mpf(x) ** k / (mpmath.factorial(k + 2)) * (k + 1) for k in range(8))
        slope = series if abs(x) < 0.02 else (mpmath.exp(x) * (x - 1) + 1) / mpmath.mpf(x) ** 2
    with jax.enable_x64(True):
        assert float(exprel(jnp.float64(x))) == pytest.approx(float(value), rel=2e-15)
        assert float(jax.grad(exprel)(jnp.float64(x))) == pytest.approx(float(slope), rel=1e-11)
