"""What the data determine: standard errors from the Fisher information, and the combinations of parameters that are left open."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from hillock._fit._refine import Point, Problem, Weights, neighbour
from hillock._fit._space import Axis, Space

_OPEN = 1 / np.sqrt(12)  # standard deviation of a number that may be anywhere from 0 to 1: the data say no more than the range did
_SMALL = 0.05  # share of a combination that is not worth naming


class Determined(NamedTuple):
    """Standard errors, which parameters are open, and how those depend on each other, in words."""

    errors: Float[np.ndarray, " axes"]
    is_open: Bool[np.ndarray, " axes"]
    sentences: tuple[str, ...]


def determined(problem: Problem, point: Point) -> Determined:
    """Return what the data determine around a fitted point.

    The information is that of residuals that are Gaussian, each kind with the spread it was found to have. Those of the potential are alike
    from sample to sample where the model is wrong; they count as so many fewer as their autocorrelation says.
    """
    space, weights = problem.space, problem.weights(point)
    weights = Weights(weights.potential / _repeats(np.asarray(point.potential.residuals)), weights.timing)
    information = weights.potential * point.potential.matrix + weights.timing * point.timing.matrix
    smooth = np.array([not axis.grid for axis in space.axes])
    values, vectors = np.linalg.eigh(information[np.ix_(smooth, smooth)])
    variances = 1.0 / np.maximum(values, 1e-12)
    errors = np.zeros(len(space.axes))
    errors[smooth] = np.sqrt(np.square(vectors) @ variances)
    for k in np.flatnonzero(~smooth).tolist():
        errors[k] = _error_on_grid(problem, point, weights, k)
    loose = vectors[:, np.sqrt(variances) > _OPEN]
    slopes = np.array([axis.slope(axis.value(place)) for axis, place in zip(space.axes, point.place, strict=True)])
    names = [axis for axis, is_smooth in zip(space.axes, smooth, strict=True) if is_smooth]
    sentences = _combinations(names, loose, slopes[smooth], point.place[smooth]) + _alone(space, errors, ~smooth)
    is_open = errors > _OPEN
    return Determined(np.where(is_open, np.inf, errors * slopes), is_open, sentences)


def _repeats(residuals: Float[np.ndarray, " steps"]) -> float:
    """Return how many samples say as much as one independent one: the sum of the autocorrelation up to where it vanishes."""
    held = residuals[residuals != 0]
    if len(held) < 2:
        return 1.0
    power = np.abs(np.fft.rfft(held - held.mean(), 2 * len(held))) ** 2
    correlation = np.fft.irfft(power)[: len(held)]
    if correlation[0] <= 0:
        return 1.0
    correlation /= correlation[0]
    end = int(np.argmax(correlation < 0.05)) or len(held)
    return float(1.0 + 2.0 * correlation[1:end].sum())


def _error_on_grid(problem: Problem, point: Point, weights: Weights, k: int) -> float:
    """Return the standard error of a place on the grid, from how much worse its neighbours are at their best."""
    axis, here = problem.space.axes[k], problem.cost(point, weights)
    near = [neighbour(problem, point, weights, k, way) for way in (-1, 1)]
    worse = [problem.cost(one, weights) - here for one in near if one is not None]
    rise = max(float(np.mean(worse)), 1e-12) if worse else 1e-12
    return axis.grid / (axis.high - axis.low) / np.sqrt(rise)


def _alone(space: Space, errors: Float[np.ndarray, " axes"], which: Bool[np.ndarray, " axes"]) -> tuple[str, ...]:
    return tuple(_nothing(space.axes[k]) for k in np.flatnonzero(which & (errors > _OPEN)))


def _nothing(axis: Axis) -> str:
    return f"{axis.name}: any value from {axis.low:.4g} to {axis.high:.4g}{_unit(axis)} fits about as well."


def _combinations(
    axes: list[Axis], loose: Float[np.ndarray, "axes directions"], slopes: Float[np.ndarray, " axes"], place: Float[np.ndarray, " axes"]
) -> tuple[str, ...]:
    """Return a sentence for each open direction, the directions chosen so that each names few parameters."""
    sentences = []
    for direction in _sparse(loose):
        lead = int(np.argmax(np.abs(direction)))
        unit = _change(axes[lead], slopes[lead], place[lead]) / direction[lead]
        moved = direction * unit
        others = [k for k in np.flatnonzero(np.abs(direction) > _SMALL * abs(direction[lead])) if k != lead]
        if not others:
            sentences.append(_nothing(axes[lead]))
            continue
        listed = [_written(axes[k], moved[k], slopes[k], place[k]) for k in others]
        also = " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)
        sentences.append(f"{_written(axes[lead], moved[lead], slopes[lead], place[lead])} fits about as well with {also}.")
    return tuple(sentences)


def _sparse(loose: Float[np.ndarray, "axes directions"]) -> list[Float[np.ndarray, " axes"]]:
    """Return a basis of the open directions in reduced form: each has a parameter of its own, which the others leave alone."""
    rows = loose.T.copy()
    for k in range(len(rows)):
        pivot = int(np.argmax(np.abs(rows[k])))
        rows[k] /= rows[k, pivot]
        for other in range(len(rows)):
            if other != k:
                rows[other] -= rows[other, pivot] * rows[k]
    return list(rows)


def _change(axis: Axis, slope: float, place: float) -> float:
    """Return the change of place that is 10 % of a value or, for one of either sign, a round share of its range."""
    if axis.ratio:
        return np.log(1.1) * axis.value(place) / slope
    return 10.0 ** np.floor(np.log10(abs(slope) / 10)) / slope


def _written(axis: Axis, moved: float, slope: float, place: float) -> str:
    if axis.ratio:
        return f"{axis.name} {100 * moved * slope / axis.value(place):+.3g} %"
    return f"{axis.name} {moved * slope:+.3g}{_unit(axis)}"


def _unit(axis: Axis) -> str:
    return "" if axis.unit == "1" else f" {axis.unit}"
