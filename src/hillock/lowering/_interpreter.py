"""A trace carried out once more, on symbols in place of the numbers that are not known yet.

Arrays are arrays of NumPy, of numbers or of symbols. What is known is computed, nested calls are entered; what is left to do is written
down as operations on single numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal

from hillock._arithmetic import FUSED, ROUNDED
from hillock._trace import body_of
from hillock.lowering._numpy import ELEMENTWISE, FUNCTIONS, compute
from hillock.lowering._program import Operation, Program, Symbol, Table, Unsupported, pruned

Array = Any
"""What stands for an array: one of NumPy, of numbers or of symbols, or a ``Table``."""

Rule = Callable[["Interpreter", JaxprEqn, Sequence[Array]], Sequence[Array]]
"""What an operation on whole arrays comes to."""

_MOST_OPERATIONS = 50_000  # beyond, a compiler takes minutes
_MOST_SPREAD = 4096  # numbers of an array that is used as a whole
_OBJECT = np.dtype(object)
_AS_ONE = MappingProxyType({ROUNDED: "rounded", FUSED: "fused"})  # functions that are operations of their own
_SAME = frozenset({"copy", "stop_gradient"})
_RENAMED = MappingProxyType({"add_any": "add"})


class Interpreter:
    """Carries out jaxprs on arrays of symbols and writes down what is left to do."""

    def __init__(self, rules: Mapping[str, "Rule"], outside: "Interpreter | None" = None):
        self.rules = rules  # of operations that are more than one number after the other
        self.operations: list[Operation] = []
        self.known: dict[Any, tuple[Symbol, ...]] = dict(outside.known) if outside else {}

    def nested(self, traced: ClosedJaxpr, arguments: Sequence[Array]) -> Program:
        """Return the program of what is done inside of a loop."""
        inner = Interpreter(self.rules, self)
        outputs = inner.closed(traced, arguments)
        return pruned(Program(tuple(inner.operations), tuple(a for array in outputs for a in atoms_of(array))))

    def closed(self, traced: ClosedJaxpr, arguments: Sequence[Array]) -> list[Array]:
        return self.run(traced.jaxpr, [np.asarray(x) for x in traced.consts], arguments)

    def run(self, jaxpr: Jaxpr, constants: Sequence[Any], arguments: Sequence[Array]) -> list[Array]:
        values: dict[Any, Array] = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*constants, *arguments], strict=True))
        for equation in jaxpr.eqns:
            given = [np.asarray(a.val, aval_of(a).dtype) if isinstance(a, Literal) else values[a] for a in equation.invars]
            values.update(zip(equation.outvars, self.equation(equation, given), strict=True))
        return [np.asarray(a.val, aval_of(a).dtype) if isinstance(a, Literal) else values[a] for a in jaxpr.outvars]

    def equation(self, equation: JaxprEqn, given: Sequence[Array]) -> Sequence[Array]:
        name, parameters = equation.primitive.name, equation.params
        inner = body_of(equation)
        one = _AS_ONE.get(parameters.get("name", "")) if inner is not None else None
        if inner is not None and (one is None or is_known(*given)):
            constants = next((v.consts for v in parameters.values() if isinstance(v, ClosedJaxpr)), ())
            return self.run(inner, constants, given)
        name = one or name
        rule = self.rules.get(name)
        if rule is not None:
            return rule(self, equation, given)
        given = [self.spread(x, equation) if isinstance(x, Table) else x for x in given]
        output = aval_of(equation.outvars[0])
        if name not in ELEMENTWISE:
            raise Unsupported(f"The operation {name!r} has no code ({source_of(equation)}).")
        return [self.elementwise(name, given, output.dtype, parameters)]

    def spread(self, table: Table, equation: JaxprEqn) -> np.ndarray:
        """Return all numbers of a table, each looked up."""
        size = int(np.prod(table.shape))
        if size > _MOST_SPREAD:
            raise Unsupported(f"An array of {size} numbers is too long to be written out ({equation.primitive.name!r}, {source_of(equation)}).")
        array = np.empty(size, object)
        array[:] = [self.emit("load", (table, np.int32(k)), (table.dtype,))[0] for k in range(size)]
        return array.reshape(table.shape)

    def elementwise(self, name: str, given: Sequence[Array], dtype: np.dtype, parameters: Any = MappingProxyType({})) -> np.ndarray:
        if is_known(*given):
            return compute(name, list(given), dtype, parameters)
        if all(x.shape == () for x in given):
            return as_array(self.one(name, tuple(x[()] for x in given), dtype, parameters))
        arrays = np.broadcast_arrays(*given)
        result = np.empty(arrays[0].shape, object)
        for index in np.ndindex(result.shape):
            result[index] = self.one(name, tuple(array[index] for array in arrays), dtype, parameters)
        return result

    def one(self, name: str, atoms: tuple[Any, ...], dtype: np.dtype, parameters: Any) -> Any:
        """Return the result of an operation on single numbers: a number or a symbol."""
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
        detail = parameters["y"] if name == "integer_pow" else int(parameters["rounding_method"]) if name == "round" else None
        return self.emit(_RENAMED.get(name, name), atoms, (dtype,), detail)[0]

    def emit(self, name: str, atoms: tuple[Any, ...], dtypes: Sequence[Any], detail: Any = None) -> tuple[Symbol, ...]:
        """Write an operation down, unless it stands there already."""
        key = (name, tuple([(a.dtype.str, a.tobytes()) if isinstance(a, np.generic) else a for a in atoms]), *dtypes, detail)
        if key not in self.known:
            if len(self.operations) >= _MOST_OPERATIONS:
                raise Unsupported(f"A step of more than {_MOST_OPERATIONS} operations is too long to be compiled.")
            results = tuple(Symbol(dtype) for dtype in dtypes)
            self.operations.append(Operation(name, atoms, results, detail))
            self.known[key] = results
        return self.known[key]


def symbols(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Return an array of new symbols."""
    array = np.empty(shape, object)
    for index in np.ndindex(shape):
        array[index] = Symbol(dtype)
    return array


def as_array(atom: Any) -> np.ndarray:
    """Return an array without axes that holds a symbol, or a number as an object."""
    array = np.empty((), object)
    array[()] = atom
    return array


def aval_of(atom: Any) -> Any:
    """Return shape and dtype of a value of a jaxpr."""
    return atom.aval


def is_known(*arrays: Array) -> bool:
    """Return whether arrays hold numbers, and no symbols."""
    return all(isinstance(x, np.ndarray | np.generic) and x.dtype is not _OBJECT for x in arrays)


def dtype_of(array: Array) -> np.dtype:
    """Return the dtype of the numbers that an array holds or stands for."""
    return array.dtype if array.dtype != object else array.ravel()[0].dtype


def atoms_of(array: Array) -> list[Any]:
    """Return the numbers of an array one after the other, constants as NumPy scalars of its dtype."""
    return list(array.ravel()) if array.dtype == object else [array.ravel()[k] for k in range(array.size)]


def source_of(equation: JaxprEqn) -> str:
    """Return the line of the user's source that an equation comes from."""
    traceback = equation.source_info.traceback
    ours = (str(Path(jax.__file__).parent), str(Path(__file__).parent), "<")
    packages = ("equinox", "jaxtyping", "contextlib", "functools")
    for frame in traceback.frames if traceback else ():
        if not frame.file_name.startswith(ours) and not any(f"/{package}" in frame.file_name for package in packages):
            return f"{Path(frame.file_name).name}, line {frame.line_num}"
    return "source unknown"
