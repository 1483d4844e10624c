"""The synaptic current that decays exponentially."""

from typing import ClassVar, NamedTuple

from hillock._param import param
from hillock._types import Nanoamperes, Param, Scalar
from hillock.synapses._base import AbstractSynapse


class ExponentialState(NamedTuple):
    """Synaptic current (nA)."""

    i: Nanoamperes


class Exponential(AbstractSynapse):
    """A current that jumps by the weight (nA) and decays.

    Flow::

        tau_syn di/dt = -i

    Arrival: i ← i + w.

    When: the standard synapse of networks of integrate-and-fire cells. With a linear cell the whole neuron is linear, and exact at any dt.

    Limits: no rise time, see Alpha and DoubleExponential; no reversal potential, see ConductanceExponential.

    >>> import hillock as hk
    >>> hk.synapses.Exponential("5 ms").tau_syn
    5.0

    Reference: Brette et al. (2007), J. Comput. Neurosci. 23:349, appendix B, benchmark 2, doi:10.1007/s10827-007-0038-6.
    """

    weight_unit: ClassVar[str] = "nA"

    tau_syn: Param = param(5.0, "ms", "decay time of the current", above=0.0)

    def init(self) -> ExponentialState:
        return ExponentialState(0.0)

    def drift(self, state: ExponentialState, v: Scalar) -> ExponentialState:
        return ExponentialState(-state.i / self.tau_syn)

    def receive(self, state: ExponentialState, v: Scalar, w: Scalar) -> tuple[ExponentialState, Scalar]:
        return ExponentialState(state.i + w), v

    def current(self, state: ExponentialState, v: Scalar) -> Scalar:
        return state.i
