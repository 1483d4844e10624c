"""What elementary functions are made of: the parts of a floating-point number, polynomials, and sums of two numbers that are exact.

A pair (high, low) stands for the number high + low, with |low| at most half a unit in the last place of high: twice as many digits
(Dekker 1971, doi:10.1007/BF01397083).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hillock.lowering._value import Number, Value, fma, where

Pair = tuple[Value, Value]


@dataclass(frozen=True)
class Format:
    """How a kind of number is laid out, after IEEE 754."""

    fraction: int  # how many bits of the significand are stored
    bias: int

    @property
    def smallest_normal(self) -> float:
        return 2.0 ** (1 - self.bias)

    @property
    def rounder(self) -> float:
        """The number whose neighbours are whole: added to a smaller one, it leaves a whole number in the last bits of the sum."""
        return 1.5 * 2.0**self.fraction


FORMATS = {"float": Format(23, 127), "double": Format(52, 1023)}
LN2 = {"float": (355 / 512, -2.1219444005469057e-4), "double": (6.93147180369123816490e-01, 1.90821492927058770002e-10)}
"""ln 2 in two parts, of which the first has so few bits that its product with any exponent is exact (Cody & Waite 1980)."""


def multiply_add(a: Value, b: Number, c: Number) -> Value:
    """Return a·b + c, rounded once where the processor can and twice where a fused operation would be a call."""
    return fma(a, b, c) if a.code.has_fma else a * b + c


def polynomial(x: Value, coefficients: Sequence[float]) -> Value:
    """Return c₀ + c₁x + c₂x² + …, by Horner's rule."""
    *rest, last = coefficients
    total = x.like(last)
    for c in reversed(rest):
        total = multiply_add(x, total, c)
    return total


def within(x: Value, low: float, high: float) -> Value:
    """Return the nearest number of an interval; NaN remains NaN."""
    x = where(x < low, low, x)
    return where(x > high, high, x)


def nearest_multiple(x: Value, factor: float, offset: int = 0) -> tuple[Value, Value]:
    """Return the whole number k nearest to x·factor, and the number whose last bits are those of k + offset.

    At exact ties, or next to them, either neighbour may come. |k + offset| must be less than 2^(fraction - 1).
    """
    rounder = FORMATS[x.kind].rounder + offset
    shifted = multiply_add(x, factor, rounder)
    return shifted - rounder, shifted


def power_of_two(shifted: Value) -> Value:
    """Return 2^k of a normal number, from what ``nearest_multiple`` gave with the bias as offset."""
    return (shifted.as_bits() << FORMATS[shifted.kind].fraction).as_float()


def scaled(x: Value, k: Value, shifted: Value) -> Value:
    """Return x·2^k, rounded once, from what ``nearest_multiple`` gave with twice the bias as offset.

    Where no instruction does it, in two steps, for 2^k alone may be infinite or subnormal where the result is neither.
    """
    if x.code.has_scalef and x.lanes * x.bits == 512:
        mask, rounding = Value(x.code, "-1", f"i{x.lanes}", 0), Value(x.code, "4", "i32", 0)  # in all lanes, as everything else is rounded
        return x.code.call(f"llvm.x86.avx512.mask.scalef.{'ps' if x.kind == 'float' else 'pd'}.512", x.kind, x.lanes, x, k, x, mask, rounding)
    fraction = FORMATS[x.kind].fraction
    bits = shifted.as_bits()
    half = bits.shift_right_logical(1)
    return x * (half << fraction).as_float() * ((bits - half) << fraction).as_float()


def two_sum(a: Value, b: Number) -> Pair:
    """Return a + b exactly (Knuth)."""
    total = a + b
    of_b = total - a
    return total, (a - (total - of_b)) + (b - of_b)


def fast_two_sum(a: Number, b: Value) -> Pair:
    """Return a + b exactly, if |a| ≥ |b| or a = 0 (Dekker)."""
    total = a + b
    return total, b - (total - a)


def two_product(a: Value, b: Number) -> Pair:
    """Return a·b exactly, but for overflow and underflow."""
    product = a * b
    if a.code.has_fma:
        return product, fma(a, b, -product)
    (a1, a2), (b1, b2) = _halves(a), _halves(a.like(b))
    return product, a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2)


def _halves(a: Value) -> Pair:
    """Return two numbers of half as many bits whose sum is a (Veltkamp)."""
    scaled = a * (2.0 ** ((FORMATS[a.kind].fraction + 2) // 2) + 1.0)
    high = scaled - (scaled - a)
    return high, a - high
