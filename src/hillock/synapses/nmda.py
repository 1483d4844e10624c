"""The synaptic conductance that magnesium blocks at rest."""

from typing import Annotated, ClassVar, NamedTuple

import jax.numpy as jnp

from hillock._param import param
from hillock._types import Param, Scalar
from hillock.synapses._base import AbstractSynapse
from hillock.synapses._rise import jump_for_peak


class NMDAState(NamedTuple):
    """Synaptic conductance without magnesium (µS) and the conductance that it follows (µS)."""

    g: Annotated[Scalar, "uS"]
    g_rise: Annotated[Scalar, "uS"]


class NMDA(AbstractSynapse):
    """NMDA receptors: a slow conductance, whose peak without magnesium is the weight (µS), blocked unless the cell is depolarised.

    Flow::

        tau_decay dg/dt = g_rise - g
        tau_rise dg_rise/dt = -g_rise
        i = g (e_rev - v)/(1 + mg/3.57 exp(-0.062 v))

    Arrival: g_rise ← g_rise + n w, as in ConductanceDoubleExponential.

    When: slow recurrent excitation, as in working memory, and synapses that notice whether their target is active.

    Limits: the block follows the potential at once. Spikes add up without saturation, while receptors that are bound cannot bind
    again. Not linear, and no weights below 0, see ConductanceExponential. Half is blocked at ln(mg/3.57)/0.062, -20.5 mV for 1 mM.

    >>> import hillock as hk
    >>> hk.synapses.NMDA(mg=1.2).tau_decay
    100.0

    Reference: Jahr & Stevens (1990), J. Neurosci. 10:3178, doi:10.1523/JNEUROSCI.10-09-03178.1990.
    """

    weight_unit: ClassVar[str] = "uS"
    least_weight: ClassVar[float] = 0.0

    tau_rise: Param = param(2.0, "ms", "rise time constant", above=0.0)
    tau_decay: Param = param(100.0, "ms", "decay time constant", above=0.0)
    e_rev: Param = param(0.0, "mV", "reversal potential")
    mg: Param = param(1.0, "1", "magnesium outside the cell in mM", low=0.0)

    def init(self) -> NMDAState:
        return NMDAState(0.0, 0.0)

    def drift(self, state: NMDAState, v: Scalar) -> NMDAState:
        return NMDAState((state.g_rise - state.g) / self.tau_decay, -state.g_rise / self.tau_rise)

    def receive(self, state: NMDAState, v: Scalar, w: Scalar) -> tuple[NMDAState, Scalar]:
        return NMDAState(state.g, state.g_rise + jump_for_peak(self.tau_rise, self.tau_decay) * w), v

    def current(self, state: NMDAState, v: Scalar) -> Scalar:
        return state.g * (self.e_rev - v) / (1.0 + self.mg / 3.57 * jnp.exp(-0.062 * v))
