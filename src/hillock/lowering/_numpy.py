"""The table from operations to NumPy: what is known beforehand is computed beforehand."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np


def convert(x: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Convert as XLA does: floating-point numbers are cut towards 0 and kept within range, NaN becomes 0."""
    if x.dtype.kind == "f" and dtype.kind in "iu":
        limits = np.iinfo(dtype)
        inside = (x < float(limits.max)) & (x > float(limits.min))
        cut = np.where(inside, x, 0).astype(dtype)
        return np.where(x >= float(limits.max), limits.max, np.where(x <= float(limits.min), limits.min, cut)).astype(dtype)
    return x.astype(dtype, copy=False)


def _divide(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    if a.dtype.kind == "f":
        return a / b
    quotient = np.abs(a) // np.abs(np.where(b == 0, 1, b))
    return np.where(b == 0, -1, np.where((a < 0) != (b < 0), -quotient, quotient)).astype(a.dtype)


def _remainder(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.fmod(a, b) if a.dtype.kind == "f" else np.where(b == 0, a, np.fmod(a, np.where(b == 0, 1, b)))


def _shift(how: Callable) -> Callable:
    def shift(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        bits = 8 * a.dtype.itemsize
        outside = np.zeros_like(a) if how is not _arithmetic else np.where(a < 0, -1, 0).astype(a.dtype)
        return np.where((b >= 0) & (b < bits), how(a, np.clip(b, 0, bits - 1)), outside).astype(a.dtype)

    return shift


def _logical(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    unsigned = np.dtype(f"u{a.dtype.itemsize}")
    return (a.view(unsigned) >> b.astype(unsigned)).view(a.dtype)


def _arithmetic(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a >> b


def _mulhi(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    wide = np.dtype(f"{a.dtype.kind}{2 * a.dtype.itemsize}")
    return (a.astype(wide) * b.astype(wide) >> (8 * a.dtype.itemsize)).astype(a.dtype)


def _logistic(x: np.ndarray) -> np.ndarray:
    decayed = np.exp(-np.abs(x))
    return np.where(x < 0, decayed, 1) / (1 + decayed)


def _select(which: np.ndarray, *cases: np.ndarray) -> np.ndarray:
    if which.dtype == bool:
        return np.where(which, cases[1], cases[0])
    return np.select([which == k for k in range(len(cases) - 1)], cases[:-1], cases[-1])


def power(x: Any, y: int) -> Any:
    """Return x to a whole power y ≠ 0 by repeated squaring; ``x`` is anything that can be multiplied and divided by."""
    if y < 0:
        return 1.0 / power(x, -y)
    result = None
    while y:
        if y & 1:
            result = x if result is None else result * x
        y >>= 1
        x = x * x if y else x
    return result


FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "abs": np.abs,
        "add": np.add,
        "add_any": np.add,
        "and": np.bitwise_and,
        "atan": np.arctan,
        "atan2": np.arctan2,
        "cbrt": np.cbrt,
        "ceil": np.ceil,
        "clamp": lambda low, x, high: np.minimum(np.maximum(x, low), high),
        "copy": np.asarray,
        "cos": np.cos,
        "cosh": np.cosh,
        "div": _divide,
        "eq": np.equal,
        "exp": np.exp,
        "exp2": np.exp2,
        "expm1": np.expm1,
        "floor": np.floor,
        "ge": np.greater_equal,
        "gt": np.greater,
        "is_finite": np.isfinite,
        "le": np.less_equal,
        "log": np.log,
        "log1p": np.log1p,
        "logistic": _logistic,
        "lt": np.less,
        "max": np.maximum,
        "min": np.minimum,
        "mul": np.multiply,
        "mulhi": _mulhi,
        "ne": np.not_equal,
        "neg": np.negative,
        "not": np.invert,
        "or": np.bitwise_or,
        "pow": np.power,
        "rem": _remainder,
        "rounded": np.asarray,
        "rsqrt": lambda x: 1 / np.sqrt(x),
        "select_n": _select,
        "shift_left": _shift(np.left_shift),
        "shift_right_arithmetic": _shift(_arithmetic),
        "shift_right_logical": _shift(_logical),
        "sign": np.sign,
        "sin": np.sin,
        "sinh": np.sinh,
        "sqrt": np.sqrt,
        "square": np.square,
        "stop_gradient": np.asarray,
        "sub": np.subtract,
        "tan": np.tan,
        "tanh": np.tanh,
        "xor": np.bitwise_xor,
    }
)
"""Elementwise operations of one result, by the names that JAX gives them."""


def compute(name: str, arguments: list[np.ndarray], dtype: np.dtype, parameters: Mapping[str, Any]) -> np.ndarray:
    """Return the result of an elementwise operation on arrays."""
    if name == "convert_element_type":
        return convert(arguments[0], dtype)
    if name == "bitcast_convert_type":
        return arguments[0].view(dtype)
    if name == "integer_pow":
        x, y = arguments[0], parameters["y"]
        return np.ones_like(x) if y == 0 else np.asarray(power(x, y), dtype)
    if name == "round":
        x, whole = arguments[0], np.trunc(arguments[0])
        half_even = int(parameters["rounding_method"]) == 1
        return np.rint(x) if half_even else whole + np.copysign(np.abs(x - whole) >= 0.5, x).astype(dtype)
    return np.asarray(FUNCTIONS[name](*arguments), dtype)


ELEMENTWISE = frozenset({*FUNCTIONS, "convert_element_type", "bitcast_convert_type", "erf", "erf_inv", "fused", "integer_pow", "round"})
"""Operations that take number after number of arrays of one shape."""
