"""The leaky integrate-and-fire cell, with an optional adaptive threshold."""

from typing import NamedTuple

from hillock._param import param, require_below
from hillock._types import Millivolts, Param, Scalar
from hillock.cells._base import AbstractCell


class LIFState(NamedTuple):
    """Membrane potential (mV) and adaptive part of the threshold (mV)."""

    v: Millivolts
    theta: Millivolts


class LIF(AbstractCell):
    """Leaky integrate-and-fire cell with an adaptive threshold.

    Flow::

        tau_m dv/dt = v_rest - v + r_m (i + i_e)
        tau_theta dtheta/dt = -theta

    Threshold: v > v_th + theta. Reset: v ← v_reset, theta ← theta + theta_plus.

    When: the standard cell for analysis and large networks. Where the shape of the upstroke or a firing pattern matters, see
    ExponentialIF, AdEx and Izhikevich.

    Limits: the flow is linear, so it is exact at any dt; spikes still fall on the grid, up to one dt late. No spike shape. With
    theta_plus = 0, the default, the threshold is constant.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=50, dt=0.1)
    >>> rec.spike_times
    array([13.9, 29.8, 45.7])

    Reference: Gerstner, Kistler, Naud & Paninski (2014), Neuronal Dynamics, eqs. 1.5-1.7, doi:10.1017/CBO9781107447615.
    """

    tau_m: Param = param(20.0, "ms", "membrane time constant", above=0.0)
    r_m: Param = param(100.0, "MΩ", "membrane resistance", above=0.0)
    v_rest: Param = param(-65.0, "mV", "resting potential")
    v_reset: Param = param(-65.0, "mV", "potential after a spike")
    v_th: Param = param(-50.0, "mV", "threshold before any spike")
    t_ref: Param = param(2.0, "ms", "refractory time", low=0.0, on_grid=True)
    tau_theta: Param = param(100.0, "ms", "decay time of the threshold's adaptation", above=0.0)
    theta_plus: Param = param(0.0, "mV", "rise of the threshold with each spike", low=0.0)
    i_e: Param = param(0.0, "nA", "constant current besides the stimulus")

    def __check_init__(self):
        require_below(self, "v_reset", "v_th")

    def init(self) -> LIFState:
        return LIFState(v=self.v_rest, theta=0.0)

    def drift(self, state: LIFState, i: Scalar) -> LIFState:
        return LIFState(
            v=(self.v_rest - state.v + self.r_m * (i + self.i_e)) / self.tau_m,
            theta=-state.theta / self.tau_theta,
        )

    def excess(self, state: LIFState) -> Scalar:
        return state.v - (self.v_th + state.theta)

    def reset(self, state: LIFState) -> LIFState:
        return LIFState(v=self.v_reset, theta=state.theta + self.theta_plus)
