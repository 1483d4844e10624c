"""Loops and branches: of known length they are written out, branches are all taken and chosen among, and other loops stay loops."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from jax.extend.core import JaxprEqn

from hillock.lowering._interpreter import Array, Interpreter, Rule, atoms_of, dtype_of, is_known, symbols
from hillock.lowering._program import Loop, Operation, Symbol, symbols_of


def _scan(interpreter: Interpreter, equation: JaxprEqn, given: Sequence[Array]) -> Sequence[Array]:
    """Unroll a loop of known length."""
    p = equation.params
    constants, carried, rows = np.split(np.array([*range(len(given))]), [p["num_consts"], p["num_consts"] + p["num_carry"]])
    state, collected = [given[k] for k in carried], []
    for step in range(p["length"])[:: -1 if p["reverse"] else 1]:
        results = interpreter.closed(p["jaxpr"], [*(given[k] for k in constants), *state, *(given[k][step] for k in rows)])
        state = results[: len(carried)]
        collected.append(results[len(carried) :])
    collected = collected[:: -1 if p["reverse"] else 1]
    return [*state, *(np.stack(column) for column in zip(*collected, strict=True))]


def _while(interpreter: Interpreter, equation: JaxprEqn, given: Sequence[Array]) -> Sequence[Array]:
    p = equation.params
    n_condition, n_body = p["cond_nconsts"], p["body_nconsts"]
    for_condition, for_body, state = given[:n_condition], given[n_condition : n_condition + n_body], given[n_condition + n_body :]
    while is_known(*for_condition, *state):  # the rounds whose number is known
        if not interpreter.closed(p["cond_jaxpr"], [*for_condition, *state])[0]:
            return state
        following = interpreter.closed(p["body_jaxpr"], [*for_body, *state])
        if not is_known(*following):
            break
        state = following
    carried = [symbols(x.shape, dtype_of(x)) for x in state]
    condition = interpreter.nested(p["cond_jaxpr"], [*for_condition, *carried])
    body = interpreter.nested(p["body_jaxpr"], [*for_body, *carried])
    inside = tuple(s for array in carried for s in array.ravel())
    own = {*inside, *(s for part in (condition, body) for o in part.operations for s in o.results)}
    captured = tuple(dict.fromkeys(s for part in (condition, body) for s in symbols_of(part) if s not in own))
    first = (a for array in state for a in atoms_of(array))
    loop = Operation("while", (*first, *captured), tuple(Symbol(s.dtype) for s in inside), Loop(inside, condition, body))
    interpreter.operations.append(loop)
    results, found = list(loop.results), []
    for array in state:
        part = np.empty(array.size, object)
        part[:] = [results.pop(0) for _ in range(array.size)]
        found.append(part.reshape(array.shape))
    return found


def _cond(interpreter: Interpreter, equation: JaxprEqn, given: Sequence[Array]) -> Sequence[Array]:
    """Carry out all branches and choose among their results: a branch has no other effect."""
    which, *arguments = given
    branches = equation.params["branches"]
    if is_known(which):
        return interpreter.closed(branches[int(np.clip(int(which), 0, len(branches) - 1))], arguments)
    results = [interpreter.closed(branch, arguments) for branch in branches]
    chosen = results[0]
    for k, later in enumerate(results[1:], 1):
        here = interpreter.elementwise("ge", [which, np.asarray(k, which[()].dtype)], np.dtype(bool))
        chosen = [interpreter.elementwise("select_n", [here, a, b], dtype_of(a)) for a, b in zip(chosen, later, strict=True)]
    return chosen


RULES: Mapping[str, Rule] = MappingProxyType({"cond": _cond, "scan": _scan, "while": _while})
"""What each of these operations comes to, by the name that JAX gives it."""
