"""Brian2's idiom for a leaky integrate-and-fire neuron."""

from typing import ClassVar

import equinox as eqx

from hillock import cells
from hillock._param import param, require_below
from hillock._types import Param
from hillock.dialects._dialect import Dialect
from hillock.dialects.brian2._dialect import dialect
from hillock.dialects.brian2._neuron_group import METHODS, AbstractNeuronGroup, check_options


class LIF(AbstractNeuronGroup):
    """A ``NeuronGroup`` of leaky integrate-and-fire neurons, with an optional adaptive threshold.

    Flow::

        dv/dt = (v_rest - v + R*I(t)) / tau : volt (unless refractory)
        dth/dt = (v_th - th) / tau_t : volt

    Rule::

        threshold = "v > v_th" or "v >= v_th", where v_th stands for th if d_th > 0
        reset = "v = v_reset" or "v -= v_th", and th += d_th

    With ``clamped=False`` the words "(unless refractory)" are left out: v integrates on and only spikes are blocked. th is recorded under
    the name ``threshold``.

    When: to repeat a Brian2 script exactly. ``hillock.cells.LIF`` with ``dialect="brian2"`` is the same with the default options.

    Limits: "v -= v_th" is taken at its word, as Brian2 takes it: a negative v_th raises v.

    >>> import hillock as hk
    >>> neuron = hk.dialects.brian2.LIF(v_rest=0, v_reset=0, v_th=1, tau=20, refractory="5 ms")
    >>> hk.simulate(neuron, hk.stimuli.Constant(1.5), duration=100, dt=1).spike_steps
    array([21, 47, 73, 99])

    Reference: Stimberg, Brette & Goodman (2019), eLife 8:e47314, doi:10.7554/eLife.47314.
    """

    dialect: ClassVar[Dialect] = dialect

    tau: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    v_rest: Param = param(-70.0, "mV", "resting potential")
    v_th: Param = param(-50.0, "mV", "threshold, before any spike")
    v_reset: Param = param(-65.0, "mV", "potential after a spike")
    R: Param = param(1.0, "MΩ", "membrane resistance", above=0.0)
    refractory: Param = param(0.0, "ms", "refractory time, from the start of the spike's step", low=0.0)
    tau_t: Param = param(100.0, "ms", "decay time of the threshold's adaptation", above=0.0)
    d_th: Param = param(0.0, "mV", "rise of the threshold with each spike", low=0.0)
    dv0: Param = param(0.0, "mV", "potential at the start, above v_rest")
    method: str = eqx.field(default="exact", static=True)
    threshold: str = eqx.field(default="v > v_th", static=True)
    reset: str = eqx.field(default="v = v_reset", static=True)
    clamped: bool = eqx.field(default=True, static=True)

    def __check_init__(self):
        require_below(self, "v_reset", "v_th")
        check_options(self, tuple(METHODS))

    def cell(self) -> cells.LIF:
        return cells.LIF(
            tau_m=self.tau,
            r_m=self.R,
            v_rest=self.v_rest,
            v_reset=self.v_reset,
            v_th=self.v_th,
            t_ref=self.refractory,
            tau_theta=self.tau_t,
            theta_plus=self.d_th,
        )
