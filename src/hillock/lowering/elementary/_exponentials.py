"""The exponential function and its kin.

All write x = k·ln 2 + r with a whole number k, so that exp(x) = 2^k·exp(r) with |r| ≤ ln(2)/2. exp(r) - 1 = r + r²·(c₀ + c₁r + …) with
coefficients of least greatest relative error, found by Remez's algorithm in 60 digits and rounded: 1.3e-8 and 1.8e-17.
"""

from math import factorial

from hillock.lowering._value import Value, absolute, copysign, where
from hillock.lowering.elementary._floating import FORMATS, LN2, multiply_add, nearest_multiple, polynomial, power_of_two, scaled, within

_LOG2_E = 1.4426950408889634
_COEFFICIENTS = {
    "float": (0.4999999814, 0.1666654318, 0.04166720179, 0.008366580291, 0.001388250949),
    "double": (
        0.500000000000000523,
        0.166666666666665885,
        0.0416666666665761067,
        0.00833333333338998161,
        0.00138888889317958181,
        0.000198412697183029401,
        0.0000248015049778717162,
        2.75574078918787982e-6,
        2.76261618102679111e-7,
        2.50537700339931084e-8,
    ),
}
_UNDERFLOW = {"float": -104.0, "double": -746.0}
_OVERFLOW = {"float": 89.0, "double": 710.0}
_SINH_TERMS = {"float": 5, "double": 8}


def exp(x: Value) -> Value:
    """Return e^x."""
    k, shifted, r, _ = _reduce(within(x, _UNDERFLOW[x.kind], _OVERFLOW[x.kind]), 2 * FORMATS[x.kind].bias)
    return scaled(_exp_near_zero(r), k, shifted)


def exp_of_pair(high: Value, low: Value) -> Value:
    """Return e^(high + low)."""
    kept = within(high, _UNDERFLOW[high.kind], _OVERFLOW[high.kind])
    k, shifted, r, _ = _reduce(kept, 2 * FORMATS[high.kind].bias)
    return scaled(_exp_near_zero(r + where(kept.eq(high), low, 0.0)), k, shifted)


def exp2(x: Value) -> Value:
    """Return 2^x."""
    bias = FORMATS[x.kind].bias
    x = within(x, -(bias + FORMATS[x.kind].fraction + 2.0), bias + 1.0)
    k, shifted = nearest_multiple(x, 1.0, 2 * bias)
    r = (x - k) * 0.6931471805599453
    return scaled(_exp_near_zero(r), k, shifted)


def expm1(x: Value) -> Value:
    """Return e^x - 1, with full precision near 0 too."""
    kept = within(x, -40.0, _OVERFLOW[x.kind])
    _, shifted, r, low = _reduce(kept, FORMATS[x.kind].bias - 1)
    near = _expm1_near_zero(r, low)
    half = power_of_two(shifted)  # of 2^k, which would overflow before the result does
    far = multiply_add(half, near, half - 0.5) * 2.0
    return copysign(where(half.eq(0.5), near, far), x)


def sinh(x: Value) -> Value:
    """Return the hyperbolic sine, by its Taylor series up to 1."""
    size, square = absolute(x), x * x
    series = polynomial(square, [1 / factorial(2 * n + 1) for n in range(1, _SINH_TERMS[x.kind] + 1)])
    half = _half_exp(size)
    return copysign(where(size < 1.0, multiply_add(size * square, series, size), half - 0.25 / half), x)


def cosh(x: Value) -> Value:
    """Return the hyperbolic cosine."""
    half = _half_exp(absolute(x))
    return half + 0.25 / half


def tanh(x: Value) -> Value:
    """Return the hyperbolic tangent: n/(n + 2) with n = e^2|x| - 1."""
    _, shifted, r, low = _reduce(within(absolute(x), 0.0, 20.0) * 2.0, FORMATS[x.kind].bias)
    near, scale = _expm1_near_zero(r, low), power_of_two(shifted)
    n, divisor = multiply_add(scale, near, scale - 1.0), multiply_add(scale, near, scale + 1.0)
    small = n < 2.0
    return copysign(_reduced_by(where(small, n * 0.5, 1.0), where(small, n, 2.0) / divisor), x)


def logistic(x: Value) -> Value:
    """Return 1/(1 + e^-x)."""
    small = exp(-absolute(x))
    return _reduced_by(where(x < 0.0, small, 1.0), small / (small + 1.0))


def _half_exp(x: Value) -> Value:
    """Return e^x/2 of positive numbers, which is finite for a while longer than e^x."""
    k, shifted, r, _ = _reduce(within(x, 0.0, _OVERFLOW[x.kind] + 1.0), 2 * FORMATS[x.kind].bias - 1)
    return scaled(_exp_near_zero(r), k - 1.0, shifted)


def _reduced_by(x: Value, ratio: Value) -> Value:
    """Return x·(1 - ratio) for ratios up to ½. The result is more precise than the ratio, which comes from two or three roundings."""
    return multiply_add(-x, ratio, x)


def _reduce(x: Value, offset: int) -> tuple[Value, Value, Value, Value]:
    """Return k, the number whose last bits are those of k + offset, r, and what was lost when r was rounded."""
    high, low = LN2[x.kind]
    k, shifted = nearest_multiple(x, _LOG2_E, offset)
    exact = multiply_add(k, -high, x)
    r = multiply_add(k, -low, exact)
    return k, shifted, r, multiply_add(k, -low, exact - r)


def _exp_near_zero(r: Value) -> Value:
    """Return e^r for |r| ≤ ln(2)/2."""
    return polynomial(r, (1.0, 1.0, *_COEFFICIENTS[r.kind]))


def _expm1_near_zero(r: Value, low: Value | float) -> Value:
    """Return e^(r + low) - 1 for |r| ≤ ln(2)/2."""
    return r + multiply_add(r * r, polynomial(r, _COEFFICIENTS[r.kind]), low)
