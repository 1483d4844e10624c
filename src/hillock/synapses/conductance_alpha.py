"""The synaptic conductance that rises and falls with one time constant."""

import math
from typing import Annotated, ClassVar, NamedTuple

from hillock._param import param
from hillock._types import Param, Scalar
from hillock.synapses._base import AbstractSynapse


class ConductanceAlphaState(NamedTuple):
    """Synaptic conductance (µS) and the conductance that it follows (µS)."""

    g: Annotated[Scalar, "uS"]
    g_rise: Annotated[Scalar, "uS"]


class ConductanceAlpha(AbstractSynapse):
    """A conductance that follows an alpha function, whose peak is the weight (µS), one tau_syn after the spike.

    Flow::

        tau_syn dg/dt = g_rise - g
        tau_syn dg_rise/dt = -g_rise
        i = g (e_rev - v)

    Arrival: g_rise ← g_rise + e w, so that after one spike g(t) = w t/tau_syn exp(1 - t/tau_syn).

    When: a conductance with a rise, described by one time constant. NEST's neurons named cond_alpha have this synapse.

    Limits: rise and decay are tied, see ConductanceDoubleExponential; not linear, and no weights below 0, see ConductanceExponential.

    >>> import hillock as hk
    >>> hk.synapses.ConductanceAlpha("2 ms", e_rev="-80 mV")
    ConductanceAlpha(tau_syn=2.0, e_rev=-80.0)

    Reference: Dayan & Abbott (2001), Theoretical Neuroscience, MIT Press, sect. 5.8.
    """

    weight_unit: ClassVar[str] = "uS"
    least_weight: ClassVar[float] = 0.0

    tau_syn: Param = param(2.0, "ms", "time from a spike to the peak of its conductance", above=0.0)
    e_rev: Param = param(0.0, "mV", "reversal potential")

    def init(self) -> ConductanceAlphaState:
        return ConductanceAlphaState(0.0, 0.0)

    def drift(self, state: ConductanceAlphaState, v: Scalar) -> ConductanceAlphaState:
        return ConductanceAlphaState((state.g_rise - state.g) / self.tau_syn, -state.g_rise / self.tau_syn)

    def receive(self, state: ConductanceAlphaState, v: Scalar, w: Scalar) -> tuple[ConductanceAlphaState, Scalar]:
        return ConductanceAlphaState(state.g, state.g_rise + math.e * w), v

    def current(self, state: ConductanceAlphaState, v: Scalar) -> Scalar:
        return state.g * (self.e_rev - v)
