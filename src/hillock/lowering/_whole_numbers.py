"""Operations that whole numbers have a way of their own with: division, shifts, the upper half of a product."""

import numpy as np

from hillock.lowering._program import Atom, Operation
from hillock.lowering._value import Value, where


def divide(op: Operation, dtype: np.dtype, a: Value, b: Value) -> Value:
    """Divide; a division by 0 is -1."""
    if dtype.kind == "f":
        return a / b
    if _is_positive(op.arguments[1]):
        return a.divide(b, dtype.kind == "i")
    zero = b.eq(0)
    quotient = a.divide(_safe(dtype, a, b), dtype.kind == "i")
    wrapped = where(_overflows(dtype, a, b), a, quotient) if dtype.kind == "i" else quotient
    return where(zero, -1, wrapped)


def remainder(op: Operation, dtype: np.dtype, a: Value, b: Value) -> Value:
    """Return what a division leaves; a division by 0 leaves all."""
    if dtype.kind == "f":
        return a.remainder(b)
    if _is_positive(op.arguments[1]):
        return a.remainder(b, dtype.kind == "i")
    rest = a.remainder(_safe(dtype, a, b), dtype.kind == "i")
    return where(b.eq(0), a, where(_overflows(dtype, a, b), 0, rest) if dtype.kind == "i" else rest)


def shift(how: str):
    """Return the rule of a shift, "left", "arithmetic" or "logical"; by too many bits, it leaves 0, or the sign."""

    def rule(op: Operation, dtype: np.dtype, a: Value, b: Value) -> Value:
        bits = 8 * dtype.itemsize
        shifted = {"left": Value.__lshift__, "arithmetic": Value.__rshift__, "logical": Value.shift_right_logical}[how]
        by = op.arguments[1]
        if isinstance(by, np.generic) and 0 <= int(by.item()) < bits:
            return shifted(a, b)
        few = b.compare("lt", bits, signed=False)
        return where(few, shifted(a, where(few, b, 0)), a >> (bits - 1) if how == "arithmetic" else 0)

    return rule


def multiply_high(op: Operation, dtype: np.dtype, a: Value, b: Value) -> Value:
    """Return the upper half of a product."""
    if dtype != np.uint32 or not (a.lanes or b.lanes):
        wide = f"i{16 * dtype.itemsize}"
        signed = dtype.kind == "i"
        product = a.to(wide, signed) * b.to(wide, signed)
        return product.shift_right_logical(8 * dtype.itemsize).to(a.kind)
    lanes = max(a.lanes, b.lanes)
    even_a, even_b = _pairs(a.splat(lanes)), _pairs(b.splat(lanes))
    even = (even_a & 0xFFFFFFFF) * (even_b & 0xFFFFFFFF)
    odd = even_a.shift_right_logical(32) * even_b.shift_right_logical(32)
    high = even.shift_right_logical(32) | (odd & -0x100000000)
    return a.code.emit(f"bitcast {high.type} {high.name} to <{lanes} x i32>", "i32", lanes)


def _safe(dtype: np.dtype, a: Value, b: Value) -> Value:
    """Return a divisor at which the processor does not stop."""
    bad = b.eq(0) | _overflows(dtype, a, b) if dtype.kind == "i" else b.eq(0)
    return where(bad, 1, b)


def _overflows(dtype: np.dtype, a: Value, b: Value) -> Value:
    return a.eq(int(np.iinfo(dtype).min)) & b.eq(-1)


def _pairs(x: Value) -> Value:
    """Return lanes of 32 bits as half as many of 64, in which processors multiply."""
    return x.code.emit(f"bitcast {x.type} {x.name} to <{x.lanes // 2} x i64>", "i64", x.lanes // 2)


def _is_positive(atom: Atom) -> bool:
    """Return whether a number is known and greater than 0."""
    return isinstance(atom, np.generic) and atom.item() > 0
