"""The synaptic conductance that decays exponentially."""

from typing import Annotated, ClassVar, NamedTuple

from hillock._param import param
from hillock._types import Param, Scalar
from hillock.synapses._base import AbstractSynapse


class ConductanceExponentialState(NamedTuple):
    """Synaptic conductance (µS)."""

    g: Annotated[Scalar, "uS"]


class ConductanceExponential(AbstractSynapse):
    """A conductance that jumps by the weight (µS) and decays.

    Flow::

        tau_syn dg/dt = -g
        i = g (e_rev - v)

    Arrival: g ← g + w.

    When: synapses that move the potential towards where their current turns round, and so saturate and shunt: fast excitation with e_rev
    near 0 mV, inhibition with e_rev at or below rest.

    Limits: the neuron is no longer linear, so its flow has the order of an integrator. A weight below 0 is a conductance that no membrane
    has: inhibition comes from e_rev. No rise time, see ConductanceAlpha and ConductanceDoubleExponential.

    >>> import hillock as hk
    >>> hk.synapses.ConductanceExponential(10, e_rev=-80).weight_unit
    'uS'

    Reference: Brette et al. (2007), J. Comput. Neurosci. 23:349, appendix B, benchmark 1, doi:10.1007/s10827-007-0038-6.
    """

    weight_unit: ClassVar[str] = "uS"
    least_weight: ClassVar[float] = 0.0

    tau_syn: Param = param(5.0, "ms", "decay time of the conductance", above=0.0)
    e_rev: Param = param(0.0, "mV", "reversal potential")

    def init(self) -> ConductanceExponentialState:
        return ConductanceExponentialState(0.0)

    def drift(self, state: ConductanceExponentialState, v: Scalar) -> ConductanceExponentialState:
        return ConductanceExponentialState(-state.g / self.tau_syn)

    def receive(self, state: ConductanceExponentialState, v: Scalar, w: Scalar) -> tuple[ConductanceExponentialState, Scalar]:
        return ConductanceExponentialState(state.g + w), v

    def current(self, state: ConductanceExponentialState, v: Scalar) -> Scalar:
        return state.g * (self.e_rev - v)
