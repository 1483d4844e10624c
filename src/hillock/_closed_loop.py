"""One step at a time: the seeds' clamp, advance, reset loop, and closed loops with anything outside hillock.

The step is the same pure function that ``simulate`` loops over; here the loop is the caller's.
"""

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from hillock._budget import check_states
from hillock._checks import bind, check_dtype, check_grid, check_neurons, check_plain, check_surrogate
from hillock._population import population_size
from hillock._time import check_dt, milliseconds
from hillock._trace import is_traced
from hillock._types import Param, Tree
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep, Dialect
from hillock.engines import Carry
from hillock.engines._neuron import Plan, start
from hillock.engines.scan import population
from hillock.integrators import AbstractIntegrator
from hillock.random import make_key
from hillock.stimuli import Constant
from hillock.surrogates import AbstractSurrogate, Hard

_SILENCE = Constant(0.0)


class _Settings(NamedTuple):
    """What the compiled step depends on besides its arguments."""

    plan: Plan
    alone: bool


class _Form(NamedTuple):
    """What a state must look like."""

    tree: Any  # of jax.tree.structure
    shape: tuple[int, ...]
    dtypes: tuple[np.dtype, ...]


class Stepper(eqx.Module):
    """A neuron, or a population, that is advanced by hand.

    ``state = step.init()`` gives the state before the first step; ``state, spikes = step(state, current)`` advances it by dt.
    """

    step: AbstractStep
    dt: float
    settings: _Settings = eqx.field(static=True)
    form: _Form = eqx.field(static=True)

    def init(self) -> Tree:
        """Return the state before the first step: scalars for one neuron, arrays of (neurons,) for a population."""
        carry = _call(_init, self, self.step)
        return _squeeze(carry.state) if self.settings.alone else carry.state

    def __call__(self, state: Tree, current: Param) -> tuple[Tree, Bool[Array, "..."] | Float[Array, "..."]]:
        """Return the state one step later and the spikes in it.

        Args:
            state: from ``init`` or from the step before.
            current: nA, a number or one per neuron, constant during the step.

        Returns:
            The new state, and whether each neuron fired: truth values, or differentiable 0.0 and 1.0 with a surrogate.

        Raises:
            ValueError: the state is not one of this step, or the current is for another number of neurons.

        """
        state = self._checked(state)
        stimulus = Constant(current)
        population_size(stimulus, neurons=None if jnp.ndim(stimulus.amplitude) == 0 else self.settings.plan.neurons)
        return _call(_advance, self, self.step, state, stimulus, self.dt)

    def _checked(self, state: Tree) -> Tree:
        """Return a state in the dtypes of this step's."""
        leaves, tree = jax.tree.flatten(state)
        if tree != self.form.tree or any(np.shape(leaf) != self.form.shape for leaf in leaves):
            n = self.settings.plan.neurons
            which = "of one neuron" if self.settings.alone else f"of {n} neuron{'s' if n > 1 else ''}"
            raise ValueError(f"The state must be what init() or the last call of this step returned, {which}. Start from state = step.init().")
        found = [_in_dtype(leaf, dtype) for leaf, dtype in zip(leaves, self.form.dtypes, strict=True)]
        return jax.tree.unflatten(tree, found)


def make_step(
    model: AbstractCell | AbstractStep,
    *,
    dt: float | str,
    neurons: int | None = None,
    dialect: str | Dialect | None = None,
    integrator: AbstractIntegrator | None = None,
    dtype: str | None = None,
    surrogate: AbstractSurrogate | None = None,
) -> Stepper:
    """Return a step function for closed loops: ``state, spikes = step(state, current)``.

    Works inside ``jax.jit``, ``grad``, ``vmap`` and ``lax.scan`` too.

    Args:
        model: a cell, or a replica from a dialect's file.
        dt: ms, or text.
        neurons: how many; None for one neuron with a scalar state, unless parameters hold one value per neuron.
        dialect, integrator, dtype, surrogate: as in ``simulate``.

    Raises:
        ValueError: an argument is wrong.

    >>> import hillock as hk
    >>> step = hk.make_step(hk.cells.LIF(), dt=0.1)
    >>> state = step.init()
    >>> for k in range(1000):
    ...     state, spike = step(state, 0.3)
    ...     if spike:
    ...         break
    >>> k
    138
    """
    check_plain(dt, "dt")
    dt = check_dt(milliseconds(dt, "dt"))
    step = bind(model, dialect, integrator)
    size = population_size(step, neurons=check_neurons(neurons))
    check_grid((step,), dt)
    plan = Plan(size, check_dtype(dtype) or step.dialect.dtype, (), 1, None, 1, check_surrogate(surrogate))
    check_states(step, plan.neurons, plan.dtype)
    alone = neurons is None and size == 1
    return Stepper(step, dt, _Settings(plan, alone), _form(step, plan, alone))


def _form(step: AbstractStep, plan: Plan, alone: bool) -> _Form:
    """Return what the states of a step look like, which costs no more than looking at it."""
    leaves, tree = jax.tree.flatten(step.init())
    with nullcontext() if is_traced(leaves) else jax.enable_x64(True):
        dtypes = tuple(jnp.asarray(leaf).dtype for leaf in leaves)
    working = jnp.dtype(plan.dtype)
    return _Form(tree, () if alone else (plan.neurons,), tuple(working if jnp.issubdtype(dtype, jnp.floating) else dtype for dtype in dtypes))


def _call(function: Callable, stepper: Stepper, *arguments: Tree) -> Tree:
    """Call a compiled function in double precision on plain numbers, or in the caller's own precision on traced ones."""
    if is_traced(arguments):
        return function(*arguments, settings=stepper.settings)
    with jax.enable_x64(True):
        return function(*arguments, settings=stepper.settings)


@partial(jax.jit, static_argnames="settings")
def _init(step: AbstractStep, settings: _Settings) -> Carry:
    return start(step, _SILENCE, settings.plan)


@partial(jax.jit, static_argnames="settings")
def _advance(step: AbstractStep, state: Tree, stimulus: Constant, dt: Param, settings: _Settings) -> tuple[Tree, Array]:
    if settings.alone:
        state = jax.tree.map(lambda leaf: leaf[None], state)
    body = population(step, stimulus, jnp.asarray(dt), make_key(0), settings.plan)
    carry, spikes, _ = body(Carry(state, ()), jnp.asarray(step.dialect.input_delay, jnp.int32))
    spikes = spikes > 0 if isinstance(settings.plan.surrogate, Hard) else spikes
    return (_squeeze(carry.state), spikes[0]) if settings.alone else (carry.state, spikes)


def _in_dtype(leaf: Any, dtype: np.dtype) -> Any:
    if getattr(leaf, "dtype", None) == dtype:
        return leaf
    return leaf.astype(dtype) if is_traced(leaf) else np.asarray(leaf, dtype)


def _squeeze(tree: Tree) -> Tree:
    return jax.tree.map(lambda leaf: leaf[0], tree)
