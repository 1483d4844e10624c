"""Operations on whole arrays: what moves numbers about, adds them up, multiplies matrices and looks numbers up.

What only moves numbers is done by NumPy and leaves nothing to do; the others are written out, number by number.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from jax.extend.core import JaxprEqn

from hillock.lowering._interpreter import Array, Interpreter, Rule, aval_of, dtype_of, is_known, source_of
from hillock.lowering._program import Atom, Table, Unsupported

_REDUCED = MappingProxyType({"add": np.sum, "and": np.all, "max": np.max, "min": np.min, "mul": np.prod, "or": np.any})


def _reduction(name: str) -> Callable:
    def reduction(interpreter: Interpreter, equation: JaxprEqn, given: Sequence[Array]) -> list[Array]:
        return [_reduce(interpreter, name, given[0], equation.params["axes"])]

    return reduction


def _reduce(interpreter: Interpreter, name: str, array: Array, axes: Sequence[int]) -> Array:
    """Combine the numbers along some axes one after the other."""
    if is_known(array):
        return np.asarray(_REDUCED[name](array, axis=tuple(axes)), array.dtype)
    moved = np.moveaxis(array, axes, range(len(axes)))
    rows = moved.reshape(-1, *moved.shape[len(axes) :])
    total = rows[0, ...]
    for k in range(1, len(rows)):
        total = interpreter.elementwise(name, [total, rows[k, ...]], dtype_of(array))
    return total


def _product(interpreter: Interpreter, equation: JaxprEqn, given: Sequence[Array]) -> list[Array]:
    """Write a product of small matrices out."""
    (contract_a, contract_b), (batch_a, batch_b) = equation.params["dimension_numbers"]
    a, b = (_front(x, batch, contract) for x, batch, contract in ((given[0], batch_a, contract_a), (given[1], batch_b, contract_b)))
    batch, shape = a.shape[: len(batch_a)], aval_of(equation.outvars[0]).shape
    size = int(np.prod(a.shape[len(batch) : len(batch) + len(contract_a)]))
    a, b = (x.reshape(*batch, size, -1) for x in (a, b))
    dtype = aval_of(equation.outvars[0]).dtype
    if is_known(a, b):
        return [np.asarray(np.swapaxes(a, -1, -2) @ b, dtype).reshape(shape)]
    terms = interpreter.elementwise("mul", [a[..., :, :, None], b[..., :, None, :]], dtype)
    return [_reduce(interpreter, "add", terms, [len(batch)]).reshape(shape)]


def _front(array: np.ndarray, batch: Sequence[int], contract: Sequence[int]) -> np.ndarray:
    """Return an array with its batch axes first, then those that are summed over."""
    return np.moveaxis(array, (*batch, *contract), range(len(batch) + len(contract)))


def _dynamic_slice(interpreter: Interpreter, equation: JaxprEqn, given: Sequence[Array]) -> list[Array]:
    array, *starts = given
    sizes = equation.params["slice_sizes"]
    shape = array.shape
    if is_known(*starts):
        begins = [int(np.clip(int(s), 0, n - size)) for s, n, size in zip(starts, shape, sizes, strict=True)]
        if not isinstance(array, Table):
            return [array[tuple(slice(b, b + size) for b, size in zip(begins, sizes, strict=True))]]
    if len(shape) != 1 or tuple(sizes) != (1,):
        raise Unsupported(f"Only single numbers of one row can be looked up ({source_of(equation)}).")
    return [_looked_up(interpreter, array, starts[0][()], shape[0]).reshape(1)]


def _looked_up(interpreter: Interpreter, array: Array, index: Atom, length: int) -> np.ndarray:
    """Return the number at an index, kept within the array."""
    kind = index.dtype
    low = interpreter.one("max", (index, kind.type(0)), kind, {})
    kept = interpreter.one("min", (low, kind.type(length - 1)), kind, {})
    if isinstance(array, Table):
        return np.asarray(interpreter.emit("load", (array, kept), (array.dtype,))[0])
    found = array[0]
    for k in range(1, length):
        here = interpreter.one("ge", (kept, kind.type(k)), np.dtype(bool), {})
        found = interpreter.one("select_n", (here, found, array[k]), dtype_of(array), {})
    return np.asarray(found)


def _convert(interpreter: Interpreter, equation: JaxprEqn, given: Sequence[Array]) -> list[Array]:
    """Convert numbers; a table is kept as it is where nothing changes, so that it can still be looked up."""
    array, dtype = given[0], aval_of(equation.outvars[0]).dtype
    if isinstance(array, Table):
        if array.dtype == dtype:
            return [array]
        array = interpreter.spread(array, equation)
    return [interpreter.elementwise("convert_element_type", [array], dtype)]


def _moved(move: Callable[..., Any]) -> Rule:
    def rule(interpreter: Interpreter, equation: JaxprEqn, given: Sequence[Array]) -> Sequence[Array]:
        arrays = [interpreter.spread(x, equation) if isinstance(x, Table) else x for x in given]
        result = move(equation.params, *arrays)
        return result if isinstance(result, list) else [result]

    return rule


def _broadcast(p: Any, x: np.ndarray, *_: Any) -> np.ndarray:
    shape = [1] * len(p["shape"])
    for k, axis in enumerate(p["broadcast_dimensions"]):
        shape[axis] = x.shape[k]
    return np.broadcast_to(x.reshape(shape), p["shape"])


def _iota(p: Any, *_: Any) -> np.ndarray:
    shape = [1] * len(p["shape"])
    shape[p["dimension"]] = -1
    return np.broadcast_to(np.arange(p["shape"][p["dimension"]], dtype=p["dtype"]).reshape(shape), p["shape"])


def _slice(p: Any, x: np.ndarray) -> np.ndarray:
    strides = p["strides"] or (1,) * x.ndim
    return x[tuple(slice(*each) for each in zip(p["start_indices"], p["limit_indices"], strides, strict=True))]


_MOVES: Mapping[str, Callable[..., Any]] = {
    "broadcast_in_dim": _broadcast,
    "concatenate": lambda p, *x: np.concatenate(x, axis=p["dimension"]),
    "expand_dims": lambda p, x: np.expand_dims(x, p["dimensions"]),
    "iota": _iota,
    "reshape": lambda p, x: x.reshape(p["new_sizes"]),
    "rev": lambda p, x: np.flip(x, p["dimensions"]),
    "slice": _slice,
    "split": lambda p, x: np.split(x, np.cumsum(p["sizes"])[:-1], axis=p["axis"]),
    "squeeze": lambda p, x: np.squeeze(x, tuple(p["dimensions"])),
    "stack": lambda p, *x: np.stack(x, axis=p["axis"]),
    "transpose": lambda p, x: np.transpose(x, p["permutation"]),
}

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        **{name: _moved(move) for name, move in _MOVES.items()},
        "convert_element_type": _convert,
        "dot_general": _product,
        "dynamic_slice": _dynamic_slice,
        "reduce_and": _reduction("and"),
        "reduce_max": _reduction("max"),
        "reduce_min": _reduction("min"),
        "reduce_or": _reduction("or"),
        "reduce_prod": _reduction("mul"),
        "reduce_sum": _reduction("add"),
    }
)
"""What each of these operations comes to, by the name that JAX gives it."""
