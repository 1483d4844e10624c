"""Conversions, shifts and whatever else looks at the bits of numbers, as expressions of JavaScript."""

from collections.abc import Callable, Sequence

import numpy as np

from hillock.lowering._javascript_terms import LOOSE, Term, call, is_big, rounded, wrapped
from hillock.lowering._program import Operation, Unsupported

Rule = Callable[[Operation, np.dtype, Sequence[Term]], Term]
"""What an operation, the type of its result and the expressions that it is given come to."""


def convert(op: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
    """Convert as XLA does: floating-point numbers are cut towards 0 and kept within range, NaN becomes 0."""
    (x,), of = given, op.arguments[0].dtype
    if dtype.kind == "b":
        return Term(f"{x} !== {'0n' if is_big(of) else '0'}", LOOSE)
    if of.kind == "b":
        return call("BigInt", x) if is_big(dtype) else Term(f"{x} ? 1 : 0", LOOSE)
    if dtype.kind == "f":
        number = call("Number", x) if is_big(of) else x
        return number if of.kind != "f" and of.itemsize < 4 else rounded(dtype, number)
    if of.kind == "f":
        limits = np.iinfo(dtype)
        if is_big(dtype):
            return call("cutToBig", x, Term(f"{limits.min}n"), Term(f"{limits.max}n"))
        return call("cut", x, Term(f"{limits.min}"), Term(f"{limits.max}"))
    if is_big(dtype):
        return wrapped(dtype, x if is_big(of) else call("BigInt", x))
    return wrapped(dtype, call("Number", call("BigInt.asIntN", Term("32"), x)) if is_big(of) else x)


def bitcast(op: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
    (x,), of = given, op.arguments[0].dtype
    if of.itemsize != dtype.itemsize:
        raise Unsupported(f"Bits of {of} cannot be read as {dtype}: the sizes differ.")
    if (of.kind == "f") == (dtype.kind == "f"):
        return x if of.kind == "f" else wrapped(dtype, x)
    if dtype.kind == "f":
        return call("floatOfBits" if dtype.itemsize == 4 else "doubleOfBits", x)
    bits = call("bitsOfFloat" if dtype.itemsize == 4 else "bitsOfDouble", x)
    return bits if dtype.kind == "i" else wrapped(dtype, bits)


def multiply_high(_: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
    """Return the upper half of a product."""
    bits = 8 * dtype.itemsize
    if dtype == np.uint32:
        return call("multiplyHigh", *given)
    a, b = given if bits == 64 else [call("BigInt", x) for x in given]
    upper = wrapped(np.dtype(f"{dtype.kind}8"), Term(f"{a} * {b} >> {bits}n", LOOSE))
    return upper if bits == 64 else call("Number", upper)


def shift(how: str) -> Rule:
    def rule(op: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
        """Shift; by more bits than there are, or fewer than none, what is left is the sign or nothing."""
        (a, b), bits = given, 8 * dtype.itemsize
        if bits < 32:
            raise Unsupported(f"A shift of {dtype} has no JavaScript.")
        shifted = _shifted_big(how, dtype, a, b) if bits == 64 else _shifted(how, dtype, a, b)
        by, n = op.arguments[1], "n" if bits == 64 else ""
        if isinstance(by, np.generic) and 0 <= int(by.item()) < bits:
            return shifted
        beyond = f"({a} < 0{n} ? -1{n} : 0{n})" if how == "arithmetic" and dtype.kind == "i" else f"0{n}"
        return Term(f"{b} >= 0{n} && {b} < {bits}{n} ? {shifted} : {beyond}", LOOSE)

    return rule


def _shifted(how: str, dtype: np.dtype, a: Term, b: Term) -> Term:
    symbol = {"left": "<<", "arithmetic": ">>", "logical": ">>>"}[how]
    term = Term(f"{a} {symbol} {b}", LOOSE)
    return term if (how == "logical") == (dtype.kind == "u") else wrapped(dtype, term)


def _shifted_big(how: str, dtype: np.dtype, a: Term, b: Term) -> Term:
    bits = {"left": a, "arithmetic": call("BigInt.asIntN", Term("64"), a), "logical": call("BigInt.asUintN", Term("64"), a)}[how]
    return wrapped(dtype, Term(f"{bits} {'<<' if how == 'left' else '>>'} {b}", LOOSE))
