"""What is explained: a run, and the few of its neurons that are looked at closely."""

from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jaxtyping import Int

from hillock._checks import bind, check_kind, check_neurons, check_stimulus, choose_key, count_steps
from hillock._param import Parametrized
from hillock._population import neuron_axes, population_size
from hillock._time import check_dt, milliseconds
from hillock._trace import is_traced
from hillock.cells import AbstractCell
from hillock.dialects import AbstractCoupledStep, AbstractStep, DialectStep
from hillock.stimuli import AbstractStimulus, Constant, Scaled, Step

_MOST_LOOKED = 16  # neurons


@dataclass(frozen=True, eq=False)
class Subject:
    """A run in words of ``simulate``.

    Attributes:
        model, stimulus, dt, duration: as ``simulate`` takes them, in ms.
        step: the model in its dialect.
        neurons: how many.
        looked: which of them are looked at closely.
        is_random: whether the stimulus draws numbers.
        options: of every run: dialect, integrator, dtype.
        key: of this run.

    """

    model: AbstractCell | AbstractStep
    stimulus: AbstractStimulus
    dt: float
    duration: float
    step: AbstractStep
    neurons: int
    looked: Int[np.ndarray, " looked"]
    is_random: bool
    options: dict[str, Any]
    key: int | None

    @property
    def cell(self) -> AbstractCell | None:
        """The cell; None for a replica."""
        return self.step.cell if isinstance(self.step, DialectStep) else None

    @property
    def is_coupled(self) -> bool:
        """Whether neurons hear each other, so that some of them alone are another model."""
        return isinstance(self.step, AbstractCoupledStep)

    def each(self, values: Any) -> np.ndarray:
        """Return one value for each neuron looked at, from one value or one per neuron of the run."""
        array = np.asarray(values, float)
        return array[self.looked] if array.ndim and len(array) == self.neurons else np.broadcast_to(array, len(self.looked)).astype(float)

    def lasting(self) -> np.ndarray | None:
        """Return the constant current (nA) of each neuron looked at, during a step if there is one; None if the stimulus is no such thing."""
        stimulus, factor = self.stimulus, np.asarray(1.0)
        while isinstance(stimulus, Scaled):
            stimulus, factor = stimulus.stimulus, factor * np.asarray(stimulus.factor, float)
        return self.each(factor * np.asarray(stimulus.amplitude, float)) if isinstance(stimulus, Constant | Step) else None


def make_subject(model: Any, stimulus: Any, dt: Any, duration: Any, neurons: Any, key: Any, options: dict[str, Any]) -> Subject:
    """Check what was given, before any work."""
    dt, duration = check_dt(milliseconds(dt, "dt")), milliseconds(duration, "duration")
    count_steps(duration, dt)
    step = bind(model, options["dialect"], options["integrator"])
    check_kind(stimulus, "stimulus", AbstractStimulus, "a stimulus such as hillock.stimuli.Constant(0.3)")
    if is_traced(step, stimulus, key):
        raise TypeError("explain looks at numbers, which are not known inside jit, grad or vmap. Call it outside, on the values of interest.")
    check_stimulus(stimulus, dt, duration)
    n = population_size(step, stimulus, neurons=check_neurons(neurons))
    looked = np.unique(np.linspace(0, n - 1, min(n, _MOST_LOOKED)).round().astype(int))
    is_random = _is_random(stimulus, dt)
    return Subject(model, stimulus, dt, duration, step, n, looked, is_random, {k: v for k, v in options.items() if v is not None}, key)


def _is_random(stimulus: AbstractStimulus, dt: float) -> bool:
    try:
        choose_key(None, stimulus, dt)
    except ValueError:
        return True
    return False


def take(module: Parametrized, ids: Int[np.ndarray, " chosen"]) -> Any:
    """Return some neurons of a model or a stimulus, in the order of ``ids``, which may name one several times."""
    leaves, tree = jax.tree.flatten(module)
    axes = jax.tree.leaves(neuron_axes(module), is_leaf=lambda x: x is None)
    chosen = [leaf if axis is None else np.take(np.asarray(leaf), ids, axis=axis) for leaf, axis in zip(leaves, axes, strict=True)]
    return jax.tree.unflatten(tree, chosen)
