"""The drift of a cell on a grid, as a step: what the phase plane and the time constant on the page are made of.

A page can run steps and nothing else, so the grid is walked by one, a point each: the state is the number of the point.
"""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Int

from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike, State, Tree
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep, Dialect
from hillock.surrogates import AbstractSurrogate


class SlopeState(NamedTuple):
    """The number of the next point."""

    k: Int[Array, ""] | int


class Slope(AbstractStep):
    """Drift and excess of a cell at ``columns`` potentials and, row by row, at values of one more variable."""

    dialect: ClassVar[Dialect] = Dialect("slope", "no neuron: a walk over a grid")

    cell: AbstractCell
    other: str = eqx.field(static=True)
    columns: int = eqx.field(static=True)
    v_first: Param = param(0.0, "mV", "first potential")
    v_apart: Param = param(1.0, "mV", "from one potential to the next")
    y_first: Param = param(0.0, "1", "first value of the other variable")
    y_apart: Param = param(1.0, "1", "from one value to the next")

    def recordable(self) -> Mapping[str, str]:
        names = ("dv", "dy", "excess") if self.other else ("dv", "excess")
        return dict.fromkeys(names, "1")

    def init(self) -> SlopeState:
        return SlopeState(jnp.zeros((), jnp.int32))

    def prepare(self, dt: Scalar) -> Tree:
        return ()

    def __call__(self, prepared: Tree, state: State, i: Scalar, surrogate: AbstractSurrogate) -> tuple[State, Spike, Recordable]:
        number = jnp.result_type(i)
        row = lax.div(state.k, jnp.full_like(state.k, self.columns))
        column = state.k - row * self.columns
        here = self.cell.init()
        here = here._replace(v=self.v_first + column.astype(number) * self.v_apart)
        if self.other:
            here = here._replace(**{self.other: self.y_first + row.astype(number) * self.y_apart})
        drift = self.cell.drift(here, i)
        shown = {"dv": drift.v, "excess": self.cell.excess(here)}
        if self.other:
            shown["dy"] = getattr(drift, self.other)
        return SlopeState(state.k + 1), jnp.zeros((), number), shown
