"""The quadratic integrate-and-fire cell."""

import jax.numpy as jnp

from hillock._param import param, require_below
from hillock._types import Param, Scalar
from hillock.cells._base import AbstractCell, Voltage


class QuadraticIF(AbstractCell):
    """Quadratic integrate-and-fire cell.

    Flow::

        tau_m dv/dt = a0 (v - v_rest) (v - v_c) + r_m i

    Threshold: v > v_th, where the spike is cut. Reset: v ← v_reset.

    When: the canonical form of every neuron that begins to fire at arbitrarily low rate (type I, saddle-node), and the one whose
    populations reduce to closed equations. Its rheobase is a0 (v_c - v_rest)² / (4 r_m).

    Limits: v_rest is stable and v_c unstable without input only if v_rest < v_c. v_th is where a spike is cut, not where it starts: from
    there to infinity takes at most tau_m / (a0 (v_th - v_c)), 3 ms with the defaults. The drift is evaluated at no more than v_th, which
    changes nothing before the cut and keeps it finite.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.QuadraticIF(), hk.stimuli.Constant([0.19, 0.25]), duration=100, dt=0.1)
    >>> rec.counts()  # the rheobase is 0.197 nA
    array([0, 1])

    Reference: Latham, Richmond, Nelson & Nirenberg (2000), J. Neurophysiol. 83:808, doi:10.1152/jn.2000.83.2.808; Gerstner, Kistler, Naud &
    Paninski (2014), Neuronal Dynamics, eq. 5.16, doi:10.1017/CBO9781107447615.
    """

    tau_m: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    r_m: Param = param(20.0, "MΩ", "potential per current", above=0.0)
    a0: Param = param(0.07, "1/mV", "curvature", above=0.0)
    v_rest: Param = param(-65.0, "mV", "resting potential")
    v_c: Param = param(-50.0, "mV", "critical potential, above which a spike takes off without input")
    v_reset: Param = param(-65.0, "mV", "potential after a spike")
    v_th: Param = param(0.0, "mV", "potential at which the spike is cut")
    t_ref: Param = param(0.0, "ms", "refractory time", low=0.0, on_grid=True)

    def __check_init__(self):
        require_below(self, "v_rest", "v_c")
        require_below(self, "v_c", "v_th")
        require_below(self, "v_reset", "v_th")

    def init(self) -> Voltage:
        return Voltage(v=self.v_rest)

    def drift(self, state: Voltage, i: Scalar) -> Voltage:
        v = jnp.minimum(state.v, self.v_th)
        return Voltage(v=(self.a0 * (v - self.v_rest) * (v - self.v_c) + self.r_m * i) / self.tau_m)

    def excess(self, state: Voltage) -> Scalar:
        return state.v - self.v_th

    def reset(self, state: Voltage) -> Voltage:
        return Voltage(v=self.v_reset)
