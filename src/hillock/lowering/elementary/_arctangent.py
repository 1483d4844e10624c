"""The angle of a point in the plane.

An angle is a multiple of π/4 plus the arctangent of a number up to ½, which is a polynomial: t + t³·(c₀ + c₁t² + …), with
coefficients of least greatest relative error by Remez's algorithm in 60 digits: 5.1e-9 and 3.9e-18.
"""

from math import inf

from hillock.lowering._value import Value, absolute, copysign, where
from hillock.lowering.elementary._floating import multiply_add, polynomial

_COEFFICIENTS = {
    "float": (-0.3333323654, 0.1999431218, -0.1417602911, 0.1016479582, -0.05140331745),
    "double": (
        -0.333333333333329912,
        0.19999999999905272,
        -0.142857142765578244,
        0.111111106664522672,
        -0.0909089640168281556,
        0.0769207618467536799,
        -0.0666383216316760427,
        0.058584347740362704,
        -0.0512257032355307638,
        0.0418798945599303232,
        -0.0274573651944862646,
        0.0101316342993262811,
    ),
}
_QUARTER = {"float": (0.7853981633974483, -2.1855694143368964e-08), "double": (0.7853981633974483, 3.061616997868383e-17)}
"""π/4, and what is left of it when it is rounded."""


def atan(x: Value) -> Value:
    """Return the arctangent."""
    return atan2(x, x.like(1.0))


def atan2(y: Value, x: Value) -> Value:
    """Return the angle of the point (x, y), from -π to π. The special cases are those of C (annex F)."""
    up, along = absolute(y), absolute(x)
    both_infinite = up.eq(inf) & along.eq(inf)
    scale = where(up > 2.0**100, x.like(0.5), 1.0)  # lest the sum of two large numbers be infinite
    up, along = where(both_infinite, 1.0, up * scale), where(both_infinite, 1.0, along * scale)
    low, high = up <= along * 0.5, along <= up * 0.5
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
