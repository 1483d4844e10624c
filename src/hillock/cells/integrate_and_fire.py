"""The perfect integrate-and-fire cell: a capacitor with a threshold."""

from hillock._param import param, require_below
from hillock._types import Param, Scalar
from hillock.cells._base import AbstractCell, Voltage


class IntegrateAndFire(AbstractCell):
    """Perfect (non-leaky) integrate-and-fire cell.

    Flow::

        c_m dv/dt = i

    Threshold: v > v_th. Reset: v ← v_reset.

    When: the simplest counter of charge; its rate is linear in the current, i / (c_m (v_th - v_reset)) for t_ref = 0. Where input is
    forgotten over time, see LIF.

    Limits: there is no resting potential and no rheobase: any lasting positive current makes it fire, any lasting negative one lowers v
    without end. The flow is linear, so it is exact at any dt; spikes still fall on the grid, up to one dt late.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.IntegrateAndFire(), hk.stimuli.Constant(0.31), duration=40, dt=0.1)
    >>> rec.spike_times  # every 0.2 nF · 15 mV / 0.31 nA = 9.68 ms, on the grid
    array([ 9.7, 19.4, 29.1, 38.8])

    Reference: Lapicque (1907), J. Physiol. Pathol. Gen. 9:620, translated by Brunel & van Rossum (2007), doi:10.1007/s00422-007-0189-6.
    """

    c_m: Param = param(0.2, "nF", "membrane capacitance", above=0.0)
    v_init: Param = param(-65.0, "mV", "potential at time 0")
    v_reset: Param = param(-65.0, "mV", "potential after a spike")
    v_th: Param = param(-50.0, "mV", "threshold")
    t_ref: Param = param(0.0, "ms", "refractory time", low=0.0, on_grid=True)

    def __check_init__(self):
        require_below(self, "v_reset", "v_th")

    def init(self) -> Voltage:
        return Voltage(v=self.v_init)

    def drift(self, state: Voltage, i: Scalar) -> Voltage:
        return Voltage(v=i / self.c_m)

    def excess(self, state: Voltage) -> Scalar:
        return state.v - self.v_th

    def reset(self, state: Voltage) -> Voltage:
        return Voltage(v=self.v_reset)
