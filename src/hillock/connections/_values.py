"""Weights and delays drawn from distributions."""

import math
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import equinox as eqx
import numpy as np
from jaxtyping import Float

from hillock._param import ParameterError, as_number

Sample = Float[np.ndarray, " synapses"]
_RAREST = 1e-3  # of the draws that must be inside the bounds: fewer would be drawn again for ever, and are a slip


class AbstractValue(eqx.Module):
    """A distribution of weights or delays: one independent draw per synapse.

    Its numbers have the unit of what they are used for, or are text with a unit such as "1.5 ms".
    """

    @abstractmethod
    def resolved(self, unit: str, where: str) -> "AbstractValue":
        """Return the same distribution with its numbers as floats in ``unit``.

        Raises:
            ParameterError: a number that is none, has another kind of unit or makes no distribution; ``where`` is what the message calls the use.

        """

    @property
    @abstractmethod
    def least(self) -> float:
        """What no draw of a resolved distribution is below."""

    @abstractmethod
    def sample(self, generator: np.random.Generator, n: int, dtype: type[np.floating]) -> Sample:
        """Return n draws of a resolved distribution, drawn as ``numpy.float32`` or ``numpy.float64``."""


class Normal(AbstractValue):
    """Normal values of a mean and a standard deviation, drawn again until they are from ``low`` to ``high``.

    The bounds thus cut the tails off and shift the mean of what is left; nothing heaps up at a bound.

    When: the weights of Potjans & Diesmann, whose sign must not change: Normal(mean, 0.1·mean, low=0).

    >>> from hillock.connections import Normal
    >>> Normal("1.5 ms", "0.75 ms", low="0.1 ms").resolved("ms", "delay")
    Normal(mean=1.5, sd=0.75, low=0.1, high=inf)

    Reference: clipping by redrawing is NEST's ``nest.math.redraw``.
    """

    mean: Any
    sd: Any
    low: Any = -math.inf
    high: Any = math.inf

    def resolved(self, unit: str, where: str) -> "Normal":
        plain = _plain(self, unit, where)
        _require(plain.sd >= 0.0, f"{where}: Normal.sd must be ≥ 0 {unit}, got {plain.sd:g} {unit}.")
        _require_likely(plain, unit, where, lambda bound: bound, plain.mean, plain.sd)
        return plain

    @property
    def least(self) -> float:
        return self.low if self.sd > 0.0 else self.mean

    def sample(self, generator: np.random.Generator, n: int, dtype: type[np.floating]) -> Sample:
        return _between(self.low, self.high, n, lambda size: _normal(generator, size, dtype, self.mean, self.sd))


class LogNormal(AbstractValue):
    """Values whose logarithm is normal, with the mean and the standard deviation of the values themselves, drawn again until they are in bounds.

    The logarithm has sigma² = ln(1 + (sd/mean)²) and mu = ln(mean) - sigma²/2.

    When: synaptic weights as measured, many weak and few strong ones.

    >>> from hillock.connections import LogNormal
    >>> LogNormal(0.5, "0.2 nA").resolved("nA", "weight")
    LogNormal(mean=0.5, sd=0.2, low=0.0, high=inf)

    Reference: Song et al. (2005), doi:10.1371/journal.pbio.0030068.
    """

    mean: Any
    sd: Any
    low: Any = 0.0
    high: Any = math.inf

    def resolved(self, unit: str, where: str) -> "LogNormal":
        plain = _plain(self, unit, where)
        _require(plain.mean > 0.0, f"{where}: LogNormal.mean must be > 0 {unit}, got {plain.mean:g} {unit}.")
        _require(plain.sd >= 0.0, f"{where}: LogNormal.sd must be ≥ 0 {unit}, got {plain.sd:g} {unit}.")
        mu, sigma = plain._logarithm()
        _require_likely(plain, unit, where, lambda bound: math.log(bound) if bound > 0.0 else -math.inf, mu, sigma)
        return plain

    @property
    def least(self) -> float:
        return max(self.low, 0.0)

    def sample(self, generator: np.random.Generator, n: int, dtype: type[np.floating]) -> Sample:
        mu, sigma = self._logarithm()
        return _between(self.low, self.high, n, lambda size: np.exp(_normal(generator, size, dtype, mu, sigma)))

    def _logarithm(self) -> tuple[float, float]:
        """Return mean and standard deviation of the logarithm."""
        variance = math.log1p((self.sd / self.mean) ** 2)
        return math.log(self.mean) - variance / 2, math.sqrt(variance)


class Uniform(AbstractValue):
    """Values anywhere from ``low`` to ``high``, none preferred.

    >>> from hillock.connections import Uniform
    >>> Uniform("0.5 ms", 2).resolved("ms", "delay")
    Uniform(low=0.5, high=2.0)
    """

    low: Any
    high: Any

    def resolved(self, unit: str, where: str) -> "Uniform":
        plain = _plain(self, unit, where)
        _require(plain.low <= plain.high, f"{where}: Uniform.low must be ≤ Uniform.high, got {plain.low:g} and {plain.high:g} {unit}.")
        return plain

    @property
    def least(self) -> float:
        return self.low

    def sample(self, generator: np.random.Generator, n: int, dtype: type[np.floating]) -> Sample:
        drawn = generator.random(n, dtype)
        drawn *= dtype(self.high - self.low)
        drawn += dtype(self.low)
        return np.minimum(drawn, dtype(self.high), out=drawn)  # where the sum was rounded up


def _plain(value: Any, unit: str, where: str) -> Any:
    """Return a distribution whose numbers are floats in one unit; only the bounds of a normal one may be infinite."""
    name, numbers = type(value).__name__, {}
    for field, given in vars(value).items():
        number = as_number(given, unit, f"{where}: {name}.{field}")
        if not isinstance(number, float):
            raise ParameterError(f"{where}: {name}.{field} must be one number, got {len(number)}.")
        open_ended = field in {"low", "high"} and not isinstance(value, Uniform)
        if math.isnan(number) or (math.isinf(number) and not open_ended):
            raise ParameterError(f"{where}: {name}.{field} must be a finite number, got {number:g} {unit}.")
        numbers[field] = number
    return type(value)(**numbers)


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise ParameterError(sentence)


def _require_likely(value: Any, unit: str, where: str, scale: Callable[[float], float], mean: float, sd: float) -> None:
    """Raise ParameterError if few draws of a normal number are between the bounds, which ``scale`` takes to where it is normal."""
    name = type(value).__name__
    sentence = f"{where}: {name}.low must be ≤ {name}.high, got {value.low:g} and {value.high:g} {unit}."
    _require(value.low <= value.high, sentence)
    low, high = scale(value.low), scale(value.high)
    if sd > 0.0:
        share = (math.erfc((low - mean) / sd / math.sqrt(2)) - math.erfc((high - mean) / sd / math.sqrt(2))) / 2
    else:
        share = float(low <= mean <= high)
    _require(
        share >= _RAREST,
        f"{where}: at least one in {1 / _RAREST:g} draws of {name}(mean={value.mean:g}, sd={value.sd:g}) must be from {value.low:g} "
        f"to {value.high:g} {unit}, got a share of {share:.1g}. Widen the bounds.",
    )


def _normal(generator: np.random.Generator, n: int, dtype: type[np.floating], mean: float, sd: float) -> Sample:
    drawn = generator.standard_normal(n, dtype)
    drawn *= dtype(sd)
    drawn += dtype(mean)
    return drawn


def _between(low: float, high: float, n: int, draw: Callable[[int], Sample]) -> Sample:
    """Draw n values; draw again those that are out of bounds, which are compared in the precision of the draws."""
    drawn = draw(n)
    bounds = np.asarray([low, high], drawn.dtype)
    wrong = np.flatnonzero((drawn < bounds[0]) | (drawn > bounds[1]))
    while wrong.size:
        drawn[wrong] = again = draw(wrong.size)
        wrong = wrong[(again < bounds[0]) | (again > bounds[1])]
    return drawn
