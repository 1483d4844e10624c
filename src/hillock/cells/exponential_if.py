"""The exponential integrate-and-fire cell."""

import jax.numpy as jnp

from hillock._param import param, require_below
from hillock._types import Param, Scalar
from hillock.cells._base import AbstractCell, Voltage


class ExponentialIF(AbstractCell):
    """Exponential integrate-and-fire cell.

    Flow::

        tau_m dv/dt = v_rest - v + delta_t exp((v - v_t)/delta_t) + r_m i

    Threshold: v > v_th, where the spike is cut. Reset: v ← v_reset.

    When: the upstroke of a spike matters, for instance how a neuron follows fast input: the exponential is what the activation of sodium
    channels looks like near threshold. Its rheobase is (v_t - v_rest - delta_t) / r_m. With adaptation, see AdEx.

    Limits: v_t is where a spike takes off under slow input, v_th where it is cut; from v_th to infinity takes about
    tau_m exp(-(v_th - v_t)/delta_t), 2 µs with the defaults. Stiff near the cut. The drift is evaluated at no more than v_th, which
    changes nothing before the cut and keeps it finite. As delta_t goes to 0 it becomes the LIF with threshold v_t.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.ExponentialIF(), hk.stimuli.Constant([0.015, 0.03]), duration=200, dt=0.1)
    >>> rec.counts()  # the rheobase is 0.0162 nA
    array([0, 3])

    Reference: Fourcaud-Trocmé, Hansel, van Vreeswijk & Brunel (2003), J. Neurosci. 23:11628,
    doi:10.1523/JNEUROSCI.23-37-11628.2003.
    """

    tau_m: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    r_m: Param = param(100.0, "MΩ", "membrane resistance", above=0.0)
    v_rest: Param = param(-65.0, "mV", "resting potential, without the exponential")
    v_t: Param = param(-59.9, "mV", "potential at which a spike takes off")
    delta_t: Param = param(3.48, "mV", "steepness of the upstroke", above=0.0)
    v_reset: Param = param(-68.0, "mV", "potential after a spike")
    v_th: Param = param(-30.0, "mV", "potential at which the spike is cut")
    t_ref: Param = param(1.7, "ms", "refractory time", low=0.0, on_grid=True)

    def __check_init__(self):
        require_below(self, "v_reset", "v_th")
        require_below(self, "v_t", "v_th")

    def init(self) -> Voltage:
        return Voltage(v=self.v_rest)

    def drift(self, state: Voltage, i: Scalar) -> Voltage:
        v = jnp.minimum(state.v, self.v_th)
        upstroke = self.delta_t * jnp.exp((v - self.v_t) / self.delta_t)
        return Voltage(v=(self.v_rest - v + upstroke + self.r_m * i) / self.tau_m)

    def excess(self, state: Voltage) -> Scalar:
        return state.v - self.v_th

    def reset(self, state: Voltage) -> Voltage:
        return Voltage(v=self.v_reset)
