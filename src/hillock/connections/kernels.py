"""How the probability of a synapse falls with distance."""

from abc import abstractmethod

import numpy as np
from jaxtyping import Float64

from hillock._param import Parametrized
from hillock.connections._fields import number

Distances = Float64[np.ndarray, " pairs"]


class AbstractKernel(Parametrized):
    """Probability of a synapse as a function of distance, which never grows with distance."""

    @abstractmethod
    def __call__(self, distance: Distances) -> Distances:
        """Return the probability at each distance."""


class Gaussian(AbstractKernel):
    """p exp(-d²/(2 length²)).

    >>> from hillock.connections import Gaussian
    >>> Gaussian(p=0.8, length=0.25)
    Gaussian(p=0.8, length=0.25)
    """

    p: float = number("probability at distance 0", low=0.0, high=1.0)
    length: float = number("standard deviation, in the unit of the positions", above=0.0)

    def __call__(self, distance: Distances) -> Distances:
        return self.p * np.exp(-0.5 * np.square(distance / self.length))


class Exponential(AbstractKernel):
    """p exp(-d/length).

    >>> from hillock.connections import Exponential
    >>> Exponential(p=0.8, length=0.25)
    Exponential(p=0.8, length=0.25)
    """

    p: float = number("probability at distance 0", low=0.0, high=1.0)
    length: float = number("distance over which it falls to 1/e, in the unit of the positions", above=0.0)

    def __call__(self, distance: Distances) -> Distances:
        return self.p * np.exp(-distance / self.length)


class Disc(AbstractKernel):
    """p where d ≤ radius, else 0.

    >>> from hillock.connections import Disc
    >>> Disc(p=0.1, radius=0.5)
    Disc(p=0.1, radius=0.5)
    """

    p: float = number("probability inside the disc", low=0.0, high=1.0)
    radius: float = number("largest distance, in the unit of the positions", low=0.0)

    def __call__(self, distance: Distances) -> Distances:
        return np.where(distance <= self.radius, self.p, 0.0)
