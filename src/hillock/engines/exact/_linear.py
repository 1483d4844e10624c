"""The flow of a linear cell: power series, which for a linear flow are the closed form to the last bit.

With x' = A x + b i(t) + c the coefficients follow from one another, (k + 1) xₖ₊₁ = A xₖ + b iₖ, plus c at k = 0. A stretch is so short that ρ(|A|) h ≤ ½;
what follows the seventeenth term is then less than 2⁻¹⁷/17! of the state.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float

from hillock._types import Scalar
from hillock.engines.exact._crossing import TERMS, derivative, first_positive, value
from hillock.engines.exact._flow import MARGIN, AbstractFlow, Equations, Passage, Stretch

_DOUBLINGS = 6  # |A|^64: its norm is ρ(|A|)^64 to within a factor whose 64th root is near 1


class System(NamedTuple):
    """x' = matrix x + gain i + constant."""

    matrix: Float[Array, "variables variables"]
    gain: Float[Array, " variables"]
    constant: Float[Array, " variables"]
    reach: Scalar


class LinearFlow(AbstractFlow):
    """The flow of a cell whose drift and whose distance to threshold are linear."""

    free: System
    rest: System | None
    normal: Float[Array, " variables"]
    level: Scalar

    def reach(self, resting: Bool[Array, ""]) -> Scalar:
        return self.free.reach if self.rest is None else jnp.where(resting, self.rest.reach, self.free.reach)

    def __call__(self, stretch: Stretch) -> Passage:
        system = self.free if self.rest is None else jax.tree.map(lambda rest, free: jnp.where(stretch.resting, rest, free), self.rest, self.free)
        path = _series(system, stretch)
        excess = (path @ self.normal).at[0].add(self.level)
        crossing = first_positive(jnp.where(stretch.above, (-excess).at[0].add(-MARGIN), excess), stretch.watched)
        slope = derivative(excess)
        turns = stretch.watched & ~stretch.above & ~crossing.found & (slope[0] > 0)
        length = jnp.where(stretch.span > 0, stretch.span, 1.0)
        peak = first_positive(lax.stop_gradient(-slope), turns)
        return Passage(
            x=value(path, crossing.r),
            elapsed=crossing.r * stretch.span,
            crossed=crossing.found,
            onset=slope[0] / length,
            slope=value(slope, crossing.r) / length,
            bend=value(derivative(slope), crossing.r) / length**2,
            peak=jnp.where(peak.found, value(excess, peak.r), -jnp.inf),
            peak_at=peak.r * stretch.span,
            failed=jnp.zeros((), bool),
        )


def linear_flow(equations: Equations, rests: bool) -> LinearFlow:
    """Return the flow of a cell that is known to be linear."""
    zero = jnp.zeros(len(jax.tree.leaves(equations.example)))
    normal = jax.jacfwd(equations.excess)(zero)
    return LinearFlow(_system(equations, False), _system(equations, True) if rests else None, normal, equations.excess(zero))


def _system(equations: Equations, resting: bool) -> System:
    zero = jnp.zeros(len(jax.tree.leaves(equations.example)))
    matrix, gain = jax.jacfwd(lambda x, i: equations.rates(x, i, resting), argnums=(0, 1))(zero, jnp.zeros(()))
    return System(matrix, gain, equations.rates(zero, jnp.zeros(()), resting), 0.5 / _radius(lax.stop_gradient(matrix)))


def _radius(matrix: Float[Array, "variables variables"]) -> Scalar:
    """Return the spectral radius of |A| (1/ms), or slightly more, by squaring (Gelfand's formula)."""
    power, logarithm = jnp.abs(matrix), jnp.zeros(())
    for _ in range(_DOUBLINGS):
        norm = jnp.maximum(jnp.max(jnp.sum(power, axis=1)), 1e-300)
        power, logarithm = (power / norm) @ (power / norm), 2 * (logarithm + jnp.log(norm))
    last = jnp.maximum(jnp.max(jnp.sum(power, axis=1)), 1e-300)
    return jnp.maximum(jnp.exp((logarithm + jnp.log(last)) / 2**_DOUBLINGS), 1e-12)


def _series(system: System, stretch: Stretch) -> Float[Array, "terms variables"]:
    """Return the coefficients of the state over a stretch, whose length counts as 1."""
    h, coefficients, power = stretch.span, [stretch.x], 1.0
    for k in range(TERMS - 1):
        rate = jnp.sum(system.matrix * coefficients[k][None, :], axis=1) + system.gain * (stretch.input[k] * power)
        coefficients.append(h * (rate + system.constant if k == 0 else rate) / (k + 1))
        power = power * h
    return jnp.stack(coefficients)
