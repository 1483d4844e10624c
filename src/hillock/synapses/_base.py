"""What a synapse is: variables of the postsynaptic neuron, what an arriving spike changes, and the current that follows.

All synapses of one kind on one neuron share their variables, since what they do adds up. Like a cell, a synapse says what is true at any
instant and is written for one neuron; who is connected to whom, with what weight and delay, is the network's.
"""

import math
from abc import abstractmethod
from typing import ClassVar

from hillock._param import Parametrized
from hillock._types import Scalar, State


class AbstractSynapse(Parametrized):
    """What spikes do to one neuron.

    The state is a NamedTuple of scalars, empty for a synapse without memory. ``weight_unit`` is the unit of the weight of a connection,
    ``least_weight`` what it must not be below: 0 for conductances, since no membrane has less.
    """

    weight_unit: ClassVar[str]
    least_weight: ClassVar[float] = -math.inf

    @abstractmethod
    def init(self) -> State:
        """Return the state at time 0."""

    @abstractmethod
    def drift(self, state: State, v: Scalar) -> State:
        """Return the time derivative of the state, per ms; ``v`` is the membrane potential (mV)."""

    @abstractmethod
    def receive(self, state: State, v: Scalar, w: Scalar) -> tuple[State, Scalar]:
        """Return state and potential (mV) after the arrival of spikes whose weights add up to ``w``."""

    @abstractmethod
    def current(self, state: State, v: Scalar) -> Scalar:
        """Return the current that flows into the cell (nA)."""
