"""The table from operations to JavaScript: what each operation of a program is as an expression of single numbers.

Numbers in double precision are JavaScript's own, those in single precision are rounded by ``Math.fround`` after every operation, whole
numbers of up to 32 bits wrap by ``| 0`` and ``>>> 0``, longer ones are BigInts. No product is fused into a sum: a language without a
fused multiply-add rounds both. Subnormal numbers stay what they are, where XLA makes them 0. The functions of ``Math`` are within an ulp or
two in today's browsers, but no standard says so.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from hillock.lowering._javascript_bits import Rule, bitcast, convert, multiply_high, shift
from hillock.lowering._javascript_terms import LOOSE, NEGATIVE, PRODUCT, SUM, Term, binary, call, is_big, rounded, wrapped
from hillock.lowering._program import Operation, Unsupported

_REPEATS = frozenset({"integer_pow", "square"})
_REPEATS_OF_WHOLE_NUMBERS = frozenset({"abs", "div", "rem", "select_n", "shift_left", "shift_right_arithmetic", "shift_right_logical"})
_REPEATS_OF_BIG_NUMBERS = frozenset({"max", "min", "sign"})


def write(operation: Operation, given: Sequence[Term]) -> Term:
    """Return the expression of an operation on other expressions.

    Raises:
        Unsupported: there is none.

    """
    dtype = operation.result.dtype
    rule = _RULES.get(operation.name)
    if rule is None:
        raise Unsupported(f"The operation {operation.name!r} has no JavaScript.")
    return rule(operation, dtype, given)


def repeats(operation: Operation) -> bool:
    """Return whether the expression of an operation may have an argument several times, which must then be a name or a number."""
    dtype = operation.arguments[0].dtype
    of_whole = dtype.kind in "iu" and operation.name in _REPEATS_OF_WHOLE_NUMBERS
    return operation.name in _REPEATS or of_whole or (is_big(dtype) and operation.name in _REPEATS_OF_BIG_NUMBERS)


def _infix(symbol: str) -> Rule:
    """Return the rule of a sum or a difference, of numbers of any kind."""

    def rule(_: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
        a, b = given
        if dtype.kind == "b":
            raise Unsupported("A sum of truth values has no JavaScript.")
        term = Term(f"{a.within(SUM)} {symbol} {b.within(PRODUCT)}", SUM)
        return rounded(dtype, term) if dtype.kind == "f" else wrapped(dtype, term)

    return rule


def _function(name: str) -> Rule:
    """Return the rule of a function of floating-point numbers whose result must be rounded."""
    return lambda _op, dtype, given: rounded(dtype, call(name, *given))


def _exactly(name: str) -> Rule:
    """Return the rule of a function whose result has as few digits as its arguments."""
    return lambda _op, _dtype, given: call(name, *given)


def _compare(symbol: str) -> Rule:
    return lambda _op, _dtype, given: Term(f"{given[0].within(SUM)} {symbol} {given[1].within(SUM)}", LOOSE)


def _multiply(_: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
    a, b = given
    if dtype.kind == "b":
        return Term(f"{a} && {b}", LOOSE)
    product = binary(a, "*", b)
    if dtype.kind == "f":
        return rounded(dtype, product)
    if is_big(dtype):
        return wrapped(dtype, product)
    low = call("Math.imul", a, b)
    return low if dtype == np.int32 else wrapped(dtype, low)


def _divide(_: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
    a, b = given
    if dtype.kind == "f":
        return rounded(dtype, binary(a, "/", b))
    zero, none = ("0n", "-1n") if is_big(dtype) else ("0", "-1")
    return wrapped(dtype, Term(f"{b} === {zero} ? {none} : {a} / {b}", LOOSE))  # what is wrapped loses its fraction


def _remainder(_: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
    a, b = given
    if dtype.kind == "f":
        return binary(a, "%", b)
    zero = "0n" if is_big(dtype) else "0"
    return wrapped(dtype, Term(f"{b} === {zero} ? {a} : {a} % {b}", LOOSE))


def _bitwise(symbol: str, logical: str) -> Rule:
    def rule(_: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
        a, b = given
        if dtype.kind == "b":
            return Term(f"{a} {logical} {b}", LOOSE)
        term = Term(f"{a} {symbol} {b}", LOOSE)
        return wrapped(dtype, term) if dtype == np.uint32 else term

    return rule


def _not(_: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
    return Term(f"!{given[0]}", LOOSE) if dtype.kind == "b" else wrapped(dtype, Term(f"~{given[0]}", LOOSE))


def _negative(_: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
    term = Term(f"-{given[0]}", NEGATIVE)
    return term if dtype.kind == "f" else wrapped(dtype, term)


def _absolute(_: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
    if dtype.kind == "f":
        return call("Math.abs", *given)
    (x,) = given
    return x if dtype.kind == "u" else wrapped(dtype, Term(f"{x} < 0 ? -{x} : {x}", LOOSE))


def _sign(_: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
    (x,) = given
    return Term(f"{x} > 0n ? 1n : {x} < 0n ? -1n : 0n", LOOSE) if is_big(dtype) else call("Math.sign", x)


def _extreme(function: str, symbol: str) -> Rule:
    def rule(_: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
        a, b = given
        if dtype.kind == "b":
            return Term(f"{a} {'||' if symbol == '>' else '&&'} {b}", LOOSE)
        return Term(f"{a} {symbol} {b} ? {a} : {b}", LOOSE) if is_big(dtype) else call(function, a, b)

    return rule


def _select(op: Operation, _: np.dtype, given: Sequence[Term]) -> Term:
    which, *cases = given
    if op.arguments[0].dtype.kind == "b":
        return Term(f"{which} ? {cases[1]} : {cases[0]}", LOOSE)
    zero = "n" if is_big(op.arguments[0].dtype) else ""
    chosen = "".join(f"{which} <= {k}{zero} ? {case} : " for k, case in enumerate(cases[:-1]))
    return Term(f"{chosen}{cases[-1]}", LOOSE)


def _integer_power(op: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
    """Return a power by repeated squaring; short ones are easier to read written out, and those of whole numbers must wrap."""
    (x,), y = given, op.detail
    if dtype.kind == "f" and (dtype == np.float32 or y not in {2, 3}):
        return call("wholePower", x, Term(str(y)), *([Term("Math.fround")] if dtype == np.float32 else []))
    result, n = Term("1n" if is_big(dtype) else "1"), y
    while n:
        if n & 1:
            result = x if n == y else _multiply(op, dtype, [result, x])
        n >>= 1
        x = _multiply(op, dtype, [x, x]) if n else x
    return result


def _fused(_: Operation, dtype: np.dtype, given: Sequence[Term]) -> Term:
    if dtype != np.float32:
        raise Unsupported(f"A product and a sum of {dtype}, rounded once, have no JavaScript.")
    return call("fused", *given)


_FUNCTIONS = {
    **{
        name: f"Math.{name}"
        for name in ("atan", "atan2", "cbrt", "cos", "cosh", "exp", "expm1", "log", "log1p", "sin", "sinh", "sqrt", "tan", "tanh")
    },
    "erf": "errorFunction",
    "erf_inv": "inverseErrorFunction",
    "logistic": "logistic",
    "pow": "power",
}

_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        **{name: _function(function) for name, function in _FUNCTIONS.items()},
        "abs": _absolute,
        "add": _infix("+"),
        "and": _bitwise("&", "&&"),
        "bitcast_convert_type": bitcast,
        "ceil": _exactly("Math.ceil"),
        "convert_element_type": convert,
        "div": _divide,
        "eq": _compare("==="),
        "exp2": lambda _op, dtype, given: rounded(dtype, call("Math.pow", Term("2"), *given)),
        "floor": _exactly("Math.floor"),
        "fused": _fused,
        "ge": _compare(">="),
        "gt": _compare(">"),
        "integer_pow": _integer_power,
        "is_finite": _exactly("Number.isFinite"),
        "le": _compare("<="),
        "lt": _compare("<"),
        "max": _extreme("Math.max", ">"),
        "min": _extreme("Math.min", "<"),
        "mul": _multiply,
        "mulhi": multiply_high,
        "ne": _compare("!=="),
        "neg": _negative,
        "not": _not,
        "or": _bitwise("|", "||"),
        "rem": _remainder,
        "round": lambda op, _dtype, given: call("nearestEven" if op.detail == 1 else "nearestAway", *given),
        "rounded": lambda _op, _dtype, given: given[0],
        "rsqrt": lambda _op, dtype, given: rounded(dtype, binary(Term("1"), "/", call("Math.sqrt", *given))),
        "select_n": _select,
        "shift_left": shift("left"),
        "shift_right_arithmetic": shift("arithmetic"),
        "shift_right_logical": shift("logical"),
        "sign": _sign,
        "square": lambda op, dtype, given: _multiply(op, dtype, [*given, *given]),
        "sub": _infix("-"),
        "xor": _bitwise("^", "!=="),
    }
)
