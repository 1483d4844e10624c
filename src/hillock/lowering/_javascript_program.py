"""From a jaxpr to a program that is to be JavaScript: short enough to be read, and all of it with code."""

from collections.abc import Iterator, Sequence

import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn

from hillock.lowering import _array_rules, _control_rules, javascript
from hillock.lowering._interpreter import Array, Interpreter, atoms_of, dtype_of, is_known, source_of, symbols
from hillock.lowering._javascript_terms import DTYPES, Term
from hillock.lowering._program import Loop, Operation, Program, Symbol, Unsupported, pruned, symbols_of

_LONG = 8  # rounds of a loop; shorter ones are written out


def lower(traced: ClosedJaxpr, arguments: Sequence[Array]) -> Program:
    """Return the program of a traced function, as ``lowering.lower`` does, but with loops of many rounds left as loops.

    Raises:
        Unsupported: it does something that has no JavaScript; the message names the operation and the line.

    """
    interpreter = Interpreter({**_array_rules.RULES, **_control_rules.RULES, "scan": _scan})
    outputs = interpreter.closed(traced, arguments)
    program = pruned(Program(tuple(interpreter.operations), tuple(a for array in outputs for a in atoms_of(np.asarray(array)))))
    for operation in _all_operations(program):
        _require_code(operation, traced)
    return program


def _scan(interpreter: Interpreter, equation: JaxprEqn, given: Sequence[Array]) -> Sequence[Array]:
    """Keep a loop of known length that hands on numbers and collects none."""
    p = equation.params
    n_constants, n_carried = p["num_consts"], p["num_carry"]
    constants, state = given[:n_constants], given[n_constants:]
    if len(state) > n_carried or len(equation.outvars) > n_carried or p["length"] < _LONG or is_known(*given):
        return _control_rules.RULES["scan"](interpreter, equation, given)
    carried = [symbols(x.shape, dtype_of(x)) for x in state]
    inner, inside = [atoms_of(x) for x in carried], Symbol(np.int32)
    body = interpreter.nested(p["jaxpr"], [*constants, *carried])
    k, more, following = inside, Symbol(bool), Symbol(np.int32)
    condition = Program((Operation("lt", (k, np.int32(p["length"])), (more,)),), (more,))
    count = Operation("add", (k, np.int32(1)), (following,))
    loop = Loop((k, *(s for part in inner for s in part)), condition, Program((*body.operations, count), (following, *body.outputs)))
    own = {*loop.carried, *(s for o in loop.body.operations for s in o.results)}
    captured = dict.fromkeys(s for s in symbols_of(loop.body) if s not in own)
    first = (a for x in state for a in atoms_of(x))
    operation = Operation("while", (np.int32(0), *first, *captured), tuple(Symbol(s.dtype) for s in loop.carried), loop)
    interpreter.operations.append(operation)
    results, found = iter(operation.results[1:]), []
    for x in state:
        part = np.empty(x.size, object)
        part[:] = [next(results) for _ in range(x.size)]
        found.append(part.reshape(x.shape))
    return found


def _all_operations(program: Program) -> Iterator[Operation]:
    for operation in program.operations:
        yield operation
        if isinstance(operation.detail, Loop):
            yield from _all_operations(operation.detail.condition)
            yield from _all_operations(operation.detail.body)


def _require_code(operation: Operation, traced: ClosedJaxpr) -> None:
    """Raise Unsupported, with the line that it comes from, if an operation has no JavaScript."""
    reason = _refusal(operation)
    if reason:
        dtype = str(operation.result.dtype)
        found = next((e for e in _equations(traced.jaxpr) if e.primitive.name == operation.name and _makes(e, dtype)), None)
        raise Unsupported(f"{reason.removesuffix('.')} ({source_of(found) if found is not None else 'source unknown'}).")


def _refusal(operation: Operation) -> str:
    """Return why an operation has no JavaScript; nothing if it has."""
    odd = next((a.dtype for a in (*operation.results, *operation.arguments) if str(a.dtype) not in DTYPES), None)
    if odd is not None:
        return f"Numbers of the type {odd} have no JavaScript."
    if operation.name not in {"while", "load"}:
        try:
            javascript.write(operation, [Term("x")] * len(operation.arguments))
        except Unsupported as reason:
            return str(reason)
    return ""


def _makes(equation: JaxprEqn, dtype: str) -> bool:
    return any(str(variable.aval.dtype) == dtype for variable in equation.outvars)  # type: ignore[attr-defined]


def _equations(jaxpr: Jaxpr) -> Iterator[JaxprEqn]:
    """Yield the equations of a trace, those of nested calls, loops and branches before the one that holds them."""
    for equation in jaxpr.eqns:
        for value in equation.params.values():
            for one in value if isinstance(value, tuple | list) else (value,):
                if isinstance(one, ClosedJaxpr | Jaxpr):
                    yield from _equations(one.jaxpr if isinstance(one, ClosedJaxpr) else one)
        yield equation
