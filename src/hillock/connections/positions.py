"""Where neurons are: on a grid, at random places, or as given."""

import math
from abc import abstractmethod
from typing import Any

import equinox as eqx
import numpy as np
from jaxtyping import Float64

from hillock._param import ParameterError, Parametrized
from hillock.connections._fields import count

Places = Float64[np.ndarray, "neurons dimensions"]


def as_sizes(value: Any) -> tuple[Any, ...]:
    """Return one size, or several, as a tuple; what they are is left for the check."""
    return tuple(value) if isinstance(value, list | tuple | np.ndarray) else (value,)


def _per_dimension() -> Any:
    return eqx.field(static=True, converter=as_sizes)


class AbstractPositions(Parametrized):
    """Positions of the neurons of a population, in any unit of length."""

    @abstractmethod
    def places(self) -> Places:
        """Return one row of coordinates per neuron."""


class Grid(AbstractPositions):
    """Neurons in the middles of the cells of a regular grid that fills 0 to ``extent``.

    They are counted row by row: the last coordinate changes fastest.

    >>> from hillock.connections import Grid
    >>> Grid(shape=(2, 2), extent=(1.0, 1.0)).places().tolist()
    [[0.25, 0.25], [0.25, 0.75], [0.75, 0.25], [0.75, 0.75]]
    """

    shape: tuple[int, ...] = _per_dimension()
    """Neurons along each dimension."""
    extent: tuple[float, ...] = _per_dimension()
    """Size along each dimension."""

    def __check_init__(self):
        if not all(isinstance(n, int | np.integer) and n >= 1 for n in self.shape):
            raise ParameterError(f"Grid.shape must be whole numbers ≥ 1, got {self.shape}.")
        require_sizes(self.extent, "Grid.extent")
        if len(self.shape) != len(self.extent):
            raise ParameterError(f"Grid.shape and Grid.extent must have the same length, got {len(self.shape)} and {len(self.extent)}.")

    def places(self) -> Places:
        axes = [size * (np.arange(n) + 0.5) / n for n, size in zip(self.shape, self.extent, strict=True)]
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(math.prod(self.shape), len(axes))


class RandomPositions(AbstractPositions):
    """Neurons placed independently and uniformly between 0 and ``extent``.

    The same seed gives the same places.

    >>> from hillock.connections import RandomPositions
    >>> RandomPositions(1000, extent=(1.0, 1.0), seed=3).places().shape
    (1000, 2)
    """

    n: int = count("neurons")
    extent: tuple[float, ...] = _per_dimension()
    """Size along each dimension."""
    seed: int = eqx.field(static=True, default=0)
    """Names the random numbers: 0 ≤ seed < 2⁶⁴."""

    def __check_init__(self):
        require_sizes(self.extent, "RandomPositions.extent")
        if not isinstance(self.seed, int) or not 0 <= self.seed < 2**64:
            raise ParameterError(f"RandomPositions.seed must be a whole number from 0 to 2**64 - 1, got {self.seed!r}.")

    def places(self) -> Places:
        generator = np.random.Generator(np.random.Philox(key=self.seed))
        return generator.random((self.n, len(self.extent))) * np.array(self.extent, float)


def require_sizes(sizes: tuple[Any, ...], where: str) -> None:
    """Raise ParameterError unless all are finite numbers > 0."""
    if not sizes or not all(isinstance(size, int | float | np.number) and 0.0 < size < math.inf for size in sizes):
        raise ParameterError(f"{where} must be one finite number > 0 per dimension, got {sizes}.")
