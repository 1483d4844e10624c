"""The resonate-and-fire cell."""

from typing import NamedTuple

from hillock._param import param, require_below
from hillock._types import Param, Scalar
from hillock.cells._base import AbstractCell


class ResonateAndFireState(NamedTuple):
    """Voltage-like variable (1) and current-like variable (1)."""

    v: Scalar
    w: Scalar


class ResonateAndFire(AbstractCell):
    """Resonate-and-fire cell: a damped oscillator with a threshold.

    Flow::

        dw/dt = b w - omega v + i
        dv/dt = omega w + b v

    Threshold: an upward crossing of v_th. Reset: v ← v_reset, w ← w_reset. In one complex variable z = w + i·v: dz/dt = (b + i·omega) z + i(t).

    When: neurons near an Andronov-Hopf bifurcation, which prefer inputs at their own frequency: they fire at doublets one period apart,
    ignore stronger ones half a period apart, and fire on release from inhibition.

    Limits: both variables are plain numbers; a stimulus of 1 nA moves w by 1 per ms. The published reset, v_reset = v_th = 1 and
    w_reset = 0, leaves v at threshold, from where it sinks; a spike is a crossing, so it is not repeated. The flow is linear, so it is exact at
    any dt; spikes still fall on the grid, up to one dt late.

    >>> import hillock as hk
    >>> release = hk.stimuli.Step(-0.6, stop=100)
    >>> hk.simulate(hk.cells.ResonateAndFire(), release, duration=150, dt=0.1).spike_times  # fires after the inhibition, not during it
    array([110.3])

    Reference: Izhikevich (2001), Neural Netw. 14:883, doi:10.1016/S0893-6080(01)00078-8.
    """

    b: Param = param(-0.05, "1/ms", "attraction to rest", high=0.0)
    omega: Param = param(0.25, "1/ms", "angular frequency; the period is 2π/omega", above=0.0)
    v_th: Param = param(1.0, "1", "threshold")
    v_reset: Param = param(1.0, "1", "v after a spike, at most v_th")
    w_reset: Param = param(0.0, "1", "w after a spike")
    t_ref: Param = param(0.0, "ms", "refractory time", low=0.0, on_grid=True)

    def __check_init__(self):
        require_below(self, "v_reset", "v_th", or_equal=True)

    def init(self) -> ResonateAndFireState:
        return ResonateAndFireState(v=0.0, w=0.0)

    def drift(self, state: ResonateAndFireState, i: Scalar) -> ResonateAndFireState:
        return ResonateAndFireState(
            v=self.omega * state.w + self.b * state.v,
            w=self.b * state.w - self.omega * state.v + i,
        )

    def excess(self, state: ResonateAndFireState) -> Scalar:
        return state.v - self.v_th

    def reset(self, state: ResonateAndFireState) -> ResonateAndFireState:
        return ResonateAndFireState(v=self.v_reset, w=self.w_reset)
