"""Trying many currents at once: a model repeated into one population."""

from typing import Any

import jax
import numpy as np
from jaxtyping import Float, Int

from hillock._param import Parametrized
from hillock._population import neuron_axes, population_size
from hillock._simulate import simulate
from hillock.analysis._window import window
from hillock.cells import AbstractCoupled
from hillock.dialects import AbstractCoupledStep
from hillock.stimuli import Constant


def count_spikes(
    model: Parametrized, currents: Float[np.ndarray, "neurons currents"], *, start: float, duration: float, dt: float, **options: Any
) -> Int[np.ndarray, "neurons currents"]:
    """Return how often each neuron of a model fires in ``duration`` ms from ``start`` on, under each of its constant currents (nA).

    All currents run as one population, so in one simulation; only neurons that hear each other need one per current.
    """

    def count(model: Any, current: np.ndarray) -> np.ndarray:
        rec = simulate(model, Constant(current.ravel()), duration=start + duration, dt=dt, neurons=current.size, **options)
        return window(rec, start, None).counts(rec).reshape(current.shape)

    if isinstance(model, AbstractCoupled | AbstractCoupledStep):
        return np.stack([count(model, column) for column in currents.T], axis=1)
    return count(_repeat(model, currents.shape[1]), currents)


def _repeat(model: Parametrized, times: int) -> Parametrized:
    """Return a model in which every neuron of a population occurs so many times in a row."""
    leaves, tree = jax.tree.flatten(model)
    pairs = zip(leaves, _axes(model), strict=True)
    return jax.tree.unflatten(tree, [leaf if axis is None else np.repeat(np.asarray(leaf), times, axis=axis) for leaf, axis in pairs])


def count_neurons(model: Parametrized) -> int:
    """Return how many neurons a model's parameters describe."""
    return population_size(model)


def is_population(model: Parametrized) -> bool:
    """Return whether a parameter holds one value per neuron."""
    return any(axis is not None for axis in _axes(model))


def _axes(model: Parametrized) -> list[int | None]:
    return jax.tree.leaves(neuron_axes(model), is_leaf=lambda x: x is None)
