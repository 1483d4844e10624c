"""Powers and the cube root.

In double precision x^y = exp(y·log(x)) needs the logarithm in more digits than a number has: it is a pair. In single precision all is
computed in double precision, which has digits enough.
"""

from math import inf, nan

from hillock.lowering._numpy import power
from hillock.lowering._value import Value, absolute, copysign, truncate, where
from hillock.lowering.elementary._exponentials import exp, exp_of_pair
from hillock.lowering.elementary._floating import (
    FORMATS,
    LN2,
    Pair,
    fast_two_sum,
    multiply_add,
    nearest_multiple,
    polynomial,
    power_of_two,
    two_product,
    two_sum,
    within,
)
from hillock.lowering.elementary._logarithms import log_near_one, split

_CBRT_GUESS = (0.482, 0.7291, -0.245, 0.03701)  # right to 0.6 %; a step of Halley's method cubes the error
_ARCTANH_TERMS = 10  # of s²/5 + s⁴/7 + …; what is neglected is less than 2^-63 of the sum


def pow(x: Value, y: Value) -> Value:  # noqa: A001  (C's and JAX's name)
    """Return x^y. The special cases are those of C (annex F): among others, 1^y = x^0 = 1 even where the other is NaN."""
    size = absolute(x)
    at_limit = size.eq(0.0) | size.eq(inf)
    core = _of_single if x.kind == "float" else _of_double
    raised = core(where(at_limit, 1.0, size), within(y, -(2.0**64), 2.0**64))  # larger exponents give the same, but for 0·∞
    raised = where(at_limit, where(size.eq(inf) ^ (y < 0.0), x.like(inf), 0.0), raised)
    half = y * 0.5
    whole = truncate(y).eq(y)
    odd = whole & truncate(half).ne(half)
    raised = where(odd, copysign(raised, x), raised)
    raised = where((x < 0.0) & (x > -inf) & ~whole, nan, raised)
    raised = where(x.eq(x) & y.eq(y), raised, nan)
    return where(x.eq(1.0) | y.eq(0.0), 1.0, raised)


def integer_pow(x: Value, n: int) -> Value:
    """Return x^n by repeated squaring; a negative power is the reciprocal of the positive one."""
    return x.like(1.0) if n == 0 else power(x, n)


def cbrt(x: Value) -> Value:
    """Return the cube root, by Halley's method."""
    form, size = FORMATS[x.kind], absolute(x)
    tiny = size < form.smallest_normal
    third = form.fraction // 3 + 1
    k, m = split(where(tiny, size * 8.0**third, size))
    third_of_k, shifted = nearest_multiple(k, 1 / 3, form.bias)
    m = m * power_of_two(form.rounder + form.bias + (k - 3.0 * third_of_k))  # from 0.35 to 2.83
    y = polynomial(m, _CBRT_GUESS)
    for _ in range(2):
        cube = y * y * y
        y = multiply_add(y * (m - cube), 1.0 / (cube * 2.0 + m), y)
    y = y * power_of_two(shifted)
    y = where(tiny, y * 0.5**third, y)
    return copysign(where((size > 0.0) & (size < inf), y, x), x)


def _of_single(x: Value, y: Value) -> Value:
    """Return x^y for positive numbers in single precision, by way of double precision, where none of them is subnormal."""
    k, m = split(x.to("double"))
    exponent = within(y.to("double") * log_near_one(k, m - 1.0), -104.0, 89.0)
    return exp(exponent).to("float")


def _of_double(x: Value, y: Value) -> Value:
    """Return x^y for positive numbers."""
    high, low = _log_pair(x)
    product, lost = two_product(high, y)
    return exp_of_pair(product, multiply_add(low, y, lost))


def _log_pair(x: Value) -> Pair:
    """Return log(x) of a positive number in double precision, with a relative error of about 2^-63."""
    form = FORMATS["double"]
    tiny = x < form.smallest_normal
    k, m = split(where(tiny, x * 2.0**54, x))
    k = where(tiny, k - 54.0, k)
    f = m - 1.0
    high, low = _arctanh_pair(f)
    total, rest = two_sum(k * LN2["double"][0], high)
    return fast_two_sum(total, rest + multiply_add(k, LN2["double"][1], low))


def _arctanh_pair(f: Value) -> Pair:
    """Return log(1 + f) = 2 artanh(s), s = f/(2 + f), for |f| < ½."""
    two = f.like(2.0)
    divisor, lost = fast_two_sum(two, f)
    inverse = 1.0 / divisor
    s = f * inverse
    product, error = two_product(s, divisor)
    s_low = ((f - product) - error - s * lost) * inverse
    z, z_low = two_product(s, s)
    z_low = z_low + 2.0 * s * s_low
    tail = z * polynomial(z, [1 / (2 * n + 5) for n in range(_ARCTANH_TERMS)])
    third, third_low = fast_two_sum(f.like(1 / 3), tail)
    third_low = third_low + 1.850371707708594e-17  # ⅓ minus its nearest number
    w, w_low = two_product(z, third)
    w_low = w_low + (z * third_low + z_low * third)
    high, rest = two_product(s, w)
    rest = rest + (s * w_low + s_low * w)
    total, more = fast_two_sum(s, high)
    return fast_two_sum(2.0 * total, 2.0 * (more + (rest + s_low)))
