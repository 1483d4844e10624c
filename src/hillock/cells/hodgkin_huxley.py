"""The Hodgkin-Huxley cell: the squid giant axon as one compartment."""

from typing import NamedTuple

import jax.numpy as jnp

from hillock._arithmetic import exprel
from hillock._param import param, require_below
from hillock._types import Millivolts, Param, Scalar
from hillock.cells._base import AbstractCell


class HodgkinHuxleyState(NamedTuple):
    """Membrane potential (mV) and the open fractions of the sodium activation, sodium inactivation and potassium gates (1)."""

    v: Millivolts
    m: Scalar
    h: Scalar
    n: Scalar


class HodgkinHuxley(AbstractCell):
    """Hodgkin-Huxley cell, in the modern sign convention with rest at -65 mV.

    Flow::

        c_m dv/dt = g_na m³ h (v_na - v) + g_k n⁴ (v_k - v) + g_l (v_l - v) + i
        dx/dt = alpha_x(v) (1 - x) - beta_x(v) x   for x = m, h, n
        alpha_m = (v + 40)/10 / (1 - exp(-(v + 40)/10))          beta_m = 4 exp(-(v + 65)/18)
        alpha_h = 0.07 exp(-(v + 65)/20)                         beta_h = 1 / (1 + exp(-(v + 35)/10))
        alpha_n = 0.1 · (v + 55)/10 / (1 - exp(-(v + 55)/10))    beta_n = 0.125 exp(-(v + 65)/80)

    Threshold: an upward crossing of v_th is a spike, an event that a plateau above v_th does not repeat. Reset: none, the flow itself brings
    v back.

    When: spike shape, refractoriness and accommodation should follow from conductances. Where only spike times matter, AdEx costs a tenth.

    Limits: stiff; use dt ≤ 0.05 ms, or ExponentialEuler. Rates are those of 6.3 °C. The published values are per area; the defaults are
    those of 10⁻³ cm² of membrane, so that 1 nF, 1 µS and 1 nA stand for 1 µF/cm², 1 mS/cm² and 1 µA/cm². A run begins at v_rest with
    every gate at its steady state. The singularities of alpha_m and alpha_n, at -40 and -55 mV, are removed.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.HodgkinHuxley(), hk.stimuli.Constant([6.0, 7.0]), duration=100, dt=0.05)
    >>> rec.counts()  # repetitive firing begins between 6.2 and 6.3 nA
    array([2, 6])

    Reference: Hodgkin & Huxley (1952), J. Physiol. 117:500, eqs. 26 and 7, 12-13, 15-16, 20-21, 23-24 with v = -65 mV - V, table 3,
    doi:10.1113/jphysiol.1952.sp004764.
    """

    c_m: Param = param(1.0, "nF", "membrane capacitance", above=0.0)
    g_na: Param = param(120.0, "uS", "largest sodium conductance", low=0.0)
    g_k: Param = param(36.0, "uS", "largest potassium conductance", low=0.0)
    g_l: Param = param(0.3, "uS", "leak conductance", low=0.0)
    v_na: Param = param(50.0, "mV", "reversal potential of sodium")
    v_k: Param = param(-77.0, "mV", "reversal potential of potassium")
    v_l: Param = param(-54.387, "mV", "reversal potential of the leak")
    v_rest: Param = param(-65.0, "mV", "resting potential, where a run begins")
    v_th: Param = param(0.0, "mV", "potential whose upward crossing is a spike")
    t_ref: Param = param(0.0, "ms", "refractory time", low=0.0, on_grid=True)

    def __check_init__(self):
        require_below(self, "v_rest", "v_th")

    def init(self) -> HodgkinHuxleyState:
        gates = [alpha / (alpha + beta) for alpha, beta in _rates(self.v_rest)]
        return HodgkinHuxleyState(self.v_rest, *gates)

    def drift(self, state: HodgkinHuxleyState, i: Scalar) -> HodgkinHuxleyState:
        v, m, h, n = state
        sodium = self.g_na * m**3 * h * (self.v_na - v)
        potassium = self.g_k * n**4 * (self.v_k - v)
        leak = self.g_l * (self.v_l - v)
        gates = [alpha * (1.0 - x) - beta * x for x, (alpha, beta) in zip((m, h, n), _rates(v), strict=True)]
        return HodgkinHuxleyState((sodium + potassium + leak + i) / self.c_m, *gates)

    def excess(self, state: HodgkinHuxleyState) -> Scalar:
        return state.v - self.v_th

    def reset(self, state: HodgkinHuxleyState) -> HodgkinHuxleyState:
        return state


def _rates(v: Scalar) -> tuple[tuple[Scalar, Scalar], ...]:
    """Return (alpha, beta) of the gates m, h and n, per ms."""
    below_rest = -65.0 - v
    return (
        (_ramp((-40.0 - v) / 10.0), 4.0 * jnp.exp(below_rest / 18.0)),
        (0.07 * jnp.exp(below_rest / 20.0), 1.0 / (1.0 + jnp.exp((-35.0 - v) / 10.0))),
        (0.1 * _ramp((-55.0 - v) / 10.0), 0.125 * jnp.exp(below_rest / 80.0)),
    )


def _ramp(x: Scalar) -> Scalar:
    """Return x / (exp(x) - 1), whose singularity at 0 is removed."""
    return 1.0 / exprel(x)
