"""Stimuli in continuous time: what goes on inside a step, as a power series.

Grid engines give each step the value at its start. To an engine that knows no grid, a current that really changes within a step is
``AbstractSmooth``; every other one is what it looks like: a value per step, drawn or listed. Sums and multiples are both at once,
so a stimulus is first asked for what it holds during a step (``hold``), then for its series anywhere in it (``series``).
"""

from abc import abstractmethod

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from hillock._types import Flag, Scalar, State, Tree
from hillock.stimuli._base import AbstractStimulus, Moment, Scaled, Sum


class AbstractSmooth(eqx.Module):
    """A stimulus that changes within a step."""

    @abstractmethod
    def series(self, at: Moment, s: Scalar, terms: int) -> Float[Array, " terms"]:
        """Return c with i(t + s + h) = Σₖ cₖ hᵏ as long as t + s + h is inside the step that begins at t (nA/msᵏ)."""

    @abstractmethod
    def reach(self, at: Moment, s: Scalar) -> Scalar:
        """Return how long (ms) sixteen terms of that series are good to rounding, as long as the step lasts: > 0, may be infinite."""


class AbstractImpulsive(eqx.Module):
    """A stimulus of charges that arrive at once, at any time."""

    @abstractmethod
    def strike(self, at: Moment, s: Scalar, after: Flag) -> tuple[Scalar, Scalar]:
        """Return when in the step the next charge arrives, and how large it is (pC): at ``s`` or later, or only later if ``after``; never is infinity."""


def hold(stimulus: AbstractStimulus, memory: State, at: Moment) -> tuple[State, Tree]:
    """Return the next memory of a stimulus, and what it holds during the step: one value for each part that does not change in it."""
    match stimulus:
        case Sum(terms=terms):
            pairs = [hold(term, own, at.child(k)) for k, (term, own) in enumerate(zip(terms, memory, strict=True))]
            return tuple(own for own, _ in pairs), tuple(held for _, held in pairs)
        case Scaled(stimulus=inner):
            return hold(inner, memory, at)
        case AbstractSmooth() | AbstractImpulsive():
            return memory, ()
        case _:
            memory, value = stimulus.sample(memory, at)
            return memory, jnp.asarray(value, jnp.result_type(at.dt))


def series(stimulus: AbstractStimulus, held: Tree, at: Moment, s: Scalar, terms: int) -> Float[Array, " terms"]:
    """Return the power series of a stimulus at the time ``s`` (ms) after the start of the step, see ``AbstractSmooth.series``."""
    match stimulus:
        case Sum(terms=parts):
            return sum((series(part, own, at.child(k), s, terms) for k, (part, own) in enumerate(zip(parts, held, strict=True))), jnp.zeros(terms))
        case Scaled(stimulus=inner, factor=factor):
            return factor * series(inner, held, at, s, terms)
        case AbstractSmooth():
            return stimulus.series(at, s, terms)
        case AbstractImpulsive():
            return jnp.zeros(terms)
        case _:
            return jnp.zeros(terms, held.dtype).at[0].set(held)


def reach(stimulus: AbstractStimulus, at: Moment, s: Scalar) -> Scalar:
    """Return how long the series of a stimulus is good to rounding (ms), see ``AbstractSmooth.reach``."""
    match stimulus:
        case Sum(terms=parts):
            return jnp.min(jnp.stack([jnp.asarray(reach(part, at, s), float) for part in parts]))
        case Scaled(stimulus=inner):
            return reach(inner, at, s)
        case AbstractSmooth():
            return stimulus.reach(at, s)
        case _:
            return jnp.inf


def strike(stimulus: AbstractStimulus, at: Moment, s: Scalar, after: Flag) -> tuple[Scalar, Scalar]:
    """Return when the next charge arrives, and how large it is, see ``AbstractImpulsive.strike``."""
    match stimulus:
        case Sum(terms=parts):
            pairs = [strike(part, at.child(k), s, after) for k, part in enumerate(parts)]
            when = jnp.min(jnp.stack([jnp.asarray(each, float) for each, _ in pairs]))
            return when, sum((jnp.where(each == when, charge, 0.0) for each, charge in pairs), jnp.zeros(()))
        case Scaled(stimulus=inner, factor=factor):
            when, charge = strike(inner, at, s, after)
            return when, factor * charge
        case AbstractImpulsive():
            return stimulus.strike(at, s, after)
        case _:
            return jnp.inf, 0.0


def sine_series(phase: Float[Array, " terms"]) -> Float[Array, " terms"]:
    """Return the series of sin(φ) from that of φ (radians), by (sin φ)' = φ' cos φ and (cos φ)' = -φ' sin φ, term by term."""
    terms = phase.shape[0]
    rates = [j * phase[j] for j in range(1, terms)]
    sines: list[Scalar] = [jnp.sin(phase[0])]
    cosines: list[Scalar] = [jnp.cos(phase[0])]
    for k in range(1, terms):
        pairs = list(zip(rates[:k], reversed(sines), reversed(cosines), strict=True))
        sines.append(sum(rate * cosine for rate, _, cosine in pairs) / k)
        cosines.append(-sum(rate * sine for rate, sine, _ in pairs) / k)
    return jnp.stack(sines)


def reach_of(speed: Scalar) -> Scalar:
    """Return how long the series of a sine of so many radians per ms is good to rounding: its seventeenth term is below 2⁻¹⁷/17!."""
    return 0.5 / jnp.maximum(speed, 1e-300)


def padded(values: list[Scalar], terms: int) -> Float[Array, " terms"]:
    """Return a series whose other terms are 0."""
    given = jnp.stack([jnp.asarray(value, float) for value in values])
    return jnp.concatenate([given, jnp.zeros(terms - len(values), given.dtype)])
