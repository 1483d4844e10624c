"""What a traced function depends on, read off its jaxpr.

Facts about a neuron are found by tracing it, not declared by its author: whether its drift is linear, which of its variables
couple, which constants differ between neurons.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal
from jaxtyping import Bool

from hillock._types import Tree


def dependence(function: Callable[..., Tree], *arguments: Tree) -> Bool[np.ndarray, "outputs inputs"]:
    """Return which leaves of the result of ``function(*arguments)`` depend on which leaves of the arguments.

    Structural: a product with a traced zero counts as dependence, a term that cancels in the algebra does too.
    """
    leaves, tree = jax.tree.flatten(arguments)
    closed = jax.make_jaxpr(lambda *flat: function(*jax.tree.unflatten(tree, flat)))(*leaves)
    seeds = [frozenset([k]) for k in range(len(leaves))]
    outputs = _propagate(closed.jaxpr, seeds)
    return np.array([[k in found for k in range(len(leaves))] for found in outputs], bool).reshape(-1, len(leaves))


def is_linear(function: Callable[[Tree], Tree], argument: Tree) -> bool:
    """Return whether ``function`` is affine: its Jacobian does not depend on where it is taken."""
    argument = jax.tree.map(jnp.asarray, argument)
    return not dependence(jax.jacfwd(function), argument).any()


def _propagate(jaxpr: Jaxpr, inputs: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    known: dict[Any, frozenset[int]] = dict(zip(jaxpr.invars, inputs, strict=True))

    def look(atom: Any) -> frozenset[int]:
        return frozenset() if isinstance(atom, Literal) else known.get(atom, frozenset())

    for equation in jaxpr.eqns:
        found = [look(atom) for atom in equation.invars]
        inner = _body(equation)
        if inner is not None and len(inner.invars) == len(found):
            results = _propagate(inner, found)
        else:  # a plain operation, or control flow: everything may depend on everything
            results = [frozenset().union(*found)] * len(equation.outvars)
        known.update(zip(equation.outvars, results, strict=True))
    return [look(atom) for atom in jaxpr.outvars]


_CALLS = frozenset({"pjit", "jit", "closed_call", "core_call", "custom_jvp_call", "custom_vjp_call", "remat", "checkpoint"})


def _body(equation: JaxprEqn) -> Jaxpr | None:
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
