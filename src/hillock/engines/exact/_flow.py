"""How the state of a cell flows until it crosses its threshold: what the two kinds of flow have in common.

The engine follows a neuron from event to event. Between two of them, or as far as its series are good, a *stretch* goes one way: the cell is
free or it rests. A flow answers one question about a stretch: where it ends, and whether the threshold was crossed before.
"""

from abc import abstractmethod
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from hillock._types import Scalar, State
from hillock.cells import AbstractCell
from hillock.dialects import DialectStep

MARGIN = 1e-9  # in units of the excess: what is nearer to the threshold than this has not come back from above it


class Stretch(NamedTuple):
    """What is asked: from ``x`` on for ``span`` ms under the current Σₖ inputₖ hᵏ, resting or free.

    ``above``: the state is above threshold and has to fall below before it can cross. ``watched``: crossings count.
    """

    x: Float[Array, " variables"]
    input: Float[Array, " terms"]
    span: Scalar
    resting: Bool[Array, ""]
    above: Bool[Array, ""]
    watched: Bool[Array, ""]


class Passage(NamedTuple):
    """What came of it.

    Attributes:
        x: the state after ``elapsed`` ms: at the crossing if there was one, else at the end.
        crossed: into the region above threshold, or out of it if the stretch began there.
        onset, slope: how fast the excess changes at the start and at the end, per ms.
        bend: its second derivative there, per ms².
        peak, peak_at: greatest excess inside the stretch if it turned there without a crossing, and when; else -inf.
        failed: the state ran away, so that the rest means nothing.

    """

    x: Float[Array, " variables"]
    elapsed: Scalar
    crossed: Bool[Array, ""]
    onset: Scalar
    slope: Scalar
    bend: Scalar
    peak: Scalar
    peak_at: Scalar
    failed: Bool[Array, ""]


class AbstractFlow(eqx.Module):
    """The flow of one neuron."""

    @abstractmethod
    def reach(self, resting: Bool[Array, ""]) -> Scalar:
        """Return the longest stretch (ms) that can be passed at once."""

    @abstractmethod
    def __call__(self, stretch: Stretch) -> Passage:
        """Pass a stretch."""


class Equations(NamedTuple):
    """What a cell says about itself, for a state given as one vector."""

    step: DialectStep
    example: State

    def pack(self, state: State) -> Float[Array, " variables"]:
        return jnp.stack([jnp.asarray(x, float) for x in jax.tree.leaves(state)])

    def unpack(self, x: Float[Array, " variables"]) -> State:
        return jax.tree.unflatten(jax.tree.structure(self.example), list(x))

    @property
    def cell(self) -> AbstractCell:
        return self.step.cell

    def rates(self, x: Float[Array, " variables"], i: Scalar, resting: Any) -> Float[Array, " variables"]:
        """Return the time derivative under the input ``i``; ``resting`` is True, False or traced."""
        rule = self.step.dialect.refractoriness
        free = self.pack(self.cell.drift(self.unpack(x), i))
        if resting is False:
            return free
        rest = self.pack(self.cell.drift(self.unpack(x), rule.input(i, jnp.ones((), bool))))
        if rule.clamps():
            rest = rest.at[list(self.example._fields).index("v")].set(0.0)
        return rest if resting is True else jnp.where(resting, rest, free)

    def excess(self, x: Float[Array, " variables"]) -> Scalar:
        return self.cell.excess(self.unpack(x))

    def reset(self, x: Float[Array, " variables"]) -> Float[Array, " variables"]:
        return self.pack(self.step.dialect.reset(self.cell, self.unpack(x)))
