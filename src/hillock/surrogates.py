"""What stands for the derivative of a spike, which is 0 almost everywhere and infinite at threshold.

A surrogate is called with the distance above threshold, in units the threshold test uses (mV for most cells), and answers
whether the neuron fires. The answer is always the true step function; only its derivative differs. The reset is not
differentiated: gradients flow through voltages and spikes, not through the decision to reset.
"""

from abc import abstractmethod
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from hillock._types import Scalar, Spike


class AbstractSurrogate(eqx.Module):
    """A threshold test with a chosen derivative."""

    @abstractmethod
    def __call__(self, excess: Scalar, at_least: bool) -> Spike:
        """Return 1.0 if ``excess`` > 0 (or ≥ 0 if ``at_least``), else 0.0."""


class Hard(AbstractSurrogate):
    """The step function itself: its derivative is 0 everywhere."""

    def __call__(self, excess: Scalar, at_least: bool) -> Spike:
        x = jnp.asarray(excess)
        return _above(x, at_least).astype(x.dtype)


class FastSigmoid(AbstractSurrogate):
    """Derivative ``1 / (1 + slope·|x|)²`` (Zenke & Ganguli 2018, doi:10.1162/neco_a_01086, section 3.3.2)."""

    slope: float = 10.0

    def __check_init__(self):
        _require_positive(self, "slope")

    def __call__(self, excess: Scalar, at_least: bool) -> Spike:
        return _step(excess, at_least, lambda x: 1.0 / (1.0 + self.slope * jnp.abs(x)) ** 2)


class ArcTan(AbstractSurrogate):
    """Derivative ``(alpha/2) / (1 + (π·alpha·x/2)²)``, whose area is 1 (Fang et al. 2021, doi:10.1109/ICCV48922.2021.00266, alpha = 2)."""

    alpha: float = 2.0

    def __check_init__(self):
        _require_positive(self, "alpha")

    def __call__(self, excess: Scalar, at_least: bool) -> Spike:
        return _step(excess, at_least, lambda x: (self.alpha / 2.0) / (1.0 + (jnp.pi * self.alpha * x / 2.0) ** 2))


class Triangle(AbstractSurrogate):
    """Derivative ``max(0, 1 - |x|/width) / width``, whose area is 1 (Esser et al. 2016, doi:10.1073/pnas.1604850113)."""

    width: float = 1.0

    def __check_init__(self):
        _require_positive(self, "width")

    def __call__(self, excess: Scalar, at_least: bool) -> Spike:
        return _step(excess, at_least, lambda x: jnp.maximum(0.0, 1.0 - jnp.abs(x) / self.width) / self.width)


def _require_positive(surrogate: AbstractSurrogate, name: str) -> None:
    value = getattr(surrogate, name)
    if not value > 0:
        raise ValueError(f"{type(surrogate).__name__}.{name} must be > 0, got {value:g}.")


def _above(x: Float[Array, "..."], at_least: bool) -> Array:
    return x >= 0.0 if at_least else x > 0.0


def _step(excess: Scalar, at_least: bool, derivative: Callable[[Array], Array]) -> Spike:
    """Return 0.0 or 1.0 with the derivative given by a function of the excess."""

    @jax.custom_jvp
    def fire(x: Float[Array, ""]) -> Float[Array, ""]:
        return _above(x, at_least).astype(x.dtype)

    @fire.defjvp
    def _(primals: tuple, tangents: tuple) -> tuple:
        (x,), (dx,) = primals, tangents
        return fire(x), derivative(x) * dx

    return fire(jnp.asarray(excess))
