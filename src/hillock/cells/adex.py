"""The adaptive exponential integrate-and-fire cell."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import jax.numpy as jnp

from hillock._param import param, require_below
from hillock._types import Millivolts, Nanoamperes, Param, Scalar
from hillock.cells._base import AbstractCell


class AdExState(NamedTuple):
    """Membrane potential (mV) and adaptation current (nA)."""

    v: Millivolts
    w: Nanoamperes


_COMMON = MappingProxyType({"v_t": -50.0, "delta_t": 2.0})  # of all presets


class AdEx(AbstractCell):
    """Adaptive exponential integrate-and-fire cell.

    Flow::

        c_m dv/dt = -g_l (v - v_rest) + g_l delta_t exp((v - v_t)/delta_t) - w + i
        tau_w dw/dt = a (v - v_rest) - w

    Threshold: v > v_th, the peak of the spike. Reset: v ← v_reset, w ← w + b.

    When: two variables that give tonic, adapting, bursting, delayed and irregular firing, fitted to cortical cells. The presets are the
    firing patterns of Naud et al., for steps of 0.5 nA (tonic, adapting), 0.4 (initial_burst), 0.21 (bursting), 0.3 (delayed_accelerating),
    0.11 (delayed_bursting), 0.18 (transient) and 0.16 nA (irregular).

    Limits: stiff near the upstroke, where the drift grows by e per delta_t; v_th is where a spike is cut, not where it starts (that is
    near v_t). The drift is evaluated at no more than v_th, which changes nothing before the cut and keeps it finite.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.AdEx(), hk.stimuli.Constant(1.0), duration=200, dt=0.1)
    >>> rec.isi()  # the intervals grow: adaptation
    array([13.7, 15.9, 18.7, 22. , 25.6, 29.1, 32. ])

    Reference: Brette & Gerstner (2005), J. Neurophysiol. 94:3637, eqs. 2-3 and table 1, doi:10.1152/jn.00686.2005; presets: Naud, Marcille,
    Clopath & Gerstner (2008), Biol. Cybern. 99:335, table 1 with the corrections that give its figures, doi:10.1007/s00422-008-0264-7.
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

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
        {
            "tonic": _COMMON | {"c_m": 0.2, "g_l": 0.01, "v_rest": -70.0, "a": 0.002, "tau_w": 30.0, "b": 0.0, "v_reset": -58.0},
            "adapting": _COMMON | {"c_m": 0.2, "g_l": 0.012, "v_rest": -70.0, "a": 0.002, "tau_w": 300.0, "b": 0.06, "v_reset": -58.0},
            "initial_burst": _COMMON | {"c_m": 0.13, "g_l": 0.018, "v_rest": -58.0, "a": 0.004, "tau_w": 150.0, "b": 0.12, "v_reset": -50.0},
            "bursting": _COMMON | {"c_m": 0.2, "g_l": 0.01, "v_rest": -58.0, "a": 0.002, "tau_w": 120.0, "b": 0.1, "v_reset": -46.0},
            "delayed_accelerating": _COMMON | {"c_m": 0.2, "g_l": 0.012, "v_rest": -70.0, "a": -0.01, "tau_w": 300.0, "b": 0.0, "v_reset": -58.0},
            "delayed_bursting": _COMMON | {"c_m": 0.1, "g_l": 0.01, "v_rest": -65.0, "a": -0.01, "tau_w": 90.0, "b": 0.03, "v_reset": -47.0},
            "transient": _COMMON | {"c_m": 0.1, "g_l": 0.01, "v_rest": -65.0, "a": 0.01, "tau_w": 90.0, "b": 0.1, "v_reset": -47.0},
            "irregular": _COMMON | {"c_m": 0.1, "g_l": 0.012, "v_rest": -60.0, "a": -0.011, "tau_w": 130.0, "b": 0.03, "v_reset": -48.0},
        }
    )

    def __check_init__(self):
        require_below(self, "v_reset", "v_th")
        require_below(self, "v_t", "v_th")

    def init(self) -> AdExState:
        return AdExState(v=self.v_rest, w=0.0)

    def drift(self, state: AdExState, i: Scalar) -> AdExState:
        v = jnp.minimum(state.v, self.v_th)
        upstroke = self.delta_t * jnp.exp((v - self.v_t) / self.delta_t)
        leak = self.v_rest - v
        return AdExState(
            v=(self.g_l * (leak + upstroke) - state.w + i) / self.c_m,
            w=(-self.a * leak - state.w) / self.tau_w,
        )

    def excess(self, state: AdExState) -> Scalar:
        return state.v - self.v_th

    def reset(self, state: AdExState) -> AdExState:
        return AdExState(v=self.v_reset, w=state.w + self.b)
