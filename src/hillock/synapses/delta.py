"""The synapse without duration."""

from typing import ClassVar, NamedTuple

from hillock._types import Scalar
from hillock.synapses._base import AbstractSynapse


class DeltaState(NamedTuple):
    """Nothing is remembered."""


class Delta(AbstractSynapse):
    """A spike makes the membrane potential jump by the weight (mV).

    Arrival: v ← v + w.

    When: theory and large networks, where the shape of a postsynaptic potential does not matter.

    Limits: a jump is lost on a neuron that is refractory (in the dialect of another simulator as that simulator has it).

    >>> import hillock as hk
    >>> hk.synapses.Delta().weight_unit
    'mV'

    Reference: Brunel (2000), J. Comput. Neurosci. 8:183, eq. 2, doi:10.1023/A:1008925309027.
    """

    weight_unit: ClassVar[str] = "mV"

    def init(self) -> DeltaState:
        return DeltaState()

    def drift(self, state: DeltaState, v: Scalar) -> DeltaState:
        return DeltaState()

    def receive(self, state: DeltaState, v: Scalar, w: Scalar) -> tuple[DeltaState, Scalar]:
        return state, v + w

    def current(self, state: DeltaState, v: Scalar) -> Scalar:
        return 0.0
