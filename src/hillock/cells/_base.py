"""What a cell is: the parameters of one neuron and four functions of its state.

A cell says what is true at any instant (how the state drifts, where the threshold is, what a spike changes). In which order a
step does these things, and what happens during refractoriness, is the dialect's. No cell ever sees a batch axis, dt or a clock.
"""

from abc import abstractmethod
from typing import Annotated, NamedTuple, get_args, get_origin, get_type_hints

import equinox as eqx
from jaxtyping import Array, Float

from hillock._param import Parametrized
from hillock._types import Millivolts, Param, Scalar, State


class Voltage(NamedTuple):
    """State of a cell whose only variable is its membrane potential (mV)."""

    v: Millivolts


class AbstractCell(Parametrized):
    """One neuron as differential equations, threshold and reset.

    Declare parameters with ``param``; a field ``t_ref`` (ms) is required. The state is a NamedTuple of scalars with a field ``v``.
    """

    t_ref: eqx.AbstractVar[Param]

    @abstractmethod
    def init(self) -> State:
        """Return the state at time 0."""

    @abstractmethod
    def drift(self, state: State, i: Scalar) -> State:
        """Return the time derivative of the state, per ms, under the input current ``i`` (nA)."""

    @abstractmethod
    def excess(self, state: State) -> Scalar:
        """Return how far the state is above threshold; a spike is where this becomes positive."""

    @abstractmethod
    def reset(self, state: State) -> State:
        """Return the state after a spike."""


class AbstractCoupled(eqx.Module):
    """Something whose neurons tell each other, at the end of a step, which of them fired."""

    @abstractmethod
    def exchange(self, state: State, spikes: Float[Array, " neurons"]) -> State:
        """Return the states of a whole population (arrays of neurons) after they saw each other's spikes (0.0 or 1.0)."""


def state_units(state: State) -> dict[str, str]:
    """Return the unit of each variable of a state, as its class declares them: ``v: Millivolts``, or any ``Annotated[Scalar, unit]``."""
    hints = get_type_hints(type(state), include_extras=True)
    return {name: get_args(hints[name])[1] if get_origin(hints.get(name)) is Annotated else "1" for name in state._fields}
