"""From a jaxpr to a program: the trace is carried out once more, on symbols in place of the numbers that are not known yet.

Arrays are arrays of NumPy, of numbers or of symbols; what only moves them about (reshape, stack, slice) is done by NumPy and leaves no
trace in the program. What is known is computed, nested calls are entered, loops of known length are unrolled.
"""

from collections import ChainMap
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal

from hillock._arithmetic import FUSED, ROUNDED
from hillock._trace import body_of
from hillock.lowering._numpy import ELEMENTWISE, FUNCTIONS, compute
from hillock.lowering._program import Atom, Loop, Operation, Program, Symbol, Table, Unsupported, pruned, symbols_of

Array = np.ndarray | Table
"""What stands for an array: numbers, symbols, or a table."""

_MOST_OPERATIONS = 50_000  # beyond, a compiler takes minutes
_MOST_SPREAD = 4096  # numbers of an array that is used as a whole
_AS_ONE = MappingProxyType({ROUNDED: "rounded", FUSED: "fused"})  # functions that are operations of their own


def evaluate(traced: ClosedJaxpr, arguments: Sequence[Any]) -> list[np.ndarray]:
    """Return what a traced function makes of numbers, without compiling anything.

    Raises:
        Unsupported: it does something that NumPy is not asked to do here.

    """
    return _Interpreter().closed(traced, [np.asarray(x) for x in arguments])


def lower(traced: ClosedJaxpr, arguments: Sequence[Array]) -> Program:
    """Return the program of a traced function; each argument is an array of numbers, of symbols, or a table.

    The outputs of the program are those of the function, arrays one number after the other.

    Raises:
        Unsupported: it does something that has no code.

    """
    interpreter = _Interpreter()
    outputs = interpreter.closed(traced, list(arguments))
    return pruned(Program(tuple(interpreter.operations), tuple(atom for array in outputs for atom in np.ravel(array))))


def symbols(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Return an array of new symbols."""
    array = np.empty(shape, object)
    for index in np.ndindex(shape):
        array[index] = Symbol(dtype)
    return array


class _Interpreter:
    """Carries out jaxprs on arrays of symbols and writes down what is left to do."""

    def __init__(self, outside: "_Interpreter | None" = None):
        self.operations: list[Operation] = []
        self.known: ChainMap[Any, tuple[Symbol, ...]] = outside.known.new_child() if outside else ChainMap()

    def closed(self, traced: ClosedJaxpr, arguments: list[Array]) -> list[Array]:
        return self.run(traced.jaxpr, [np.asarray(x) for x in traced.consts], arguments)

    def run(self, jaxpr: Jaxpr, constants: Sequence[Any], arguments: Sequence[Array]) -> list[Array]:
        values: dict[Any, Array] = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*constants, *arguments], strict=True))
        for equation in jaxpr.eqns:
            given = [np.asarray(a.val, a.aval.dtype) if isinstance(a, Literal) else values[a] for a in equation.invars]
            values.update(zip(equation.outvars, self.equation(equation, given), strict=True))
        return [np.asarray(a.val, a.aval.dtype) if isinstance(a, Literal) else values[a] for a in jaxpr.outvars]

    def equation(self, equation: JaxprEqn, given: list[Array]) -> Sequence[Array]:
        name, parameters = equation.primitive.name, equation.params
        inner = body_of(equation)
        one = _AS_ONE.get(parameters.get("name", "")) if inner is not None else None
        if inner is not None and (one is None or _is_known(*given)):
            constants = next((v.consts for v in parameters.values() if isinstance(v, ClosedJaxpr)), ())
            return self.run(inner, constants, given)
        name = one or name
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self, equation, given)
        given = [self.spread(x, equation) if isinstance(x, Table) else x for x in given]
        output = equation.outvars[0].aval
        if name in _MOVES:
            return _listed(_MOVES[name](parameters, *given))
        if name not in ELEMENTWISE:
            raise Unsupported(f"The operation {name!r} has no code ({_source(equation)}).")
        return [self.elementwise(name, given, output.dtype, parameters)]

    def spread(self, table: Table, equation: JaxprEqn) -> np.ndarray:
        """Return all numbers of a table, each looked up."""
        size = int(np.prod(table.shape))
        if size > _MOST_SPREAD:
            raise Unsupported(f"An array of {size} numbers is too long to be written out ({equation.primitive.name!r}, {_source(equation)}).")
        array = np.empty(size, object)
        array[:] = [self.emit("load", (table, np.int32(k)), (table.dtype,))[0] for k in range(size)]
        return array.reshape(table.shape)

    def elementwise(self, name: str, given: Sequence[np.ndarray], dtype: np.dtype, parameters: Any = MappingProxyType({})) -> np.ndarray:
        if _is_known(*given):
            return compute(name, list(given), dtype, parameters)
        arrays = np.broadcast_arrays(*given)
        result = np.empty(arrays[0].shape, object)
        for index in np.ndindex(result.shape):
            result[index] = self.one(name, tuple(array[index] for array in arrays), dtype, parameters)
        return result

    def one(self, name: str, atoms: tuple[Any, ...], dtype: np.dtype, parameters: Any) -> Atom:
        """Return the result of an operation on single numbers."""
        atoms = tuple(a if isinstance(a, Symbol) else np.asarray(a)[()] for a in atoms)
        if name in FUNCTIONS and all(isinstance(a, np.generic) for a in atoms):
            return compute(name, [np.asarray(a) for a in atoms], dtype, parameters)[()]
        if name in _SAME or (name == "convert_element_type" and atoms[0].dtype == dtype):
            return atoms[0]
        if name == "select_n":
            if isinstance(atoms[0], np.generic):
                return atoms[1 + int(atoms[0])]
            if all(a is atoms[1] for a in atoms[1:]):
                return atoms[1]
        if name == "clamp":
            return self.one("min", (self.one("max", (atoms[1], atoms[0]), dtype, {}), atoms[2]), dtype, {})
        detail = {"integer_pow": lambda: parameters["y"], "round": lambda: int(parameters["rounding_method"])}.get(name)
        return self.emit(_RENAMED.get(name, name), atoms, (dtype,), detail() if detail else None)[0]

    def emit(self, name: str, atoms: tuple[Any, ...], dtypes: Sequence[Any], detail: Any = None) -> tuple[Symbol, ...]:
        """Write an operation down, unless it stands there already."""
        key = (name, tuple((a.dtype.str, a.tobytes()) if isinstance(a, np.generic) else a for a in atoms), tuple(map(str, dtypes)), detail)
        if key not in self.known:
            if len(self.operations) >= _MOST_OPERATIONS:
                raise Unsupported(f"A step of more than {_MOST_OPERATIONS} operations is too long to be compiled.")
            results = tuple(Symbol(dtype) for dtype in dtypes)
            self.operations.append(Operation(name, atoms, results, detail))
            self.known[key] = results
        return self.known[key]

    def reduce(self, name: str, array: np.ndarray, axes: Sequence[int]) -> np.ndarray:
        """Combine the numbers along some axes one after the other."""
        if _is_known(array):
            return np.asarray(_REDUCED[name](array, axis=tuple(axes)), array.dtype)
        moved = np.moveaxis(array, axes, range(len(axes)))
        rows = moved.reshape(-1, *moved.shape[len(axes) :])
        total = rows[0]
        for row in rows[1:]:
            total = self.elementwise(name, [total, row], _dtype(array))
        return np.asarray(total)


def _reduction(name: str) -> Callable:
    def reduction(self: _Interpreter, equation: JaxprEqn, given: list[np.ndarray]) -> list[np.ndarray]:
        return [self.reduce(name, given[0], equation.params["axes"])]

    return reduction


def _product(self: _Interpreter, equation: JaxprEqn, given: list[np.ndarray]) -> list[np.ndarray]:
    """Write a product of small matrices out."""
    (contract_a, contract_b), (batch_a, batch_b) = equation.params["dimension_numbers"]
    a, b = (_front(x, batch, contract) for x, batch, contract in ((given[0], batch_a, contract_a), (given[1], batch_b, contract_b)))
    batch, shape = a.shape[: len(batch_a)], equation.outvars[0].aval.shape
    size = int(np.prod(a.shape[len(batch) : len(batch) + len(contract_a)]))
    a, b = (x.reshape(*batch, size, -1) for x in (a, b))
    dtype = equation.outvars[0].aval.dtype
    if _is_known(a, b):
        return [np.asarray(np.swapaxes(a, -1, -2) @ b, dtype).reshape(shape)]
    terms = self.elementwise("mul", [a[..., :, :, None], b[..., :, None, :]], dtype)
    return [self.reduce("add", terms, [len(batch)]).reshape(shape)]


def _front(array: np.ndarray, batch: Sequence[int], contract: Sequence[int]) -> np.ndarray:
    """Return an array with its batch axes first, then those that are summed over."""
    return np.moveaxis(array, (*batch, *contract), range(len(batch) + len(contract)))


def _dynamic_slice(self: _Interpreter, equation: JaxprEqn, given: list[Array]) -> list[np.ndarray]:
    array, *starts = given
    sizes = equation.params["slice_sizes"]
    shape = array.shape
    if _is_known(*starts):
        begins = [int(np.clip(int(s), 0, n - size)) for s, n, size in zip(starts, shape, sizes, strict=True)]
        if not isinstance(array, Table):
            return [array[tuple(slice(b, b + size) for b, size in zip(begins, sizes, strict=True))]]
    if len(shape) != 1 or tuple(sizes) != (1,):
        raise Unsupported(f"Only single numbers of one row can be looked up ({_source(equation)}).")
    return [_looked_up(self, array, starts[0][()], shape[0]).reshape(1)]


def _looked_up(self: _Interpreter, array: Array, index: Atom, length: int) -> np.ndarray:
    """Return the number at an index, kept within the array."""
    kind = index.dtype
    low = self.one("max", (index, kind.type(0)), kind, {})
    kept = self.one("min", (low, kind.type(length - 1)), kind, {})
    if isinstance(array, Table):
        return np.asarray(self.emit("load", (array, kept), (array.dtype,))[0])
    found = array[0]
    for k in range(1, length):
        here = self.one("ge", (kept, kind.type(k)), np.dtype(bool), {})
        found = self.one("select_n", (here, found, array[k]), _dtype(array), {})
    return np.asarray(found)


def _scan(self: _Interpreter, equation: JaxprEqn, given: list[np.ndarray]) -> Sequence[np.ndarray]:
    """Unroll a loop of known length."""
    p = equation.params
    constants, carried, rows = np.split(np.array([*range(len(given))]), [p["num_consts"], p["num_consts"] + p["num_carry"]])
    state, collected = [given[k] for k in carried], []
    for step in range(p["length"])[:: -1 if p["reverse"] else 1]:
        results = self.closed(p["jaxpr"], [*(given[k] for k in constants), *state, *(given[k][step] for k in rows)])
        state = results[: len(carried)]
        collected.append(results[len(carried) :])
    collected = collected[:: -1 if p["reverse"] else 1]
    return [*state, *(np.stack(column) for column in zip(*collected, strict=True))]


def _while(self: _Interpreter, equation: JaxprEqn, given: list[np.ndarray]) -> Sequence[np.ndarray]:
    p = equation.params
    n_condition, n_body = p["cond_nconsts"], p["body_nconsts"]
    for_condition, for_body, state = given[:n_condition], given[n_condition : n_condition + n_body], given[n_condition + n_body :]
    while _is_known(*for_condition, *state):  # the rounds whose number is known
        if not self.closed(p["cond_jaxpr"], [*for_condition, *state])[0]:
            return state
        following = self.closed(p["body_jaxpr"], [*for_body, *state])
        if not _is_known(*following):
            break
        state = following
    carried = [symbols(x.shape, _dtype(x)) for x in state]
    condition = _nested(self, p["cond_jaxpr"], [*for_condition, *carried])
    body = _nested(self, p["body_jaxpr"], [*for_body, *carried])
    inside = tuple(s for array in carried for s in array.ravel())
    own = {*inside, *(s for part in (condition, body) for o in part.operations for s in o.results)}
    captured = tuple(dict.fromkeys(s for part in (condition, body) for s in symbols_of(part) if s not in own))
    first = tuple(a if isinstance(a, Symbol) else a for array in state for a in _atoms(array))
    loop = Operation("while", (*first, *captured), tuple(Symbol(s.dtype) for s in inside), Loop(inside, condition, body))
    self.operations.append(loop)
    results, found = list(loop.results), []
    for array in state:
        part = np.empty(array.size, object)
        part[:] = [results.pop(0) for _ in range(array.size)]
        found.append(part.reshape(array.shape))
    return found


def _nested(self: _Interpreter, traced: ClosedJaxpr, arguments: list[np.ndarray]) -> Program:
    inner = _Interpreter(self)
    outputs = inner.closed(traced, arguments)
    return pruned(Program(tuple(inner.operations), tuple(a for array in outputs for a in _atoms(array))))


def _atoms(array: np.ndarray) -> list[Any]:
    """Return the numbers of an array one after the other, constants as NumPy scalars of its dtype."""
    return list(array.ravel()) if array.dtype == object else [array.ravel()[k] for k in range(array.size)]


def _cond(self: _Interpreter, equation: JaxprEqn, given: list[np.ndarray]) -> Sequence[np.ndarray]:
    """Carry out all branches and choose among their results: a branch has no other effect."""
    which, *arguments = given
    branches = equation.params["branches"]
    if _is_known(which):
        return self.closed(branches[int(np.clip(int(which), 0, len(branches) - 1))], arguments)
    results = [self.closed(branch, arguments) for branch in branches]
    chosen = results[0]
    for k, later in enumerate(results[1:], 1):
        here = self.elementwise("ge", [which, np.asarray(k, which[()].dtype)], np.dtype(bool))
        chosen = [self.elementwise("select_n", [here, a, b], _dtype(a)) for a, b in zip(chosen, later, strict=True)]
    return chosen


def _convert(self: _Interpreter, equation: JaxprEqn, given: list[Array]) -> list[Array]:
    """Convert numbers; a table is kept as it is where nothing changes, so that it can still be looked up."""
    array, dtype = given[0], equation.outvars[0].aval.dtype
    if isinstance(array, Table):
        if array.dtype == dtype:
            return [array]
        array = self.spread(array, equation)
    return [self.elementwise("convert_element_type", [array], dtype)]


_SPECIAL: dict[str, Callable[..., Sequence[Array]]] = {
    "cond": _cond,
    "convert_element_type": _convert,
    "dot_general": _product,
    "dynamic_slice": _dynamic_slice,
    "reduce_and": _reduction("and"),
    "reduce_max": _reduction("max"),
    "reduce_min": _reduction("min"),
    "reduce_or": _reduction("or"),
    "reduce_prod": _reduction("mul"),
    "reduce_sum": _reduction("add"),
    "scan": _scan,
    "while": _while,
}
_REDUCED = {"add": np.sum, "and": np.all, "max": np.max, "min": np.min, "mul": np.prod, "or": np.any}
_SAME = frozenset({"copy", "stop_gradient"})
_RENAMED = {"add_any": "add"}


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


_MOVES: dict[str, Callable[..., Any]] = {
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


def _listed(result: Any) -> list[np.ndarray]:
    return result if isinstance(result, list) else [result]


def _is_known(*arrays: Array) -> bool:
    return all(isinstance(x, np.ndarray | np.generic) and x.dtype != object for x in arrays)


def _dtype(array: np.ndarray) -> np.dtype:
    return array.dtype if array.dtype != object else array.ravel()[0].dtype


def _source(equation: JaxprEqn) -> str:
    """Return the line of the user's source that an equation comes from."""
    traceback = equation.source_info.traceback
    ours = (str(Path(jax.__file__).parent), str(Path(__file__).parent))
    for frame in traceback.frames if traceback else ():
        packages = ("equinox", "jaxtyping", "contextlib", "functools")
        if not frame.file_name.startswith(ours) and not any(f"/{p}" in frame.file_name for p in packages) and frame.file_name[:1] != "<":
            return f"{Path(frame.file_name).name}, line {frame.line_num}"
    return "source unknown"


assert ELEMENTWISE.issuperset(FUNCTIONS)
