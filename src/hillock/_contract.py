"""What a cell or stimulus of the user's own must return, asked by tracing it once, so that a slip is one sentence and not JAX's.

hillock's own are held to it by the tests and are not asked.
"""

from collections.abc import Callable, Hashable
from typing import Any, NoReturn

import jax
import jax.numpy as jnp
import numpy as np

from hillock._memo import kinds_of, remembered
from hillock._population import neuron_axes
from hillock._trace import shapes
from hillock._types import State, Tree
from hillock.cells import AbstractCell
from hillock.engines._neuron import cast
from hillock.random import make_key
from hillock.stimuli import AbstractStimulus, Moment

# What JAX raises where code asks for the value of a number that is known only while running.
_PEEKED = (jax.errors.ConcretizationTypeError, jax.errors.TracerArrayConversionError, jax.errors.TracerIntegerConversionError)

_CHECKED: dict[Hashable, None] = {}


def check_cell(cell: AbstractCell) -> None:
    """Raise TypeError if a function of a user's cell returns what no step can be made of."""
    if not _is_ours(cell):
        remembered(_CHECKED, lambda: _check_cell(cell), kinds_of(cell))


def _check_cell(cell: AbstractCell) -> None:
    one, name = _one_neuron(cell), type(cell).__name__
    state = _state_of(one, name)
    scalars = jax.tree.map(lambda _: _number(), state)
    for method in ("drift", "reset"):
        arguments = (scalars, _number()) if method == "drift" else (scalars,)
        found = _trace(getattr(one, method), f"{name}.{method}", *arguments)
        if jax.tree.structure(found) != jax.tree.structure(state) or any(leaf.shape for leaf in found):
            raise TypeError(f"{name}.{method} must return {_shape_of(state)}, as init does, got {_shape_of(found)}.")
    excess = _trace(one.excess, f"{name}.excess", scalars)
    if not _is_number(excess):
        raise TypeError(f"{name}.excess must return one number, how far the state is above threshold, got {_shape_of(excess)}.")


def check_own_stimulus(stimulus: AbstractStimulus, dt: float) -> None:
    """Raise TypeError if a user's stimulus does not return its state and one number."""
    if _is_ours(stimulus):
        return
    one, name = _held(_one_neuron(stimulus)), f"{type(stimulus).__name__}.sample"
    state = one.init()
    _trace(one.init, f"{type(stimulus).__name__}.init")
    key, step = make_key(0), jax.ShapeDtypeStruct((), np.int32)
    found = _trace(lambda state, step: one.sample(state, Moment(step, dt, key, step)), name, state, step)
    if not (isinstance(found, tuple) and len(found) == 2):
        raise TypeError(f"{name} must return two things, the next state and the current, got {_shape_of(found)}.")
    if jax.tree.structure(found[0]) != jax.tree.structure(state) or _kinds(found[0]) != _kinds(jax.tree.map(jnp.asarray, state)):
        raise TypeError(f"{name} must return a state like that of init, {_shape_of(state)}, got {_shape_of(found[0])}.")
    if getattr(found[1], "shape", None) != ():
        raise TypeError(f"{name} must return the current as one number, got {_shape_of(found[1])}.")


def _is_ours(module: Any) -> bool:
    return type(module).__module__.startswith("hillock.")


def _one_neuron(module: Any) -> Any:
    """Return the first neuron of a population."""
    for path, leaf in jax.tree_util.tree_leaves_with_path(module):
        if not (hasattr(leaf, "dtype") or isinstance(leaf, float | int)):
            field, name = jax.tree_util.keystr(path[:1], simple=True), type(module).__name__
            raise TypeError(f"{name}.{field} must be a number, got {leaf!r}. Declare what is no number as {field} = equinox.field(static=True).")
    leaves, tree = jax.tree.flatten(module)
    axes = tree.flatten_up_to(neuron_axes(module))
    first = [leaf if axis is None else leaf[..., 0] for leaf, axis in zip(leaves, axes, strict=True)]
    return jax.tree.unflatten(tree, first)


def _held(one: Any) -> Any:
    """Return a neuron with its parameters as an engine holds them."""
    return cast(one, str(jnp.result_type(float)))


def _state_of(one: AbstractCell, name: str) -> State:
    """Return the shapes of the state that a cell begins with. What is wrong with one is told by its values."""
    try:
        state = _trace(one.init, f"{name}.init")
    except TypeError:  # it asks for a value, or returns what are not even numbers
        _check_state(_held(one).init(), name)
        raise
    if not (isinstance(state, tuple) and "v" in getattr(state, "_fields", ()) and all(map(_is_number, state))):
        _check_state(_held(one).init(), name)
    return state


def _check_state(state: State, name: str) -> None:
    fields = getattr(state, "_fields", ())
    if not isinstance(state, tuple) or "v" not in fields:
        got = f"one with {', '.join(fields)}" if fields else _shape_of(state)
        raise TypeError(f"{name}.init must return a NamedTuple with a field v, such as hillock.cells.Voltage(v=0.0), got {got}.")
    for field, value in zip(fields, state, strict=True):
        if isinstance(value, int) and not isinstance(value, bool):
            raise TypeError(f"{name}.init must return floating-point numbers, got {field} = {value}, which would stay whole. Write {value}.0.")
        if not (hasattr(value, "dtype") or isinstance(value, float)) or not _is_number(jnp.asarray(value)):
            raise TypeError(f"{name}.init must return one floating-point number for {field}, got {_shape_of(value)}.")


def _trace(function: Callable[..., Tree], name: str, *arguments: Tree) -> Tree:
    try:
        return shapes(function, *arguments)
    except _PEEKED as error:
        _refuse_peeking(name, error)


def _refuse_peeking(name: str, error: Exception) -> NoReturn:
    raise TypeError(
        f"{name} looks at a value that is known only while running. Use jnp.where in place of if, jnp.minimum and jnp.maximum in place of "
        "min and max, and jax.numpy in place of math and numpy."
    ) from error


def _kinds(tree: Tree) -> list[tuple]:
    return [(leaf.shape, leaf.dtype.kind) for leaf in jax.tree.leaves(tree)]


def _number() -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct((), jnp.result_type(float))


def _is_number(leaf: Any) -> bool:
    """Return whether an array is one floating-point number."""
    return getattr(leaf, "shape", None) == () and jnp.issubdtype(leaf.dtype, jnp.floating)


def _shape_of(tree: Any) -> str:
    """Return what something is, in a few words: 'Voltage(v)', 'an array of shape (3,)', 'None'."""
    if hasattr(tree, "_fields"):
        odd = [leaf for leaf in jax.tree.leaves(tree) if np.shape(leaf) != ()]
        return f"{type(tree).__name__}({', '.join(tree._fields)})" + (f" with {_shape_of(odd[0])}" if odd else "")
    if tree is None:
        return "None"
    if hasattr(tree, "dtype"):
        kind = "truth value" if tree.dtype == bool else "whole number" if jnp.issubdtype(tree.dtype, jnp.integer) else "number"
        return f"one {kind}" if tree.shape == () else f"an array of shape {tuple(tree.shape)}"
    return f"a {type(tree).__name__}" if not isinstance(tree, float | int) else f"{tree!r}"
