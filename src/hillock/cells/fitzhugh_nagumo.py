"""The FitzHugh-Nagumo cell."""

from typing import NamedTuple

from hillock._param import param
from hillock._types import Param, Scalar
from hillock.cells._base import AbstractCell


class FitzHughNagumoState(NamedTuple):
    """Fast, voltage-like variable (1) and slow recovery variable (1)."""

    v: Scalar
    w: Scalar


class FitzHughNagumo(AbstractCell):
    """FitzHugh-Nagumo cell: the phase plane of an excitable membrane with a cubic.

    Flow::

        tau_m dv/dt = v - v³/3 - w + r_m i
        tau_w dw/dt = v + a - b w

    Threshold: an upward crossing of v_th is a spike, an event that a plateau above v_th does not repeat. Reset: none, the flow itself brings
    v back.

    When: to see excitability, refractoriness, block by depolarisation and the onset of oscillation in a plane of two variables.

    Limits: both variables are plain numbers, of order 1; time is made ms by tau_m and current is scaled by r_m. It oscillates only between
    two currents (0.33 and 1.42 with the defaults) and spikes are graded: there is no sharp threshold. v_init and w_init are the state of rest
    for the default a and b; with others the run begins with a transient.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.FitzHughNagumo(), hk.stimuli.Constant([0.1, 0.5, 1.6]), duration=200, dt=0.1)
    >>> rec.counts()  # at rest, oscillating, blocked after one spike
    array([0, 5, 1])

    Reference: FitzHugh (1961), Biophys. J. 1:445, eqs. 1-2, doi:10.1016/S0006-3495(61)86902-6: v, w and i here are -x, y and -z there, and
    tau_w/tau_m is c², 9 there and 1/0.08 in later use.
    """

    tau_m: Param = param(1.0, "ms", "time constant of v", above=0.0)
    tau_w: Param = param(12.5, "ms", "time constant of recovery", above=0.0)
    a: Param = param(0.7, "1", "offset of recovery")
    b: Param = param(0.8, "1", "slope of recovery", low=0.0)
    r_m: Param = param(1.0, "1/nA", "v per current", above=0.0)
    v_th: Param = param(1.0, "1", "value whose upward crossing is a spike")
    v_init: Param = param(-1.1994080352440, "1", "v at time 0")
    w_init: Param = param(-0.6242600440550, "1", "w at time 0")
    t_ref: Param = param(0.0, "ms", "refractory time", low=0.0, on_grid=True)

    def init(self) -> FitzHughNagumoState:
        return FitzHughNagumoState(v=self.v_init, w=self.w_init)

    def drift(self, state: FitzHughNagumoState, i: Scalar) -> FitzHughNagumoState:
        return FitzHughNagumoState(
            v=(state.v - state.v**3 / 3.0 - state.w + self.r_m * i) / self.tau_m,
            w=(state.v + self.a - self.b * state.w) / self.tau_w,
        )

    def excess(self, state: FitzHughNagumoState) -> Scalar:
        return state.v - self.v_th

    def reset(self, state: FitzHughNagumoState) -> FitzHughNagumoState:
        return state
