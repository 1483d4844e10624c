"""Pairs in space, found without a look at every one: targets lie in tiles, and far tiles are passed over quickly.

For each source and tile the kernel at the tile's nearest point bounds the probability of every pair. Candidates are drawn with
that bound, and kept with the ratio of their own probability to it (thinning), which is exact.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int64

from hillock._param import ParameterError
from hillock.connections.positions import Places

Numbers = Int64[np.ndarray, " _"]
Kernel = Callable[[Float64[np.ndarray, " _"]], Float64[np.ndarray, " _"]]

PER_TILE = 32  # candidates per source and tile at distance 0: fewer tiles let too many candidates pass, more take longer than the pairs
_MOST_TILES = 1024
_SLACK = 1e-9  # of the size of space, by which tiles are larger than they are, so that rounding does not cut off a neuron at the edge of a disc
_SURE = 0.5  # bound from which on all pairs are candidates


class Tiles(NamedTuple):
    """Targets by tile; tiles are the cells of a grid around them."""

    places: Places
    """Of all targets."""
    members: Numbers
    """Targets, tile by tile."""
    starts: Numbers
    """Where each tile begins among them, and where the last one ends."""
    middles: Float64[np.ndarray, "along dimensions"]
    """Of the tiles, along each dimension."""
    halves: Float64[np.ndarray, " dimensions"]
    """Half the size of a tile, and a little more."""
    period: Float64[np.ndarray, " dimensions"] | None

    @classmethod
    def of(cls, places: Places, period: tuple[float, ...] | None, wanted: float) -> "Tiles":
        """Sort targets into about so many tiles."""
        sizes = None if period is None else np.array(period, float)
        places = places if sizes is None else places % sizes
        n, dimensions = places.shape
        along = int(max(1.0, min(wanted, _MOST_TILES, n)) ** (1 / dimensions) + 1e-9)
        lowest, highest = (places.min(0), places.max(0)) if n else (np.zeros(dimensions), np.ones(dimensions))
        steps = (highest - lowest) / along
        cells = np.minimum((places - lowest) / np.where(steps > 0.0, steps, 1.0), along - 1).astype(int)
        tile = np.ravel_multi_index(tuple(cells.T), (along,) * dimensions)
        starts = np.concatenate([[0], np.cumsum(np.bincount(tile, minlength=along**dimensions))])
        middles = lowest + steps * (np.arange(along)[:, None] + 0.5)
        slack = _SLACK * (np.abs(lowest).max() + np.abs(highest).max() + (0.0 if sizes is None else sizes.max()))
        return cls(places, np.argsort(tile, kind="stable"), starts, middles, steps / 2 + slack, sizes)

    @property
    def sizes(self) -> Numbers:
        """How many targets are in each tile."""
        return np.diff(self.starts)

    def between(self, apart: Float64[np.ndarray, "*any dimensions"]) -> Float64[np.ndarray, "*any dimensions"]:
        """Return differences of places, on a torus the shorter way around."""
        return np.abs(apart if self.period is None else apart - np.round(apart / self.period) * self.period)

    def distances(self, source: Float64[np.ndarray, " dimensions"]) -> Float64[np.ndarray, " targets"]:
        """Return the distance of each target from one place."""
        return _length(self.between(source - self.places))

    def bounds(self, kernel: Kernel, sources: Places) -> Float64[np.ndarray, "sources tiles"]:
        """Return the largest probability that a kernel, which does not grow, can have between each source and the places in each tile."""
        nearest = np.square(np.maximum(self.between(sources[:, None] - self.middles) - self.halves, 0.0))
        squares = np.zeros((len(sources), 1))
        for dimension in range(nearest.shape[2]):
            squares = (squares[:, :, None] + nearest[:, None, :, dimension]).reshape(len(sources), -1)
        return kernel(np.sqrt(squares).ravel()).reshape(squares.shape)


def _length(apart: Float64[np.ndarray, "pairs dimensions"]) -> Float64[np.ndarray, " pairs"]:
    return np.sqrt(np.einsum("pd,pd->p", apart, apart))


def joined(generator: np.random.Generator, tiles: Tiles, kernel: Kernel, sources: Places) -> tuple[Numbers, Numbers]:
    """Return sources and targets of the pairs that are joined, each with the probability that the kernel gives, in no order.

    Raises:
        ParameterError: the kernel grows with distance.

    """
    bounds = tiles.bounds(kernel, sources).ravel()
    sizes = np.tile(tiles.sizes, len(sources))
    sure = bounds >= _SURE
    line, item = (np.concatenate(both) for both in zip(_all(np.flatnonzero(sure), sizes), _some(generator, bounds, sizes, ~sure), strict=True))
    source, tile = np.divmod(line, len(tiles.sizes))
    target = tiles.members[tiles.starts[tile] + item]
    p, bound = kernel(_length(tiles.between(sources[source] - tiles.places[target]))), bounds[line]
    if (p > bound * (1 + _SLACK)).any():
        raise ParameterError(f"DistanceDependent.kernel must not grow with distance, and {kernel!r} does. Use a kernel that falls.")
    kept = generator.random(len(p)) * np.where(sure[line], 1.0, bound) < p
    return source[kept], target[kept]


def _all(lines: Numbers, sizes: Numbers) -> tuple[Numbers, Numbers]:
    """Return line and item of every trial of some lines."""
    n = sizes[lines]
    return np.repeat(lines, n), np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)


def _some(
    generator: np.random.Generator, p: Float64[np.ndarray, " lines"], sizes: Numbers, chosen: Bool[np.ndarray, " lines"]
) -> tuple[Numbers, Numbers]:
    """Return line and item of the successful ones among independent trials, ``sizes`` of probability ``p`` in each chosen line.

    A trial succeeds where a Poisson process has a point in its stretch of length -ln(1 - p). The stretches of all trials are laid end to end.
    """
    lines = np.flatnonzero(chosen & (p > 0.0) & (sizes > 0))
    stretch = -np.log1p(-p[lines])
    ends = np.cumsum(stretch * sizes[lines])
    length = float(ends[-1]) if len(ends) else 0.0
    points = np.sort(generator.random(generator.poisson(length)))
    points *= length
    which = np.repeat(np.arange(len(lines)), np.diff(np.searchsorted(points, ends, side="right"), prepend=0))
    begin = ends[which] - (stretch * sizes[lines])[which]
    item = np.clip((points[: len(which)] - begin) / stretch[which], 0, sizes[lines[which]] - 1).astype(np.int64)
    first = np.ones(len(which), bool)
    first[1:] = (which[1:] != which[:-1]) | (item[1:] != item[:-1])
    return lines[which[first]], item[first]
