"""Expressions of JavaScript as text, and what keeps numbers within their types."""

from typing import NamedTuple

import numpy as np

DTYPES = frozenset({"float32", "float64", "bool", *(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64))})
"""The types of numbers that there is JavaScript for."""

WHOLE, NEGATIVE, PRODUCT, SUM, LOOSE = 4, 3, 2, 1, 0


class Term(NamedTuple):
    """An expression, and how tightly it holds together: a name, number or call is whole, a product holds tighter than a sum."""

    text: str
    hold: int = WHOLE

    def within(self, least: int) -> str:
        """Return the expression as a part of another one, in parentheses unless it holds together at least so tightly."""
        return self.text if self.hold >= least else f"({self.text})"

    def __format__(self, _: str) -> str:
        return self.within(WHOLE)


def constant(number: np.generic) -> Term:
    """Return a number of a program as JavaScript writes it."""
    value = number.item()
    if isinstance(value, bool):
        return Term("true" if value else "false")
    if isinstance(value, float):
        text = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(str(value), repr(value))
    else:
        text = f"{value}n" if is_big(number.dtype) else str(value)
    return Term(text, NEGATIVE if text.startswith("-") else WHOLE)


def is_big(dtype: np.dtype) -> bool:
    return dtype.kind in "iu" and dtype.itemsize == 8


def call(function: str, *arguments: Term) -> Term:
    return Term(f"{function}({', '.join(a.text for a in arguments)})")


def rounded(dtype: np.dtype, term: Term) -> Term:
    """Round what was computed in double precision to the type that it should have; sums, products, quotients and roots come out right."""
    return call("Math.fround", term) if dtype == np.float32 else term


def wrapped(dtype: np.dtype, term: Term) -> Term:
    """Keep the last bits of a whole number."""
    bits, signed = 8 * dtype.itemsize, dtype.kind == "i"
    if bits == 64:
        return call("BigInt.asIntN" if signed else "BigInt.asUintN", Term("64"), term)
    if bits == 32:
        return Term(f"{term} | 0" if signed else f"{term} >>> 0", LOOSE)
    return Term(f"{term} << {32 - bits} >> {32 - bits}" if signed else f"{term} & {(1 << bits) - 1}", LOOSE)


def binary(a: Term, symbol: str, b: Term) -> Term:
    """Return a product, a quotient or a remainder."""
    return Term(f"{a.within(PRODUCT)} {symbol} {b.within(NEGATIVE)}", PRODUCT)
