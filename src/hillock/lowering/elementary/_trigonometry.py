"""Sine, cosine and tangent, by Taylor's series after the angle was brought near 0.

Single precision is computed in double precision, with fewer terms.
"""

from math import factorial

from hillock.lowering._value import Value, absolute, where
from hillock.lowering.elementary._angles import near_zero
from hillock.lowering.elementary._floating import multiply_add, polynomial

_SIGN = 1 << 63
_TERMS = {"float": 4, "double": 8}


def sin(x: Value) -> Value:
    """Return the sine of an angle in radians."""
    sine, cosine, q = _sin_cos(x)
    result = where((q & 1).ne(0), cosine, sine)
    return _signed(result, (q & 2) << 62 ^ x.to("double").as_bits() & _SIGN).to(x.kind)


def cos(x: Value) -> Value:
    """Return the cosine of an angle in radians."""
    sine, cosine, q = _sin_cos(x)
    result = where((q & 1).ne(0), sine, cosine)
    return _signed(result, (q + 1 & 2) << 62).to(x.kind)


def tan(x: Value) -> Value:
    """Return the tangent of an angle in radians."""
    sine, cosine, q = _sin_cos(x)
    odd = (q & 1).ne(0)
    result = where(odd, -cosine, sine) / where(odd, sine, cosine)
    return _signed(result, x.to("double").as_bits() & _SIGN).to(x.kind)


def _sin_cos(x: Value) -> tuple[Value, Value, Value]:
    """Return sine and cosine, in double precision, of what is left of |x| after q quarters of a turn."""
    terms = _TERMS[x.kind]
    (r, low), q = near_zero(absolute(x.to("double")), short=x.kind == "float")
    square = r * r
    series = polynomial(square, [(-1) ** n / factorial(2 * n + 1) for n in range(1, terms + 1)])
    sine = r + multiply_add(r * square, series, low)
    series = polynomial(square, [(-1) ** n / factorial(2 * n) for n in range(1, terms + 2)])
    cosine = 1.0 + multiply_add(square, series, -(r * low))
    return sine, cosine, q


def _signed(x: Value, sign: Value) -> Value:
    return (x.as_bits() ^ sign).as_float()
