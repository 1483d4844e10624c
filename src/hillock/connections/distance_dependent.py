"""Pairs joined with a probability that depends on distance."""

from typing import Any

import equinox as eqx
import numpy as np
from jaxtyping import Float64

from hillock._param import ParameterError
from hillock.connections._base import AbstractRule, Piece, Rows, ranges, split
from hillock.connections._draws import Draws, Purpose
from hillock.connections._tiles import PER_TILE, Tiles, joined
from hillock.connections.kernels import AbstractKernel
from hillock.connections.positions import AbstractPositions, Places, as_sizes, require_sizes

_PAIRS = 2**20  # of which the expected number of synapses is computed
_SOURCES = 256  # of which the number of candidates is computed, to make pieces of equal work


def _places(value: Any) -> Any:
    """Return an array of floats; what cannot be one is left for the check."""
    if value is None or isinstance(value, AbstractPositions):
        return value
    try:
        return np.asarray(value, float)
    except (ValueError, TypeError):
        return np.asarray(value, object)


def _check_places(given: AbstractPositions | Places, where: str) -> int:
    """Return how many dimensions positions have; raise ParameterError if they are none."""
    places = _array(given)
    if places.ndim == 2 and places.dtype == float and np.isfinite(places).all():
        return places.shape[1]
    got = f"an array of shape {places.shape}" if places.ndim != 2 else "entries that are not"
    raise ParameterError(f"{where} must be finite numbers in an array of shape (neurons, dimensions), got {got}.")


class DistanceDependent(AbstractRule):
    """Every pair is joined with the probability that a kernel gives for its distance, independently of all others.

    Without ``targets`` they have the places of the sources. With a ``period`` space is a torus: distances are measured the shorter way around.

    When: sheets of cortex and other networks in space, whose neurons prefer close partners.

    Limits: the kernel must not grow with distance. There are no multapses.

    >>> from hillock.connections import DistanceDependent, Gaussian, Grid
    >>> sheet = Grid(shape=(40, 40), extent=(1.0, 1.0))
    >>> round(DistanceDependent(Gaussian(0.5, 0.1), sheet, period=(1.0, 1.0)).synapses(1600, 1600, same=True))
    80425

    Reference: Senk et al. (2022), doi:10.1371/journal.pcbi.1010086, networks embedded in metric space.
    """

    kernel: AbstractKernel
    """Probability as a function of distance."""
    sources: AbstractPositions | Places = eqx.field(converter=_places)
    """Places of the sources: Grid, RandomPositions, or an array of one row per neuron."""
    targets: AbstractPositions | Places | None = eqx.field(converter=_places, default=None)
    """Places of the targets."""
    period: tuple[float, ...] | None = eqx.field(static=True, converter=lambda value: None if value is None else as_sizes(value), default=None)
    """Size of a periodic space along each dimension."""
    autapses: bool = eqx.field(static=True, default=True)
    """Whether a neuron may be joined to itself."""

    def __check_init__(self):
        if not isinstance(self.kernel, AbstractKernel):
            raise ParameterError(f"DistanceDependent.kernel must be a kernel such as Gaussian(p=0.5, length=1.0), got {self.kernel!r}.")
        dimensions = {}
        for name, given in (("sources", self.sources), ("targets", self.targets)):
            if given is not None:
                dimensions[name] = _check_places(given, f"DistanceDependent.{name}")
        if self.period is not None:
            require_sizes(self.period, "DistanceDependent.period")
            dimensions["period"] = len(self.period)
        if len(set(dimensions.values())) > 1:
            listed = ", ".join(f"{name} has {n}" for name, n in dimensions.items())
            raise ParameterError(f"DistanceDependent needs one number of dimensions, but {listed}.")

    def check(self, n_source: int, n_target: int, same: bool, where: str) -> None:
        peak = _peak(self.kernel)
        if not 0.0 <= peak <= 1.0:
            raise ParameterError(f"{where}: DistanceDependent.kernel must be ≥ 0 and ≤ 1 at distance 0, got {peak:g} from {self.kernel!r}.")
        for name, given, wanted in (("sources", self.sources, n_source), ("targets", self._targets, n_target)):
            found = len(_array(given))
            if found != wanted:
                raise ParameterError(f"{where}: DistanceDependent.{name} must hold one position per neuron, {wanted}, got {found}.")

    def synapses(self, n_source: int, n_target: int, same: bool) -> float:
        """Return the expected number: the sum over all pairs or, if there are many, what those of a selection of sources say of it."""
        sources, targets = _selection(_array(self.sources), _PAIRS // max(n_target, 1)), Tiles.of(_array(self._targets), self.period, n_target)
        if not len(sources):
            return 0.0
        total = sum(float(self.kernel(targets.distances(place)).sum()) for place in sources)
        if same and not self.autapses:
            total -= _peak(self.kernel) * len(sources)
        return total * n_source / len(sources)

    def rows(self, n_source: int, n_target: int, same: bool, draws: Draws) -> Rows:
        sources = _array(self.sources)
        peak = _peak(self.kernel)
        tiles = Tiles.of(_array(self._targets), self.period, peak * n_target / PER_TILE)
        some = tiles.bounds(self.kernel, _selection(sources, _SOURCES))
        candidates = float((some @ tiles.sizes).mean()) if some.size else 0.0
        pieces = ranges(n_source, max(candidates, some.shape[1]))

        def make(k: int) -> Piece:
            begin, end = pieces[k]
            source, target = joined(draws.generator(Purpose.PAIRS, k), tiles, self.kernel, sources[begin:end])
            if same and not self.autapses:
                other = source + begin != target
                source, target = source[other], target[other]
            return Piece(*split(np.sort(source * n_target + target), end - begin, n_target), None)

        return Rows(pieces, None, make)

    @property
    def _targets(self) -> AbstractPositions | Places:
        return self.sources if self.targets is None else self.targets


def _peak(kernel: AbstractKernel) -> float:
    """Return the probability at distance 0."""
    return float(kernel(np.zeros(1))[0])


def _selection(places: Places, n: int) -> Float64[np.ndarray, "chosen dimensions"]:
    """Return all places, or n of many: multiples of the golden ratio are spread evenly and have no common period with the rows of a grid."""
    if len(places) <= n:
        return places
    return places[(np.arange(max(n, 1)) * 0.6180339887498949 % 1.0 * len(places)).astype(int)]


def _array(given: AbstractPositions | Places) -> Places:
    return given.places() if isinstance(given, AbstractPositions) else given
