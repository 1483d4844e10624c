"""The time constants that are really there: eigenvalues of the drift around rest and along a run, and what the integrator makes of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hillock._explain._explanation import TimeConstant
from hillock._explain._subject import Subject, take
from hillock._explain._trial import Trial
from hillock._population import neuron_axes
from hillock._trace import is_linear
from hillock.cells import AbstractCell
from hillock.dialects import DialectStep
from hillock.integrators import AbstractIntegrator, Exact
from hillock.preflight._steps import time_constants

Values = Float[np.ndarray, " looked"]

_NEWTON = 50  # steps at most
_SEEN = 200  # states along a run
_REAL = 1e-9  # per ms: slower than this is no decay at all
_FINEST, _COARSEST, _GRID = 1e-2, 1e3, 400  # dt in units of the fastest time constant


@dataclass(frozen=True, eq=False)
class Scales:
    """Time constants, stability and slopes, see ``Explanation``; ``rests`` says of which neurons the rest is stable."""

    time_constants: tuple[TimeConstant, ...]
    longest_dt: float
    steady_v: Values
    input_resistance: Values
    rests: np.ndarray


def find_scales(subject: Subject, trial: Trial, current: Values | None) -> Scales:
    """Return the time constants of a run. ``current`` (nA) is what lasts, if anything does."""
    nothing = np.full(len(subject.looked), np.nan)
    named = time_constants(subject.cell or subject.model)
    if not isinstance(subject.step, DialectStep):
        found = tuple(TimeConstant(name, tau, tau / subject.dt, np.nan) for name, tau in named)
        return Scales(found, np.nan, nothing, nothing, np.ones(len(nothing), bool))
    with jax.enable_x64(True):
        cell, integrator, dt = take(subject.step.cell, subject.looked), subject.step.integrator, subject.dt
        flow = _Flow(cell, len(subject.looked))
        rest, rests = flow.rest()
        rates = np.linalg.eigvals(flow.slope(rest)[0])
        decays = -rates.real
        rests &= (decays > -_REAL).all(axis=1)
        known = {name: tau for name, tau in named if np.isfinite(tau)}
        known |= _around_rest(flow, rest, decays)
        linear = is_linear(subject.step.cell.drift, flow.example, 0.0)
        if not linear and len(trial.path):
            known["fastest in the run"] = _fastest(flow, trial)
        found = tuple(TimeConstant(name, tau, tau / dt, _acts_like(integrator, tau, dt)) for name, tau in known.items() if np.isfinite(tau))
        stable = _longest_dt(flow, integrator, rest, rates) if rests.all() else np.nan
        return Scales(found, stable, *_held(flow, rest, current if linear else None), rests)


class _Flow:
    """The drift of some neurons and its slopes, in double precision."""

    def __init__(self, cell: AbstractCell, neurons: int):
        self.cell, self.neurons = cell, neurons
        start = cell.init()
        self.example = jax.tree.map(lambda x: float(np.ravel(np.asarray(x, float))[0]), start)
        self.tree, self.names = jax.tree.structure(self.example), self.example._fields
        self.start = np.stack([np.broadcast_to(np.asarray(x, float), neurons) for x in jax.tree.leaves(start)], axis=1)

    def slope(self, x: Float[np.ndarray, "looked states"], i: Values | float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the slopes of the drift in the state and in the current, and the drift, of every neuron."""
        found = _slopes(self.cell, jnp.asarray(x), jnp.broadcast_to(jnp.asarray(i, float), self.neurons), self.tree)
        by_state, by_current, rate = (np.asarray(part) for part in found)
        return by_state, by_current, rate

    def rest(self) -> tuple[Float[np.ndarray, "looked states"], np.ndarray]:
        """Return where the drift without input is zero, by Newton's method from the state at time 0, and of which neurons it was found."""
        x = self.start
        for _ in range(_NEWTON):
            by_state, _, rate = self.slope(x)
            move = np.stack([np.linalg.lstsq(slope, -f, rcond=None)[0] for slope, f in zip(by_state, rate, strict=True)])
            x = x + np.nan_to_num(move)
            if np.abs(move).max() < 1e-10 * (1 + np.abs(x).max()):
                break
        still = np.abs(self.slope(x)[2]) < 1e-6 * (1 + np.abs(x))
        found = np.asarray(np.isfinite(x).all(axis=1) & still.all(axis=1))
        return np.where(found[:, None], x, self.start), found


@eqx.filter_jit
def _slopes(cell: AbstractCell, x: Array, i: Array, tree: Any) -> tuple[Array, Array, Array]:
    def one(cell: AbstractCell, x: Array, i: Array) -> tuple[Array, Array, Array]:
        def rates(x: Array, i: Array) -> Array:
            return _flat(cell.drift(jax.tree.unflatten(tree, list(x)), i))

        return *jax.jacfwd(rates, (0, 1))(x, i), rates(x, i)

    return jax.vmap(one, (neuron_axes(cell), 0, 0))(cell, x, i)


def _flat(state: Any) -> Array:
    return jnp.stack([jnp.asarray(leaf, float) for leaf in jax.tree.leaves(state)])


def _around_rest(flow: _Flow, rest: Float[np.ndarray, "looked states"], decays: Float[np.ndarray, "looked states"]) -> dict[str, float]:
    """Return the time constants (ms) around rest, the shortest among neurons: by variable where none touches another, else from the fastest on."""
    slope = flow.slope(rest)[0]
    if np.allclose(slope * (1 - np.eye(slope.shape[1])), 0.0):
        own = _taus(-np.diagonal(slope, axis1=1, axis2=2)).min(axis=0)
        return {f"{name} around rest": float(tau) for name, tau in zip(flow.names, own, strict=True) if np.isfinite(tau)}
    several = np.sort(_taus(decays), axis=1).min(axis=0)
    different = [float(tau) for k, tau in enumerate(several) if np.isfinite(tau) and (k == 0 or not np.isclose(tau, several[k - 1], rtol=1e-6))]
    return {f"around rest ({k})": tau for k, tau in enumerate(different, 1)}


def _taus(decays: Float[np.ndarray, "looked states"]) -> Float[np.ndarray, "looked states"]:
    """Return time constants (ms) of decays per ms; infinite for what does not decay."""
    return np.where(decays > _REAL, 1 / np.maximum(decays, _REAL), np.inf)


def _fastest(flow: _Flow, trial: Trial) -> float:
    """Return the shortest time constant (ms) along the path of one neuron: evenly spaced states, and those of the highest potentials."""
    path = np.stack([trial.path[name] for name in flow.names], axis=1)
    even = np.linspace(0, len(path) - 1, min(len(path), _SEEN)).astype(int)
    states = path[np.union1d(even, np.argsort(trial.path["v"])[-_SEEN:])]
    alone = _Flow(take(flow.cell, np.full(len(states), trial.follows)), len(states))
    fastest = -np.linalg.eigvals(alone.slope(states)[0]).real.min()
    return float(1 / fastest) if fastest > _REAL else np.inf


def _held(flow: _Flow, rest: Float[np.ndarray, "looked states"], current: Values | None) -> tuple[Values, Values]:
    """Return the potential that a lasting current holds, of linear cells, and the change of that per current at rest; NaN without a leak."""
    nothing, v = np.full(flow.neurons, np.nan), list(flow.names).index("v")
    by_state, by_current, _ = flow.slope(rest)
    gain = nothing.copy()
    for k, (slope, drive) in enumerate(zip(by_state, by_current, strict=True)):
        move = np.linalg.lstsq(slope, -drive, rcond=None)[0]
        if np.allclose(slope @ move, -drive, rtol=1e-6, atol=1e-12):
            gain[k] = move[v]
    return (rest[:, v] + gain * current if current is not None else nothing), gain


def _acts_like(integrator: AbstractIntegrator, tau: float, dt: float) -> float:
    """Return the time constant (ms) that an integrator gives tau dx/dt = i - x: -dt/ln R, where one step multiplies x by R; 0 for R ≤ 0."""
    if isinstance(integrator, Exact):
        return tau

    def drift(state: tuple, i: Any) -> tuple:
        return ((i - state[0]) / tau,)

    def step(x: Any) -> Any:
        return integrator.advance(integrator.prepare(drift, (x,), dt), drift, (x,), jnp.zeros(()), dt)[0]

    factor = float(jax.jvp(step, (jnp.ones(()),), (jnp.ones(()),))[1])
    return float(-dt / np.log(factor)) if 0 < factor < 1 else 0.0 if factor <= 0 else np.inf


def _longest_dt(flow: _Flow, integrator: AbstractIntegrator, rest: Float[np.ndarray, "looked states"], rates: np.ndarray) -> float:
    """Return the longest dt (ms) at which one step still brings every neuron back to a stable rest; infinite if every dt does.

    One step is linearised around rest: it is stable while no eigenvalue of that is outside the unit circle. For forward Euler and one
    variable that gives 2 tau, for the classical Runge-Kutta method 2.785 tau.
    """
    fastest = np.abs(rates).max()
    if isinstance(integrator, Exact) or fastest < _REAL:
        return np.inf
    spread = _amplification(flow, integrator, rest)
    grid = np.geomspace(_FINEST, _COARSEST, _GRID) / fastest
    unstable = spread(grid) > 1 + 1e-9
    if not unstable.any():
        return np.inf
    first = int(np.argmax(unstable))
    if first == 0:
        return np.nan
    for _ in range(3):
        fine = np.linspace(grid[first - 1], grid[first], _GRID)
        first = int(np.argmax(spread(fine) > 1 + 1e-9))
        grid = fine
    return float(grid[first - 1])


def _amplification(flow: _Flow, integrator: AbstractIntegrator, rest: Float[np.ndarray, "looked states"]) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function from many dt (ms) to the largest factor by which one step of each multiplies a small distance from rest."""

    @jax.jit
    def matrices(dts: Array) -> Array:
        def one(cell: AbstractCell, x: Array, dt: Array) -> Array:
            def step(x: Array) -> Array:
                state = jax.tree.unflatten(flow.tree, list(x))
                return _flat(integrator.advance(integrator.prepare(cell.drift, state, dt), cell.drift, state, jnp.zeros(()), dt))

            return jax.jacfwd(step)(x)

        return jax.vmap(lambda dt: jax.vmap(one, (neuron_axes(flow.cell), 0, None))(flow.cell, jnp.asarray(rest), dt))(dts)

    return lambda dts: np.abs(np.linalg.eigvals(np.asarray(matrices(jnp.asarray(dts))))).max(axis=(1, 2))
