"""One step at a time: the seeds' clamp, advance, reset loop, and closed loops with anything outside hillock.

The step is the same pure function that ``simulate`` loops over; here the loop is the caller's.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from hillock._checks import bind, check_grid
from hillock._population import population_size
from hillock._time import check_dt, milliseconds
from hillock._trace import is_traced
from hillock._types import Param, Tree
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep, Dialect
from hillock.engines import Carry
from hillock.engines.scan import Plan, population, start
from hillock.integrators import AbstractIntegrator
from hillock.random import make_key
from hillock.stimuli import Constant
from hillock.surrogates import AbstractSurrogate, Hard


class _Settings(NamedTuple):
    """What the compiled step depends on besides its arguments."""

    plan: Plan
    alone: bool


class Stepper(eqx.Module):
    """A neuron, or a population, that is advanced by hand.

    ``state = step.init()`` gives the state before the first step; ``state, spikes = step(state, current)`` advances it by dt.
    """

    step: AbstractStep
    dt: float
    settings: _Settings = eqx.field(static=True)

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
        """
        stimulus = Constant(current)
        population_size(stimulus, neurons=None if jnp.ndim(stimulus.amplitude) == 0 else self.settings.plan.neurons)
        return _call(_advance, self, self.step, state, stimulus, self.dt)


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
    dt = check_dt(milliseconds(dt, "dt"))
    step = bind(model, dialect, integrator)
    size = population_size(step, neurons=neurons)
    check_grid((step,), dt)
    plan = Plan(size, dtype or step.dialect.dtype, (), 1, 1, surrogate or Hard())
    return Stepper(step, dt, _Settings(plan, alone=neurons is None and size == 1))


def _call(function: Callable, stepper: Stepper, *arguments: Tree) -> Tree:
    """Call a compiled function in double precision on plain numbers, or in the caller's own precision on traced ones."""
    if is_traced(arguments):
        return function(*arguments, settings=stepper.settings)
    with jax.enable_x64(True):
        return function(*arguments, settings=stepper.settings)


@partial(jax.jit, static_argnames="settings")
def _init(step: AbstractStep, settings: _Settings) -> Carry:
    return start(step, Constant(0.0), settings.plan)


@partial(jax.jit, static_argnames="settings")
def _advance(step: AbstractStep, state: Tree, stimulus: Constant, dt: Param, settings: _Settings) -> tuple[Tree, Array]:
    if settings.alone:
        state = jax.tree.map(lambda leaf: leaf[None], state)
    body = population(step, stimulus, jnp.asarray(dt), make_key(0), settings.plan)
    carry, spikes, _ = body(Carry(state, ()), jnp.asarray(step.dialect.input_delay, jnp.int32))
    spikes = spikes > 0 if isinstance(settings.plan.surrogate, Hard) else spikes
    return (_squeeze(carry.state), spikes[0]) if settings.alone else (carry.state, spikes)


def _squeeze(tree: Tree) -> Tree:
    return jax.tree.map(lambda leaf: leaf[0], tree)
