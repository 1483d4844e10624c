"""What short-term plasticity is: variables of the presynaptic neuron that change when it fires, and what each of its spikes is worth.

It depends on nothing but when the source fires, so all connections of a projection that come from one neuron share its variables, and a
rule is looked at when a spike is fired and at no other time.
"""

from abc import abstractmethod

from hillock._param import Parametrized
from hillock._types import Scalar, State


class AbstractShortTerm(Parametrized):
    """What the spikes of one neuron are worth.

    The state is a NamedTuple of scalars. Parameters hold one value, or one per source.
    """

    @abstractmethod
    def init(self) -> State:
        """Return the state before the first spike: at rest, so that it is the same however long one waits."""

    @abstractmethod
    def release(self, state: State, interval: Scalar) -> tuple[State, Scalar]:
        """Return the state after a spike and the number by which its weight is multiplied, ``interval`` ms after the spike before."""
