"""The table from operations to LLVM: what each operation of a program is as code for one neuron or for many lanes of them.

Numbers are rounded as IEEE 754 says, operation by operation; whole numbers wrap; a division by 0 and a shift by too many bits give what
XLA gives.
"""

from collections.abc import Callable, Mapping

import numpy as np

from hillock.lowering import elementary
from hillock.lowering._kinds import KINDS
from hillock.lowering._program import FINITE, Operation, Unsupported
from hillock.lowering._text import Code
from hillock.lowering._value import Value, absolute, ceil, floor, fma, nearest, round_half_away, square_root, where
from hillock.lowering._whole_numbers import divide, multiply_high, remainder, shift
from hillock.lowering.elementary._floating import multiply_add, two_sum

Rule = Callable[..., Value]


def write(operation: Operation, given: list[Value]) -> Value:
    """Append the code of an operation and return its result.

    Raises:
        Unsupported: there is no code for it.

    """
    rule = _RULES.get(operation.name)
    dtype = operation.result.dtype
    if rule is None:
        raise Unsupported(f"The operation {operation.name!r} has no machine code.")
    return rule(operation, dtype, *given)


def constant(code: Code, number: np.generic) -> Value:
    """Return a constant of a program."""
    return code.constant(number.item(), KINDS[str(number.dtype)])


def _is_signed(operation: Operation) -> bool:
    return operation.arguments[0].dtype.kind == "i"


def _compare(rule: str) -> Rule:
    return lambda op, _, a, b: a.compare(rule, b, _is_signed(op))


def _plain(function: Callable[..., Value]) -> Rule:
    return lambda _op, _dtype, *given: function(*given)


def _convert(op: Operation, dtype: np.dtype, x: Value) -> Value:
    source = op.arguments[0].dtype
    return x.to(KINDS[str(dtype)], (dtype if source.kind == "f" else source).kind == "i")


def _bitcast(op: Operation, dtype: np.dtype, x: Value) -> Value:
    if op.arguments[0].dtype.itemsize != dtype.itemsize:
        raise Unsupported(f"Bits of {op.arguments[0].dtype} cannot be read as {dtype}: the sizes differ.")
    if x.is_float == (dtype.kind == "f"):
        return x
    return x.as_bits() if x.is_float else x.as_float()


def _extreme(rule: str) -> Rule:
    def extreme(op: Operation, dtype: np.dtype, a: Value, b: Value) -> Value:
        """Return the greater or lesser of two numbers, NaN if one is none. Processors return the second if the first is NaN."""
        if isinstance(op.arguments[1], np.generic):
            a, b = b, a
        found = where(a.compare(rule, b, _is_signed(op)), a, b)
        known = op.detail == FINITE or any(isinstance(x, np.generic) for x in op.arguments)
        return where(a.ne(a), a, found) if dtype.kind == "f" and not known else found

    return extreme


def _reciprocal(op: Operation, dtype: np.dtype, divisor: Value) -> Value:
    """Return the number next to 1/divisor on the side of 0, never 1/divisor itself, so that the rest has its sign and is not 0."""
    nearest = 1.0 / divisor
    return where(fma(nearest, divisor, -1.0) < 0.0, nearest, (nearest.as_bits() - 1).as_float())


def _reciprocal_rest(op: Operation, dtype: np.dtype, divisor: Value, reciprocal: Value) -> Value:
    """Return what is missing in a reciprocal."""
    return fma(-reciprocal, divisor, 1.0) / divisor


def _quotient(op: Operation, dtype: np.dtype, x: Value, reciprocal: Value, rest: Value) -> Value:
    """Divide by a number whose reciprocal is known as a sum. Both parts have its sign: an infinite x stays infinite, and 0 keeps its sign."""
    lanes = max(v.lanes for v in (x, reciprocal, rest))
    return fma(x.splat(lanes), reciprocal, x.splat(lanes) * rest)


def _multiply(op: Operation, dtype: np.dtype, a: Value, b: Value) -> Value:
    return a & b if dtype.kind == "b" else a * b


def _select(op: Operation, dtype: np.dtype, which: Value, *cases: Value) -> Value:
    if which.kind == "i1":
        return where(which, cases[1], cases[0])
    found = cases[-1]
    for k in range(len(cases) - 2, -1, -1):
        found = where(which <= k, cases[k], found)
    return found


def _sign(op: Operation, dtype: np.dtype, x: Value) -> Value:
    if dtype.kind == "f":
        return where(x > 0.0, 1.0, where(x < 0.0, -1.0, x))
    return where(x.compare("gt", 0, _is_signed(op)), 1, (x >> (x.bits - 1)) if dtype.kind == "i" else 0)


def _absolute(op: Operation, dtype: np.dtype, x: Value) -> Value:
    if dtype.kind == "f":
        return absolute(x)
    return where(x < 0, -x, x) if dtype.kind == "i" else x


def _round(op: Operation, dtype: np.dtype, x: Value) -> Value:
    return nearest(x) if op.detail == 1 else round_half_away(x)


def _contracted(sign_of_product: int, sign_of_sum: int) -> Rule:
    """Return a product and a sum, rounded once where the processor can."""

    def rule(op: Operation, dtype: np.dtype, a: Value, b: Value, c: Value) -> Value:
        x, other = (a, b) if a.lanes >= b.lanes else (b, a)
        return multiply_add(-x if sign_of_product < 0 else x, other, -c if sign_of_sum < 0 else c)

    return rule


def _fused(op: Operation, dtype: np.dtype, a: Value, b: Value, c: Value) -> Value:
    """Return a product and a sum, rounded once on every processor, as ``_arithmetic.fma`` explains."""
    if a.code.has_fma or dtype != np.float32:
        return multiply_add(a, b, c)
    total, error = two_sum(a.to("double") * b.to("double"), c.to("double"))
    bits = total.as_bits()
    inexact_and_even = error.ne(0.0) & (bits & 1).eq(0) & (absolute(total) < float("inf"))
    outwards = (error > 0.0) ^ (total > 0.0)
    return where(inexact_and_even, bits + where(outwards, bits.like(-1), 1), bits).as_float().to("float")


_RULES: Mapping[str, Rule] = {
    "abs": _absolute,
    "add": _plain(lambda a, b: a + b),
    "and": _plain(lambda a, b: a & b),
    "atan": _plain(elementary.atan),
    "atan2": _plain(elementary.atan2),
    "bitcast_convert_type": _bitcast,
    "cbrt": _plain(elementary.cbrt),
    "ceil": _plain(ceil),
    "convert_element_type": _convert,
    "cos": _plain(elementary.cos),
    "cosh": _plain(elementary.cosh),
    "div": divide,
    "eq": _compare("eq"),
    "erf": _plain(elementary.erf),
    "erf_inv": _plain(elementary.erf_inv),
    "exp": _plain(elementary.exp),
    "exp2": _plain(elementary.exp2),
    "expm1": _plain(elementary.expm1),
    "floor": _plain(floor),
    "fma": _contracted(1, 1),
    "fms": _contracted(1, -1),
    "fnma": _contracted(-1, 1),
    "fused": _fused,
    "ge": _compare("ge"),
    "gt": _compare("gt"),
    "integer_pow": lambda op, _, x: elementary.integer_pow(x, op.detail),
    "is_finite": _plain(lambda x: absolute(x) < float("inf")),
    "le": _compare("le"),
    "log": _plain(elementary.log),
    "log1p": _plain(elementary.log1p),
    "logistic": _plain(elementary.logistic),
    "lt": _compare("lt"),
    "max": _extreme("gt"),
    "min": _extreme("lt"),
    "mul": _multiply,
    "mulhi": multiply_high,
    "ne": _compare("ne"),
    "neg": _plain(lambda x: -x),
    "not": _plain(lambda x: ~x),
    "or": _plain(lambda a, b: a | b),
    "pow": _plain(elementary.pow),
    "quotient": _quotient,
    "reciprocal": _reciprocal,
    "reciprocal_rest": _reciprocal_rest,
    "rem": remainder,
    "round": _round,
    "rounded": _plain(lambda x: x),
    "rsqrt": _plain(lambda x: 1.0 / square_root(x)),
    "select_n": _select,
    "shift_left": shift("left"),
    "shift_right_arithmetic": shift("arithmetic"),
    "shift_right_logical": shift("logical"),
    "sign": _sign,
    "sin": _plain(elementary.sin),
    "sinh": _plain(elementary.sinh),
    "sqrt": _plain(square_root),
    "square": _plain(lambda x: x * x),
    "sub": _plain(lambda a, b: a - b),
    "tan": _plain(elementary.tan),
    "tanh": _plain(elementary.tanh),
    "xor": _plain(lambda a, b: a ^ b),
}
