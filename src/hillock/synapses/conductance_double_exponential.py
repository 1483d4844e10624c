"""The synaptic conductance with a rise and a decay of their own."""

from typing import Annotated, ClassVar, NamedTuple

from hillock._param import param
from hillock._types import Param, Scalar
from hillock.synapses._base import AbstractSynapse
from hillock.synapses._rise import jump_for_peak


class ConductanceDoubleExponentialState(NamedTuple):
    """Synaptic conductance (µS) and the conductance that it follows (µS)."""

    g: Annotated[Scalar, "uS"]
    g_rise: Annotated[Scalar, "uS"]


class ConductanceDoubleExponential(AbstractSynapse):
    """A conductance that is the difference of two exponentials, whose peak is the weight (µS).

    Flow::

        tau_decay dg/dt = g_rise - g
        tau_rise dg_rise/dt = -g_rise
        i = g (e_rev - v)

    Arrival: g_rise ← g_rise + n w, with n = (tau_rise/tau_decay)^(tau_decay/(tau_rise - tau_decay)), so that after one spike g(t) is
    proportional to exp(-t/tau_decay) - exp(-t/tau_rise) and peaks at w.

    When: AMPA, GABA-A and GABA-B receptors as they are measured, and what NEURON calls Exp2Syn. For NMDA receptors see NMDA.

    Limits: not linear, and no weights below 0, see ConductanceExponential. Equal time constants give ConductanceAlpha, and exchanging
    them changes nothing.

    >>> import hillock as hk
    >>> hk.synapses.ConductanceDoubleExponential(0.5, 5, e_rev="-0.08 V").e_rev
    -80.0

    Reference: Dayan & Abbott (2001), Theoretical Neuroscience, MIT Press, sect. 5.8.
    """

    weight_unit: ClassVar[str] = "uS"
    least_weight: ClassVar[float] = 0.0

    tau_rise: Param = param(0.5, "ms", "rise time constant", above=0.0)
    tau_decay: Param = param(5.0, "ms", "decay time constant", above=0.0)
    e_rev: Param = param(0.0, "mV", "reversal potential")

    def init(self) -> ConductanceDoubleExponentialState:
        return ConductanceDoubleExponentialState(0.0, 0.0)

    def drift(self, state: ConductanceDoubleExponentialState, v: Scalar) -> ConductanceDoubleExponentialState:
        return ConductanceDoubleExponentialState((state.g_rise - state.g) / self.tau_decay, -state.g_rise / self.tau_rise)

    def receive(self, state: ConductanceDoubleExponentialState, v: Scalar, w: Scalar) -> tuple[ConductanceDoubleExponentialState, Scalar]:
        return ConductanceDoubleExponentialState(state.g, state.g_rise + jump_for_peak(self.tau_rise, self.tau_decay) * w), v

    def current(self, state: ConductanceDoubleExponentialState, v: Scalar) -> Scalar:
        return state.g * (self.e_rev - v)
