"""Functions that JavaScript lacks, in JavaScript: what expressions of ``javascript`` call beside ``Math``.

A script holds those that it calls. The error function is its series x e^{-x²} Σ (2x²)ⁿ/(1·3·5···(2n+1)) near 0, whose terms are all
positive, and one minus its continued fraction farther out (Abramowitz & Stegun 1964, 7.1.6 and 7.1.14).
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {
        "scratch": """const scratch = new DataView(new ArrayBuffer(8));""",
        "floats": """const floats = new Float32Array(1);
const floatBits = new Int32Array(floats.buffer);""",
        "bitsOfFloat": """function bitsOfFloat(x) {
  floats[0] = x;
  return floatBits[0];
}""",
        "floatOfBits": """function floatOfBits(bits) {
  floatBits[0] = bits;
  return floats[0];
}""",
        "bitsOfDouble": """function bitsOfDouble(x) {
  scratch.setFloat64(0, x);
  return scratch.getBigInt64(0);
}""",
        "doubleOfBits": """function doubleOfBits(bits) {
  scratch.setBigInt64(0, bits);
  return scratch.getFloat64(0);
}""",
        "multiplyHigh": """// The upper 32 of the 64 bits of a product of whole numbers, by halves of 16 bits.
function multiplyHigh(a, b) {
  const a0 = a & 65535, a1 = a >>> 16, b0 = b & 65535, b1 = b >>> 16;
  const middle = a1 * b0 + (Math.imul(a0, b0) >>> 16);
  const other = a0 * b1 + (middle & 65535);
  return (a1 * b1 + Math.floor(middle / 65536) + Math.floor(other / 65536)) >>> 0;
}""",
        "cut": """// Cut towards 0 and keep within range; what is no number becomes 0.
function cut(x, low, high) {
  return x >= high ? high : x <= low ? low : Math.trunc(x) || 0;
}""",
        "cutToBig": """function cutToBig(x, low, high) {
  return x >= Number(high) ? high : x <= Number(low) ? low : BigInt(Math.trunc(x) || 0);
}""",
        "nearestEven": """// The nearest whole number, the even one of two.
function nearestEven(x) {
  const size = Math.abs(x);
  const whole = size < 4503599627370496 ? size + 4503599627370496 - 4503599627370496 : size;
  return x < 0 || 1 / x < 0 ? -whole : whole;
}""",
        "nearestAway": """// The nearest whole number, the one farther from 0 of two.
function nearestAway(x) {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}""",
        "power": """// As in C, where 1 to any power is 1, also where Math.pow gives NaN.
function power(x, y) {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y);
}""",
        "wholePower": """// A power by repeated squaring, every product rounded by "round".
function wholePower(x, y, round = (product) => product) {
  let result = 1;
  for (let n = Math.abs(y), square = x; n > 0; n >>= 1, square = round(square * square)) {
    if (n & 1) result = round(result * square);
  }
  return y < 0 ? round(1 / result) : result;
}""",
        "logistic": """function logistic(x) {
  const decayed = Math.exp(-Math.abs(x));
  return (x < 0 ? decayed : 1) / (1 + decayed);
}""",
        "lowWordIsOdd": """function lowWordIsOdd(x) {
  scratch.setFloat64(0, x);
  return (scratch.getUint8(7) & 1) === 1;
}""",
        "fused": """// a * b + c of numbers in single precision, rounded once: the product is exact, and the sum, rounded to odd in double precision,
// cannot be rounded wrongly in single precision (Boldo & Melquiond 2008, doi:10.1109/TC.2007.70819).
function fused(a, b, c) {
  const product = a * b;
  const total = product + c;
  const ofC = total - product;
  const error = (product - (total - ofC)) + (c - ofC);
  if (error === 0 || !Number.isFinite(total) || lowWordIsOdd(total)) return Math.fround(total);
  return Math.fround(nextTowards(total, error > 0));
}""",
        "nextTowards": """// The next number in double precision above or below one that is not 0.
function nextTowards(x, up) {
  scratch.setFloat64(0, x);
  scratch.setBigInt64(0, scratch.getBigInt64(0) + ((x > 0) === up ? 1n : -1n));
  return scratch.getFloat64(0);
}""",
        "gaussian": """// e^{-x²}, the square in two parts.
function gaussian(x) {
  const head = Math.fround(x);
  return Math.exp(-head * head) * Math.exp(-(x - head) * (x + head));
}""",
        "errorFunctionComplement": """// 1 - erf(x) for x > 0.7, by its continued fraction.
function errorFunctionComplement(x) {
  let below = x;
  for (let n = x < 2 ? 500 : 80; n > 0; n -= 1) below = x + n / 2 / below;
  return gaussian(x) / (below * 1.7724538509055160273);
}""",
        "errorFunction": """function errorFunction(x) {
  const size = Math.abs(x);
  if (size > 0.75) return Math.sign(x) * (size > 6 ? 1 : 1 - errorFunctionComplement(size));
  let sum = 1;
  for (let n = 24; n > 0; n -= 1) sum = 1 + 2 * x * x / (2 * n + 1) * sum;
  return 1.1283791670955125739 * x * (gaussian(x) * sum);
}""",
        "inverseErrorFunction": """// By Halley's method from Winitzki's approximation.
function inverseErrorFunction(y) {
  const size = Math.abs(y);
  if (!(size < 1)) return size === 1 ? y * Infinity : NaN;
  if (size < 1e-8) return 0.88622692545275801365 * y;
  const log = Math.log1p(-y * y), half = 4.3307467508 + log / 2;
  let x = Math.sqrt(Math.max(0, Math.sqrt(half * half - log / 0.147) - half));
  for (let n = 0; n < 4; n += 1) {
    const excess = size > 0.71 ? 1 - size - errorFunctionComplement(x) : errorFunction(x) - size;
    const step = excess / (1.1283791670955125739 * gaussian(x));
    x -= step / (1 + x * step);
  }
  return y < 0 ? -x : x;
}""",
    }
)
"""Every function by its name, in an order in which each needs only constants before it."""

NAMES = frozenset({*FUNCTIONS, "floatBits"})


def called_in(text: str) -> list[str]:
    """Return the functions that a text calls, and those that they call."""
    found: set[str] = set()
    waiting = [text]
    while waiting:
        words = set(re.findall(r"\w+", waiting.pop())) & FUNCTIONS.keys()
        waiting += [FUNCTIONS[name] for name in words - found]
        found |= words
    return [function for name, function in FUNCTIONS.items() if name in found]
