"""How far free-running models are from a recording: many parameter sets simulated at once."""

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Complex, Float

from hillock._fit._space import Space
from hillock._fit._target import Target
from hillock._param import ParameterError
from hillock._simulate import simulate
from hillock.cells import AbstractCell
from hillock.recording import Recording
from hillock.stimuli import Samples

_ROWS = 5000  # of potentials that are compared; more would say nothing new
_BINS = 2_000_000  # of spike trains that are compared at once: some 100 MB
_WIDTHS = (2.0, 10.0)  # ms: blurs through which spike trains are compared, from precise to forgiving
_PULL = 1e-3  # of a range's width away from the start, squared: moves only what the recording leaves where it is
_CEILING = 0.25  # of the range between spikes: how far above it a potential may count


@dataclass(frozen=True, eq=False)
class Between:
    """The potential between spikes, their shapes left out.

    Attributes:
        v: mV, at every sample.
        counts: which samples are between spikes.
        ceiling: mV; what is above, in a model's upstroke, counts as this.

    """

    v: Float[np.ndarray, " samples"]
    counts: Bool[np.ndarray, " samples"]
    ceiling: float

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest potential."""
        held = self.v[self.counts]
        return float(held.min()), float(held.max())


def between_spikes(target: Target, shape: tuple[float, float]) -> Between | None:
    """Return the potential outside ``shape`` = (before, after) ms around each spike; None if none was recorded.

    Raises:
        ValueError: nothing is left.

    """
    if target.v is None:
        return None
    before, after = (round(time / target.dt) for time in shape)
    counts = np.ones(len(target.v), bool)
    for step in target.spike_steps + 1 - target.stamp:
        counts[max(step - before, 0) : step + after] = False
    if not counts.any() or np.ptp(target.v[counts]) == 0:
        raise ValueError(
            f"No potential is left between spikes when {shape[0]:g} ms before and {shape[1]:g} ms after each are left out. Shorten spike_shape."
        )
    held = target.v[counts]
    return Between(target.v, counts, float(held.max() + _CEILING * np.ptp(held)))


def run(cell: AbstractCell, target: Target, steps: int, **options: Any) -> Recording:
    """Return what a cell, or a population, does under the recorded current in the first steps."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a search tries much that is doubtful
        stimulus = Samples(target.current[:steps], dt=target.dt)
        return simulate(cell, stimulus, duration=steps * target.dt, dt=target.dt, dialect="hillock", check_finite=False, **options)


class Scorer:
    """Scores places by a free run over the part to be fitted: distance of spike trains plus unexplained variance of the potential."""

    def __init__(self, cell: AbstractCell, space: Space, target: Target, between: Between | None, steps: int):
        self.cell, self.space, self.target, self.between, self.steps = cell, space, target, between, steps
        self.start = space.places(cell)
        self.every = max(1, steps // _ROWS)
        self.bins = int(np.ceil(steps * target.dt))  # of 1 ms
        recorded = target.spike_steps[target.spike_steps < steps]
        self.spectrum = self._spectrum(recorded, np.zeros(len(recorded), int), 1)
        self.blurs = np.stack([np.exp(-((2 * np.pi * width * np.fft.rfftfreq(2 * self.bins)) ** 2)) for width in _WIDTHS])
        self.size = self._power(self.spectrum)

    def __call__(self, places: Float[np.ndarray, "members axes"]) -> Float[np.ndarray, " members"]:
        """Return a score for each place, 0 for a perfect model; infinite where there can be no cell."""
        scores = np.full(len(places), np.inf)
        good = self._possible(places)
        if good.any():
            kept = np.where(good[:, None], places, places[np.argmax(good)])  # a population of a fixed size has a program already
            scores[good] = self._score(kept)[good] + _PULL * np.sum((places[good] - self.start) ** 2, axis=1)
        return scores

    def _possible(self, places: Float[np.ndarray, "members axes"]) -> Bool[np.ndarray, " members"]:
        try:
            self._population(places)
        except ParameterError:
            return np.array([self._is_possible(place) for place in places])
        return np.ones(len(places), bool)

    def _is_possible(self, place: Float[np.ndarray, " axes"]) -> bool:
        try:
            self._population(place)
        except ParameterError:
            return False
        return True

    def _population(self, places: Float[np.ndarray, "... axes"]) -> AbstractCell:
        return replace(self.cell, **self.space.values(places))

    def _score(self, places: Float[np.ndarray, "members axes"]) -> Float[np.ndarray, " members"]:
        record = [] if self.between is None else ["v"]
        rec = run(self._population(places), self.target, self.steps, record=record, every=self.every)
        at_once = max(1, _BINS // self.bins)
        score = np.concatenate([self._distance(rec, first, min(first + at_once, rec.neurons)) for first in range(0, rec.neurons, at_once)])
        return score + self._unexplained(rec) if self.between is not None else score

    def _distance(self, rec: Recording, first: int, last: int) -> Float[np.ndarray, " members"]:
        """Return how far the spikes of some members are from the recorded ones: 0 for the same, 1 for none."""
        held = (rec.spike_neurons >= first) & (rec.spike_neurons < last)
        spectrum = self._spectrum(rec.spike_steps[held], rec.spike_neurons[held] - first, last - first)
        return np.mean(self._power(spectrum - self.spectrum) / self.size, axis=0)

    def _spectrum(self, steps: np.ndarray, neurons: np.ndarray, n: int) -> Complex[np.ndarray, "members frequencies"]:
        bins = np.minimum((steps * self.target.dt).astype(int), self.bins - 1)
        counts = np.bincount(neurons * self.bins + bins, minlength=n * self.bins).reshape(n, self.bins)
        return np.fft.rfft(counts, 2 * self.bins, axis=1)

    def _power(self, spectrum: Complex[np.ndarray, "members frequencies"]) -> Float[np.ndarray, "widths members"]:
        return self.blurs @ (np.abs(spectrum) ** 2).T

    def _unexplained(self, rec: Recording) -> Float[np.ndarray, " members"]:
        assert self.between is not None
        rows = np.arange(1, rec.steps // self.every + 1) * self.every - self.target.stamp  # the sample that each row is to be compared with
        rows = rows[rows < len(self.between.v)]
        counts = self.between.counts[rows]
        wanted = self.between.v[rows][counts].astype(np.float32)
        had = np.minimum(rec["v"][: len(rows)][counts], np.float32(self.between.ceiling))
        with np.errstate(over="ignore", invalid="ignore"):  # of a model that runs away
            error = np.mean((had - wanted[:, None]) ** 2, axis=0) / np.var(wanted)
        return np.where(np.isfinite(error), np.minimum(error, 10.0), 10.0)
