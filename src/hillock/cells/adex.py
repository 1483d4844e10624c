"""The adaptive exponential integrate-and-fire cell."""

from typing import NamedTuple

import jax.numpy as jnp

from hillock._param import param, require_below
from hillock._types import Param, Scalar
from hillock.cells._base import AbstractCell


class AdExState(NamedTuple):
    """Membrane potential (mV) and adaptation current (nA)."""

    v: Scalar
    w: Scalar


class AdEx(AbstractCell):
    """Adaptive exponential integrate-and-fire cell.

    Flow::

        c_m dv/dt = -g_l (v - v_rest) + g_l delta_t exp((v - v_t)/delta_t) - w + i
        tau_w dw/dt = a (v - v_rest) - w

    Threshold: v > v_th, the peak of the spike. Reset: v ← v_reset, w ← w + b.

    When: two variables that give tonic, adapting, bursting, delayed and irregular firing, fitted to cortical cells.

    Limits: stiff near the upstroke, where the drift grows by e per delta_t; v_th is where a spike is cut, not where it starts (that is
    near v_t). The exponential is evaluated at no more than v_th, which changes nothing before the cut and keeps it finite.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.AdEx(), hk.stimuli.Constant(1.0), duration=100, dt=0.05)
    >>> bool((rec.isi()[1:] > rec.isi()[:-1]).all())  # the intervals grow: adaptation
    True

    Reference: Brette & Gerstner (2005), J. Neurophysiol. 94:3637, eqs. 2-3 and table 1, doi:10.1152/jn.00686.2005.
    """

    c_m: Param = param(0.281, "nF", "membrane capacitance", above=0.0)
    g_l: Param = param(0.03, "uS", "leak conductance", above=0.0)
    v_rest: Param = param(-70.6, "mV", "resting potential")
    v_t: Param = param(-50.4, "mV", "potential at which a spike takes off")
    delta_t: Param = param(2.0, "mV", "steepness of the upstroke", above=0.0)
    tau_w: Param = param(144.0, "ms", "time constant of adaptation", above=0.0)
    a: Param = param(0.004, "uS", "adaptation driven by the potential")
    b: Param = param(0.0805, "nA", "adaptation added by each spike")
    v_reset: Param = param(-70.6, "mV", "potential after a spike")
    v_th: Param = param(20.0, "mV", "peak at which the spike is cut")
    t_ref: Param = param(0.0, "ms", "refractory time", low=0.0, on_grid=True)

    def __check_init__(self):
        require_below(self, "v_reset", "v_th")
        require_below(self, "v_t", "v_th")

    def init(self) -> AdExState:
        return AdExState(v=self.v_rest, w=0.0)

    def drift(self, state: AdExState, i: Scalar) -> AdExState:
        upstroke = self.delta_t * jnp.exp((jnp.minimum(state.v, self.v_th) - self.v_t) / self.delta_t)
        leak = self.v_rest - state.v
        return AdExState(
            v=(self.g_l * (leak + upstroke) - state.w + i) / self.c_m,
            w=(-self.a * leak - state.w) / self.tau_w,
        )

    def excess(self, state: AdExState) -> Scalar:
        return state.v - self.v_th

    def reset(self, state: AdExState) -> AdExState:
        return AdExState(v=self.v_reset, w=state.w + self.b)
