"""What a traced function depends on, read off its jaxpr.

Facts about a neuron are found by tracing it, not declared by its author: whether its drift is linear, which of its variables
couple, which constants differ between neurons.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from types import FunctionType
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal
from jaxtyping import Bool

from hillock._memo import kinds_of, remembered
from hillock._types import Tree

Fact = TypeVar("Fact")

_FACTS: dict[Hashable, Any] = {}


def is_traced(*trees: Tree) -> bool:
    """Return whether any leaf is a traced value: whether this runs inside jit, grad or vmap."""
    return any(isinstance(leaf, Tracer) for leaf in jax.tree.leaves(trees))


def dependence(function: Callable[..., Tree], *arguments: Tree) -> Bool[np.ndarray, "outputs inputs"]:
    """Return which leaves of the result of ``function(*arguments)`` depend on which leaves of the arguments.

    Structural: a product with a traced zero counts as dependence, a term that cancels in the algebra does too.
    """
    n = len(jax.tree.leaves(arguments))
    seeds = [frozenset([k]) for k in range(n)]

    def look() -> np.ndarray:
        outputs = _walk(_jaxpr(function, arguments), seeds, frozenset(), lambda _, found: frozenset().union(*found))
        facts = np.array([[k in found for k in range(n)] for found in outputs], bool).reshape(-1, n)
        facts.flags.writeable = False  # it is remembered
        return facts

    return _once("dependence", look, function, arguments)


def is_linear(function: Callable[..., Tree], *arguments: Tree) -> bool:
    """Return whether ``function`` is affine: constants plus constant multiples of its arguments.

    Structural, and no derivative is asked, which would call a step, a rounding or a surrogate flat. What is not known to be
    linear counts as not linear.
    """
    seeds = [1] * len(jax.tree.leaves(arguments))
    return _once("linear", lambda: max(_walk(_jaxpr(function, arguments), seeds, 0, _degree), default=0) <= 1, function, arguments)


def zeros_of(function: Callable[[], Tree]) -> Tree:
    """Return what ``function()`` returns with 0 in place of its numbers: an example for what depends on shapes only."""
    return _once("zeros", lambda: jax.tree.map(lambda leaf: np.broadcast_to(0.0, np.shape(leaf)), function()), function, ())


def _once(name: str, look: Callable[[], Any], function: Callable[..., Tree], arguments: tuple[Tree, ...]) -> Any:
    """Return a fact, looked up once for all values of the numbers that a function holds and is given."""
    if isinstance(function, eqx.Module):
        key = name, _kinds_of((function, arguments))
    elif isinstance(function, FunctionType) and not function.__closure__:
        key = name, function, _kinds_of(arguments)
    else:
        return look()  # it may hold anything
    try:
        return remembered(_FACTS, look, key)
    except TypeError:  # it holds what cannot be told from others
        return look()


def _kinds_of(tree: Tree) -> Hashable:
    """Return the structure of a tree, and the shapes of its leaves and what they are, in whatever precision."""
    structure, leaves = kinds_of(tree)
    return structure, tuple((shape, "f" if _is_real(dtype) else dtype) for shape, dtype in leaves)


def _is_real(dtype: Any) -> bool:
    """Return whether a dtype, or the type of a Python number, is floating-point. That of a random key has no kind."""
    return dtype is float or getattr(dtype, "kind", "") == "f"


def traced_once(function: Callable[..., Tree]) -> Callable[..., Tree]:
    """Return a function that does the same inside a trace, but is asked only once what it does with arguments of some shapes and dtypes."""

    def call(arguments: tuple[Tree, ...]) -> Tree:
        return function(*arguments)

    asked = partial(_call, function) if isinstance(function, eqx.Module) else jax.jit(call)

    def once(*arguments: Tree) -> Tree:
        return (asked if is_traced(arguments) else call)(arguments)

    return once


def shapes(function: Callable[..., Tree], *arguments: Tree) -> Tree:
    """Return the shapes and dtypes of ``function(*arguments)``."""
    if not isinstance(function, eqx.Module):
        return jax.eval_shape(function, *arguments)
    with jax.enable_x64(True):
        return _call.eval_shape(*_like_an_engine(function, arguments))


def _like_an_engine(*trees: Tree) -> Tree:
    """Return the shapes of numbers, in the precision that an engine holds them in by default: what JAX finds here, it need not find again there."""

    def shaped(leaf: Tree) -> jax.ShapeDtypeStruct:
        dtype = leaf.dtype if hasattr(leaf, "dtype") else np.asarray(leaf).dtype
        return jax.ShapeDtypeStruct(np.shape(leaf), np.float32 if _is_real(dtype) else dtype)

    return jax.tree.map(shaped, trees)


def _jaxpr(function: Callable[..., Tree], arguments: tuple[Tree, ...]) -> Jaxpr:
    """Return the trace of ``function(*arguments)``; its last inputs are the leaves of the arguments.

    JAX remembers the traces of a jitted function. The method of a module is passed to one as an argument, so that a cell is traced once
    for all values of its parameters: what it holds are inputs before the others.
    """
    if isinstance(function, eqx.Module):
        with jax.enable_x64(True):
            return _call.trace(*_like_an_engine(function, arguments)).jaxpr.jaxpr
    return jax.jit(function).trace(*arguments).jaxpr.jaxpr


@jax.jit
def _call(method: Callable[..., Tree], arguments: tuple[Tree, ...]) -> Tree:
    return method(*arguments)


def _walk(jaxpr: Jaxpr, inputs: Sequence[Fact], nothing: Fact, rule: Callable[[JaxprEqn, list[Fact]], Fact]) -> list[Fact]:
    """Carry facts about the last inputs of a jaxpr to its outputs; ``nothing`` is what is known of the others, and of constants.

    The rule says what follows for the results of an operation. Nested calls are entered; for a loop or a branch the rule is
    asked, as for an operation.
    """
    known: dict[Any, Fact] = dict(zip(jaxpr.invars[len(jaxpr.invars) - len(inputs) :], inputs, strict=True))

    def look(atom: Any) -> Fact:
        return nothing if isinstance(atom, Literal) else known.get(atom, nothing)

    for equation in jaxpr.eqns:
        found = [look(atom) for atom in equation.invars]
        inner = body_of(equation)
        if inner is not None and len(inner.invars) == len(found):
            results = _walk(inner, found, nothing, rule)
        else:
            results = [rule(equation, found)] * len(equation.outvars)
        known.update(zip(equation.outvars, results, strict=True))
    return [look(atom) for atom in jaxpr.outvars]


_SUMS = frozenset({"add", "add_any", "sub", "neg", "reduce_sum", "cumsum"})
_MOVES = frozenset(
    {"broadcast_in_dim", "concatenate", "copy", "expand_dims", "pad", "reshape", "rev", "slice", "squeeze", "stack", "transpose", "unstack"}
)
_PRODUCTS = frozenset({"mul", "dot_general"})
_CHOICES = frozenset({"div", "select_n", "dynamic_slice", "gather"})  # linear in some of their arguments


def _degree(equation: JaxprEqn, found: list[int]) -> int:
    """Return the degree of the result of an operation as a polynomial in the argument: 0, 1, or 2 for anything more."""
    name, highest = equation.primitive.name, max(found, default=0)
    if highest == 0 or name in _SUMS or name in _MOVES:
        return highest
    if name in _PRODUCTS:
        return min(sum(found), 2)
    if name in _CHOICES:
        linear_in = {"div": found[:1], "select_n": found[1:]}.get(name, found[:1])
        return highest if sum(found) == sum(linear_in) else 2
    if name == "convert_element_type" and jnp.issubdtype(equation.params["new_dtype"], jnp.floating):
        return highest
    if name == "integer_pow" and equation.params["y"] == 1:
        return highest
    return 2


_CALLS = frozenset({"pjit", "jit", "closed_call", "core_call", "custom_jvp_call", "custom_vjp_call", "remat", "checkpoint"})


def body_of(equation: JaxprEqn) -> Jaxpr | None:
    """Return the body of a nested call (jit, custom derivative), which is entered; None for anything else."""
    if equation.primitive.name not in _CALLS:
        return None
    for name in ("jaxpr", "call_jaxpr", "fun_jaxpr"):
        inner = equation.params.get(name)
        if isinstance(inner, ClosedJaxpr):
            return inner.jaxpr
        if isinstance(inner, Jaxpr):
            return inner
    return None
