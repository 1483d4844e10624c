"""Logarithms.

Both write their argument as 2^k·(1 + f) with f around 0, so that log(x) = k·ln 2 + log(1 + f). In single precision log(1 + f) is a
polynomial; in double precision, where it would be too long, the series of the inverse hyperbolic tangent of s = f/(2 + f):
log(1 + f) = 2s + s³·(c₀ + c₁s² + …) (as in FreeBSD's msun, e_log.c). The coefficients have the least greatest relative error, by Remez's
algorithm in 60 digits: 4.9e-9 and 1.2e-18.
"""

from math import inf, nan

from hillock.lowering._value import Value, copysign, where
from hillock.lowering.elementary._floating import FORMATS, LN2, multiply_add, polynomial, power_of_two

_COEFFICIENTS = {
    "float": (0.3333344907, -0.2500009578, 0.1999086242, -0.1664730918, 0.1447836993, -0.131612434, 0.1046333726, -0.04507794975),
    "double": (
        0.666666666666673441,
        0.399999999994146715,
        0.285714287423889112,
        0.222221985730877374,
        0.181835643293151182,
        0.153140505129373891,
        0.147959497206598124,
    ),
}
LEAST_BITS = {"float": 0x3F400000, "double": 0x3FE6A09E667F3BCD}
"""The bits of the least 1 + f. 0.75: then f is exact in log1p too. √½ in double precision: then s is smallest."""


def log(x: Value) -> Value:
    """Return the natural logarithm; that of a negative number is NaN."""
    form = FORMATS[x.kind]
    tiny = x < form.smallest_normal
    scale = 2.0 ** (form.fraction + 1)
    k, m = split(where(tiny, x * scale, x))
    finite = log_near_one(where(tiny, k - (form.fraction + 1.0), k), m - 1.0)
    return _with_limits(x, 0.0, finite)


def log1p(x: Value) -> Value:
    """Return log(1 + x), with full precision near 0 too."""
    form = FORMATS[x.kind]
    k, m = split(x + 1.0)
    inverse = power_of_two(form.rounder + form.bias - k)
    f = where(x > 2.0**form.fraction, m - 1.0, multiply_add(x, inverse, inverse - 1.0))  # the first where 2^-k is subnormal
    return copysign(_with_limits(x, -1.0, log_near_one(k, f)), x)


def split(x: Value) -> tuple[Value, Value]:
    """Return k and 1 + f of a positive, normal, finite number."""
    form = FORMATS[x.kind]
    shift = x.as_bits() - (LEAST_BITS[x.kind] - (form.bias << form.fraction))
    m = (shift & ((1 << form.fraction) - 1)) + LEAST_BITS[x.kind]
    # k is converted to a floating-point number as the last bits of a large one: processors before AVX-512 convert no whole numbers of 64 bits
    large = 2.0**form.fraction
    exponent_of_large = (form.fraction + form.bias) << form.fraction
    k = (shift.shift_right_logical(form.fraction) | exponent_of_large).as_float() - (large + form.bias)
    return k, m.as_float()


def log_near_one(k: Value, f: Value, *, more: float = 0.0) -> Value:
    """Return k·ln 2 + log(1 + f), plus a number that has no more than 7 bits before and after the point."""
    high, low = LN2[f.kind]
    if f.kind == "float":
        square = f * f
        rest = multiply_add(square * f, polynomial(f, _COEFFICIENTS["float"]), k * low)
        near = f + multiply_add(square, -0.5, rest)
    else:
        s = f / (f + 2.0)
        half = f * f * 0.5
        series = s * s * polynomial(s * s, _COEFFICIENTS["double"])
        near = f - (half - multiply_add(s, half + series, k * low))
    return multiply_add(k, high, more) + near if more else multiply_add(k, high, near)  # k·high is exact, and so is its sum with more


def _with_limits(x: Value, pole: float, finite: Value) -> Value:
    """Return what a logarithm is: at its pole -∞, below it NaN, at ∞ itself."""
    return where(x > pole, where(x < inf, finite, inf), where(x.eq(pole), x.like(-inf), nan))
