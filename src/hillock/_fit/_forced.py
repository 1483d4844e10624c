"""Teacher forcing: a model that is reset where the recorded neuron fired, so that what it gets wrong is a smooth function of its parameters.

Two kinds of residuals: the potential between spikes (mV), and by how much the model would have fired too early or too late (ms). A spike is
forced by a threshold test that answers with the recording. To see by how much the model is late, a second trajectory goes on from
each recorded spike as if there had been none, until it fires itself or ``_PATIENCE`` is over.

The time of a crossing is interpolated. In an upstroke, which no grid resolves, it is the middle of the step, and its derivative is that of the
flow: a change of the excess shifts the crossing by that change divided by the rate of the excess, taken where the state was last below
threshold for what moves the state, and at the crossing for what moves the threshold itself.
"""

from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int

from hillock._fit._score import Between
from hillock._fit._space import Space
from hillock._fit._target import Target
from hillock._types import Scalar, Spike, State
from hillock.cells import AbstractCell
from hillock.dialects import find
from hillock.surrogates import AbstractSurrogate

_PATIENCE = 10.0  # ms that a model may be late; timing errors grow like their logarithm beyond
_SLOWEST = 1.0  # mV/ms: a threshold that is approached more slowly is not followed to where it would be reached
_STIFF = 3.0  # an upstroke that gets so many times faster within a step is not resolved by the grid
_MARGIN = 10.0  # mV above threshold at which a model that should have fired is held


class Forcing(NamedTuple):
    """A recording, step by step."""

    current: Float[Array, " steps"]
    spike: Bool[Array, " steps"]
    ahead: Float[Array, " steps"]  # steps to the next recorded spike, or to the end
    v: Float[Array, " steps"]
    counts: Float[Array, " steps"]  # 1 where the potential is compared
    inside: Float[Array, " steps"]  # 1 where timing is
    ceiling: Float[Array, ""]


class Normal(NamedTuple):
    """What a least-squares step needs of one kind of residuals: their number, squares, gradient, and product of derivatives."""

    n: Array
    cost: Array
    gradient: Array
    matrix: Array
    residuals: Array


class _Answer(AbstractSurrogate):
    """A threshold test that says what it was told."""

    answer: Any

    def __call__(self, excess: Scalar, at_least: bool) -> Spike:
        return jnp.asarray(self.answer, jnp.asarray(excess).dtype)


def forcing(target: Target, between: Between | None, first: int, last: int) -> Forcing:
    """Return a recording of which steps ``first`` ≤ k < ``last`` count; all are run through, so that one program serves for every stretch."""
    n = len(target.current)
    steps, fired = np.arange(n), target.spike_steps
    following = np.append(fired, n)[np.searchsorted(fired, steps)]
    inside = (steps >= first) & (steps < last)
    rows = steps + 1 - target.stamp  # the sample that shows the end of each step
    v, counts, ceiling = np.zeros(n), np.zeros(n, bool), 0.0
    if between is not None:
        known = rows < n
        v[known], counts[known] = between.v[rows[known]], between.counts[rows[known]] & inside[known]
        ceiling = between.ceiling
    ready = (target.current, np.isin(steps, fired), following - steps, v, counts, inside)
    current, spike, *others = ready
    return Forcing(current, spike, *(np.asarray(other, float) for other in others), np.asarray(ceiling))  # type: ignore[arg-type]


def normal(space: Space, cell: AbstractCell, places: Float[np.ndarray, " axes"], dt: float, recorded: Forcing) -> tuple[Normal, Normal]:
    """Return the least-squares problems of potentials (mV) and timing (ms) at some places."""
    with jax.enable_x64(True):
        found = _normal(space, cell, np.asarray(places, float), jnp.asarray(dt), recorded)
        return jax.tree.map(np.asarray, found)  # type: ignore[return-value]


@partial(jax.jit, static_argnames="space")
def _normal(space: Space, cell: AbstractCell, places: Float[Array, " axes"], dt: Float[Array, ""], recorded: Forcing) -> tuple[Normal, Normal]:
    def stacked(places: Float[Array, " axes"]) -> tuple[tuple[Array, Array], tuple[Array, Array, Array]]:
        potential, timing, emitted = _residuals(space.cell(cell, places), dt, recorded)
        return (potential, timing), (potential, timing, emitted)

    slopes, (potential, timing, emitted) = jax.jacfwd(stacked, has_aux=True)(places)
    return _reduce(potential, slopes[0], recorded.counts), _reduce(timing, slopes[1], emitted)


def _reduce(residuals: Float[Array, " n"], slopes: Float[Array, "n axes"], counts: Float[Array, " n"]) -> Normal:
    return Normal(jnp.sum(counts), residuals @ residuals, slopes.T @ residuals, slopes.T @ slopes, residuals)


class _Carry(NamedTuple):
    forced: Any  # the state that is reset where the recording says
    late: Any  # the one that goes on
    crossed: Bool[Array, ""]  # whether the forced one has been above threshold since the last spike
    waiting: Int[Array, ""]  # steps for which the late one is still followed; 0 for none


def _residuals(cell: AbstractCell, dt: Float[Array, ""], recorded: Forcing) -> tuple[Array, Array, Array]:
    """Return what is wrong with the potential after each step, with the timing at each event, and how many events each step has."""
    dialect = find("hillock")
    step = _visible(dialect).bind(cell)
    prepared = step.prepare(dt)
    patience = jnp.round(_PATIENCE / dt).astype(jnp.int32)

    def flow(state: State, i: Scalar) -> tuple[Any, Any, Scalar]:
        """Return the state one step later without and with a spike, and the excess in between."""
        free, _, shown = step(prepared, state, i, _Answer(0.0))
        fired, _, _ = step(prepared, state, i, _Answer(1.0))
        return free, fired, shown["v"] - shown["threshold"]

    def one_step(carry: _Carry, at: Forcing) -> tuple[_Carry, tuple[Array, Array, Array, Array]]:
        free, fired, excess = flow(carry.forced, at.current)
        moved = _Move(cell, carry.forced.cell, free.cell, at.current, excess, dt)
        crosses = (moved.before <= 0) & (excess > 0) & ~carry.crossed
        crossed = carry.crossed | crosses
        early = jnp.where(crosses, _squeezed(moved.time(-at.ahead * dt)), 0.0)

        source = _select(carry.waiting > 0, carry.late, carry.forced)
        gone_on, _, late_excess = flow(source, at.current)
        other = _Move(cell, source.cell, gone_on.cell, at.current, late_excess, dt)
        waited = (patience - carry.waiting + 1).astype(dt.dtype) * dt
        arrives = (carry.waiting > 0) & (late_excess > 0)
        given_up = (carry.waiting > 0) & ~arrives & (at.spike | (carry.waiting == 1))
        late = jnp.where(arrives, _squeezed(other.time(waited)), jnp.where(given_up, _squeezed(waited + other.distance()), 0.0))

        starts = at.spike & ~crossed
        # where a recorded spike cuts the waiting short, the one that goes on from it is the forced one
        onward = _held(_select(starts, free, gone_on), jnp.where(starts, excess, late_excess))
        waiting = jnp.where(starts, patience, jnp.where(arrives | given_up, 0, jnp.maximum(carry.waiting - 1, 0)))
        after = _select(at.spike, fired, _held(free, excess))
        wrong = (jnp.minimum(after.cell.v, at.ceiling) - at.v) * at.counts
        events = crosses.astype(dt.dtype) + arrives.astype(dt.dtype) + given_up.astype(dt.dtype)
        return _Carry(after, onward, crossed & ~at.spike, waiting), (wrong, early * at.inside, late * at.inside, events * at.inside)

    state = jax.tree.map(lambda leaf: _typed(leaf, dt), step.init())
    start = _Carry(state, state, jnp.zeros((), bool), jnp.zeros((), jnp.int32))
    steps = len(recorded.current)
    at = recorded._replace(ceiling=jnp.broadcast_to(recorded.ceiling, (steps,)))
    _, (wrong, early, late, events) = lax.scan(one_step, start, at)
    return wrong, jnp.concatenate([early, late]), jnp.concatenate([events, jnp.zeros_like(events)])


def _visible(dialect: Any) -> Any:
    """Return a dialect that shows the potential before a reset, and lets a neuron that is above threshold be told to fire."""
    return replace(dialect, shows="before", crossing=False)


class _Move:
    """One step of a trajectory: its excess before and after, and how far in time it is from crossing."""

    def __init__(self, cell: AbstractCell, start: State, end: State, i: Scalar, excess: Scalar, dt: Scalar):
        self.cell, self.start, self.end, self.i, self.dt = cell, start, end, i, dt
        self.before, self.after = cell.excess(start), excess
        self.rise = jnp.where(excess > self.before, excess - self.before, 1.0)

    def time(self, of_step: Scalar) -> Scalar:
        """Return the time of a crossing in this step, which ends ``of_step`` ms from a recorded spike, itself somewhere in its step."""
        here, there = self._rates()
        inside = jnp.clip(-self.before / self.rise, 0.0, 1.0)
        stiff = there > _STIFF * here
        fixed = lax.stop_gradient
        by_state = -jax.tree.map(fixed, self.cell).excess(self.start) / here
        by_threshold = -self.cell.excess(jax.tree.map(fixed, self.end)) / there
        change = by_state - fixed(by_state) + by_threshold - fixed(by_threshold)
        return of_step + jnp.where(stiff, change, (inside - 0.5) * self.dt)

    def distance(self) -> Scalar:
        """Return about how long a state that is below threshold would take to reach it (ms)."""
        return -self.after / lax.stop_gradient(jnp.maximum(self.rise / self.dt, _SLOWEST))

    def _rates(self) -> tuple[Scalar, Scalar]:
        """Return how fast the excess rises, by the flow, at the start and at the end of the step."""
        cell, i = jax.tree.map(lax.stop_gradient, (self.cell, self.i))
        states = jax.tree.map(lax.stop_gradient, (self.start, self.end))
        here, there = (jax.jvp(cell.excess, (state,), (cell.drift(state, i),))[1] for state in states)
        return jnp.maximum(here, _SLOWEST), jnp.maximum(jnp.maximum(here, there), _SLOWEST)


def _squeezed(time: Scalar) -> Scalar:
    """Return a timing error, large ones made smaller: a spike that is missed altogether must not outweigh all others."""
    return _PATIENCE * jnp.arcsinh(time / _PATIENCE)


def _held(state: Any, excess: Scalar) -> Any:
    """Return a state no further than a margin above threshold, from where an upstroke would run away."""
    cell = state.cell
    return state._replace(cell=cell._replace(v=cell.v - jnp.maximum(excess - _MARGIN, 0.0)))


def _typed(leaf: Any, dt: Float[Array, ""]) -> Array:
    array = jnp.asarray(leaf)
    return array.astype(dt.dtype) if jnp.issubdtype(array.dtype, jnp.floating) else array


def _select(condition: Any, yes: State, no: State) -> State:
    return jax.tree.map(lambda a, b: jnp.where(condition, a, b), yes, no)
