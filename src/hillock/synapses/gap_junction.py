"""The electrical synapse."""

from typing import ClassVar, NamedTuple

from hillock._types import Scalar
from hillock.synapses._base import AbstractSynapse


class GapJunctionState(NamedTuple):
    """Nothing is remembered."""


class GapJunction(AbstractSynapse):
    """A junction between two membranes, whose weight is its conductance (µS) and through which current flows whatever the neurons do.

    Flow, for a junction of conductance g between neurons a and b::

        i_b = g (v_a - v_b)
        i_a = g (v_b - v_a)

    Arrival: nothing; no spike is needed, and a projection with gap junctions has no delay.

    Each connection that a rule makes is one junction, and its current flows both ways. A pair that is listed twice, as every pair of neurons
    of one population is by AllToAll or a symmetric matrix, has two junctions side by side, whose conductances add up.

    When: networks of inhibitory interneurons and the inferior olive; synchrony without spikes.

    Limits: in a step, the current is that of the potentials at the end of the step before, so that the error of coupled neurons is of order dt, and
    dt must be less than the time in which a neuron follows its neighbours (c/Σg; longer steps are refused). Both ends must be cells of ``hillock.cells``. What a neuron
    feels of a neighbour's spike is the potential of the model, which has no spike's shape where the cell is reset. Every junction costs time in
    every step, about as much as a spike that arrives, each way; and a network with gap junctions waits for its threads in every step.

    >>> import hillock as hk
    >>> hk.synapses.GapJunction().weight_unit
    'uS'

    Reference: Lewis & Rinzel (2003), J. Comput. Neurosci. 14:283, eq. 3, doi:10.1023/A:1023265027714.
    """

    weight_unit: ClassVar[str] = "uS"
    least_weight: ClassVar[float] = 0.0

    def init(self) -> GapJunctionState:
        return GapJunctionState()

    def drift(self, state: GapJunctionState, v: Scalar) -> GapJunctionState:
        return GapJunctionState()

    def receive(self, state: GapJunctionState, v: Scalar, w: Scalar) -> tuple[GapJunctionState, Scalar]:
        return state, v

    def current(self, state: GapJunctionState, v: Scalar) -> Scalar:
        return 0.0
