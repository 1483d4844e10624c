"""One neuron or many: which parameters of a model hold one value per neuron, and how many neurons that makes.

A cell, stimulus or replica is written for one neuron; a parameter with one more dimension than declared, the last, makes it a population.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import jax
import numpy as np

from hillock._param import Declaration, ParameterError, Parametrized, declarations


def parameters(module: Parametrized) -> Iterator[tuple[str, Any, Declaration]]:
    """Yield ("Class.parameter", value, declaration) of every parameter of a module and of the modules inside it.

    Several modules in a tuple are counted, ``Step[0].start`` and ``Step[1].start``, so that no two names are the same.
    """
    return _parameters(module, type(module).__name__, "")


def _parameters(module: Parametrized, name: str, inside: str) -> Iterator[tuple[str, Any, Declaration]]:
    declared = declarations(type(module))
    for field in dataclasses.fields(module):
        value = getattr(module, field.name)
        if field.name in declared:
            if value is not None:
                yield f"{name}.{field.name}", value, declared[field.name]
        elif isinstance(value, Parametrized):
            yield from _parameters(value, f"{inside}{type(value).__name__}", inside)
        elif isinstance(value, tuple):
            for k, item in enumerate(value):
                if isinstance(item, Parametrized):
                    counted = f"{inside}{type(item).__name__}[{k}]"
                    yield from _parameters(item, counted, f"{counted}.")


def neuron_axes(module: Any) -> Any:
    """Return a copy of a module with each array replaced by its neuron axis: -1 where it holds one value per neuron, else None."""
    if isinstance(module, Parametrized):
        declared = declarations(type(module))
        copy = object.__new__(type(module))
        for field in dataclasses.fields(module):
            value = getattr(module, field.name)
            if field.metadata.get("static", False):
                axis = value
            elif field.name in declared:
                axis = -1 if _is_per_neuron(value, declared[field.name]) else None
            else:
                axis = neuron_axes(value)
            object.__setattr__(copy, field.name, axis)
        return copy
    if isinstance(module, tuple):
        return tuple(neuron_axes(item) for item in module)
    return jax.tree.map(lambda _: None, module)


def population_size(*modules: Parametrized, neurons: int | None = None) -> int:
    """Return how many neurons the per-neuron values of some modules describe; one if there are none and no number is asked for.

    Raises:
        ParameterError: values for different numbers of neurons, or a number that differs from ``neurons``.

    """
    sizes = {
        where: int(np.shape(value)[-1]) for module in modules for where, value, declared in parameters(module) if _is_per_neuron(value, declared)
    }
    wanted = ({"neurons": neurons} if neurons is not None else {}) | sizes
    different = sorted(set(wanted.values()))
    if len(different) > 1:
        listed = ", ".join(f"{where} has {n}" if where != "neurons" else f"neurons = {n}" for where, n in wanted.items())
        raise ParameterError(f"All per-neuron values must have the same length, but {listed}.")
    n = different[0] if different else 1
    if n < 1:
        raise ParameterError(f"neurons must be ≥ 1, got {n}.")
    return n


def _is_per_neuron(value: Any, declared: Declaration) -> bool:
    return value is not None and np.ndim(value) == declared.ndim + 1
