"""The angle of a point in the plane.

An angle is a multiple of π/4 plus the arctangent of a number up to tan(π/8), which is a polynomial: t + t³·(c₀ + c₁t² + …), with
coefficients of least greatest relative error by Remez's algorithm in 60 digits: 6.6e-10 and 1.2e-18.
"""

from math import inf

from hillock.lowering._floating import multiply_add, polynomial
from hillock.lowering._text import Value, absolute, copysign, where

_COEFFICIENTS = {
    "float": (-0.333333155, 0.1999848889, -0.1424383759, 0.1059591391, -0.06083219565),
    "double": (
        -0.33333333333333199,
        0.199999999999540395,
        -0.142857142802440139,
        0.111111107859034559,
        -0.0909089782945556531,
        0.0769206150857817522,
        -0.0666311887946056552,
        0.058479976776084279,
        -0.050397936467578185,
        0.0380769740928107842,
        -0.0179207743029459017,
    ),
}
_QUARTER = {"float": (0.7853981633974483, -2.1855694143368964e-08), "double": (0.7853981633974483, 3.061616997868383e-17)}
"""π/4, and what is left of it when it is rounded."""
_TAN_EIGHTH = 0.4142135623730951


def atan(x: Value) -> Value:
    """Return the arctangent."""
    return atan2(x, x.like(1.0))


def atan2(y: Value, x: Value) -> Value:
    """Return the angle of the point (x, y), from -π to π. The special cases are those of C (annex F)."""
    up, along = absolute(y), absolute(x)
    both_infinite = up.eq(inf) & along.eq(inf)
    scale = where(up > 2.0**100, x.like(0.5), 1.0)  # lest the sum of two large numbers be infinite
    up, along = where(both_infinite, 1.0, up * scale), where(both_infinite, 1.0, along * scale)
    low, high = up <= along * _TAN_EIGHTH, along <= up * _TAN_EIGHTH
    above = where(low, up, where(high, -along, up - along))
    below = where(up.eq(0.0), 1.0, where(low, along, where(high, up, up + along)))
    quarters = where(low, x.like(0.0), where(high, x.like(2.0), 1.0))
    t = above / below
    left = copysign(x.like(1.0), x) < 0.0
    t, quarters = where(left, -t, t), where(left, 4.0 - quarters, quarters)
    quarter, rest = _QUARTER[x.kind]
    square = t * t
    angle = t + multiply_add(t * square, polynomial(square, _COEFFICIENTS[x.kind]), quarters * rest)
    return copysign(multiply_add(quarters, quarter, angle), y)
