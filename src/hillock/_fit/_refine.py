"""Refinement: damped Gauss-Newton steps (Levenberg 1944, Marquardt 1963) on the residuals of the forced model.

Both kinds of residuals are weighed by their own spread, which is estimated anew after each round. What the data do not determine is held
near where the search was told to start, by as much as one observation whose error is the width of the range would hold it.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from hillock._fit._forced import Forcing, Normal, normal
from hillock._fit._space import Space
from hillock.cells import AbstractCell

_ROUNDS = 3
_STEPS = 12  # per round, at most
_ENOUGH = 0.01  # gain that a step promises below which a round has ended: a standard error off is a loss of 1
_REACH = 4  # neighbours that are tried along an axis on the grid
_HOPELESS = 25.0  # loss, five standard errors, behind which no better neighbour is looked for
_FOLLOW = 2  # steps in which the other axes follow
_WALKS = 8  # how often they are
_FARTHEST = 0.2  # of the ranges, that a step goes

Place = Float[np.ndarray, " axes"]


class Weights(NamedTuple):
    """1/σ² of potentials (mV⁻²) and of timing (ms⁻²)."""

    potential: float
    timing: float


class Point(NamedTuple):
    """A place and its least-squares problems."""

    place: Place
    potential: Normal
    timing: Normal


@dataclass(frozen=True, eq=False)
class Problem:
    """What is to be refined, and where the undetermined is held."""

    space: Space
    cell: AbstractCell
    dt: float
    recorded: Forcing
    start: Place

    def at(self, place: Place) -> Point:
        """Return the least-squares problems at a place."""
        return Point(place, *normal(self.space, self.cell, place, self.dt, self.recorded))

    def weights(self, point: Point) -> Weights:
        """Return the weights that the residuals themselves suggest; a time on the grid is not known better than a step of it."""
        n_potential, n_timing = (max(float(one.n), 1.0) for one in (point.potential, point.timing))
        return Weights(
            1.0 / max(float(point.potential.cost) / n_potential, 1e-12),
            1.0 / max(float(point.timing.cost) / n_timing, self.dt**2 / 12),
        )

    def cost(self, point: Point, weights: Weights) -> float:
        """Return the weighted sum of squares; infinite where the model ran away."""
        away = point.place - self.start
        found = weights.potential * float(point.potential.cost) + weights.timing * float(point.timing.cost) + float(away @ away)
        return found if np.isfinite(found) else np.inf

    def system(self, point: Point, weights: Weights) -> tuple[Place, Float[np.ndarray, "axes axes"]]:
        """Return gradient and Gauss-Newton matrix; axes on the grid, and those held at an end of their range, do not move."""
        gradient = weights.potential * point.potential.gradient + weights.timing * point.timing.gradient + point.place - self.start
        matrix = weights.potential * point.potential.matrix + weights.timing * point.timing.matrix + np.eye(len(gradient))
        stuck = ((point.place <= 0) & (gradient > 0)) | ((point.place >= 1) & (gradient < 0))
        stuck |= np.array([axis.grid > 0 for axis in self.space.axes])
        gradient = np.where(stuck, 0.0, gradient)
        return gradient, np.where(stuck[:, None] | stuck, np.diag(np.diag(matrix)), matrix)


def refine(problem: Problem, place: Place) -> Point:
    """Return the point that a place leads to; the place itself if its model runs away."""
    point = problem.at(place)
    if not np.isfinite(problem.cost(point, problem.weights(point))):
        return point
    for _ in range(_ROUNDS):
        point = _descend(problem, point, problem.weights(point))
    for _ in range(_WALKS):
        moved = _walk_on_grid(problem, point, problem.weights(point))
        if moved is point:
            break
        point = _descend(problem, moved, problem.weights(moved))
    return point


def _descend(problem: Problem, point: Point, weights: Weights, steps: int = _STEPS) -> Point:
    damping, cost = 1e-3, problem.cost(point, weights)
    for _ in range(steps):
        gradient, matrix = problem.system(point, weights)
        step = np.linalg.solve(matrix + damping * np.diag(np.diag(matrix)), -gradient)
        if -float(gradient @ step) < _ENOUGH:
            break
        tried = problem.at(np.clip(point.place + np.clip(step, -_FARTHEST, _FARTHEST), 0.0, 1.0))
        reached = problem.cost(tried, weights)
        if reached < cost:
            point, cost, damping = tried, reached, damping / 5
        else:
            damping *= 10
    return point


def _walk_on_grid(problem: Problem, point: Point, weights: Weights) -> Point:
    """Return the best of some neighbours along the axes that know only steps of dt."""
    best = point
    for k in (k for k, axis in enumerate(problem.space.axes) if axis.grid):
        for way in (1, -1):
            here = point
            for _ in range(_REACH):  # a neighbour can be worse, and the one behind it better
                near = neighbour(problem, here, weights, k, way)
                if near is None:
                    break
                here, cost, least = near, problem.cost(near, weights), problem.cost(best, weights)
                best = near if cost < least - _ENOUGH else best
                if cost > least + _HOPELESS:
                    break
    return best


def neighbour(problem: Problem, point: Point, weights: Weights, k: int, way: int) -> Point | None:
    """Return the point one step of dt further along an axis on the grid, after the other axes have followed; None at the end of its range."""
    axis = problem.space.axes[k]
    place = point.place.copy()
    place[k] += way * axis.grid / (axis.high - axis.low)
    if not -1e-9 < place[k] < 1 + 1e-9:
        return None
    return _descend(problem, problem.at(problem.space.snap(place)), weights, _FOLLOW)
