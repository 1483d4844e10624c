"""Brian2's idiom for an adaptive exponential neuron."""

from typing import ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp

from hillock._param import param, require_below
from hillock._types import Millivolts, Param, Scalar
from hillock.cells import AbstractCell
from hillock.dialects._dialect import Dialect
from hillock.dialects.brian2._dialect import dialect
from hillock.dialects.brian2._neuron_group import AbstractNeuronGroup, check_options


class AdExState(NamedTuple):
    """Membrane potential and adaptation (mV)."""

    v: Millivolts
    w: Millivolts


class AdEx(AbstractNeuronGroup):
    """A ``NeuronGroup`` of adaptive exponential neurons, their adaptation written as a voltage.

    Flow::

        dv/dt = (v_rest - v + Delta*exp((v - v_T)/Delta) + R*I(t) - w) / tau : volt (unless refractory)
        dw/dt = (a*(v - v_rest) - w) / tau_w : volt

    Rule::

        threshold = "v > v_th" or "v >= v_th"
        reset = "v = v_reset" or "v -= v_th", and w += b

    When: to repeat a Brian2 script exactly. ``hillock.cells.AdEx`` has the published form, with adaptation as a current.

    Limits: unlike in ``hillock.cells.AdEx``, nothing bounds the exponential: a method of several stages may look far above v_th in the step
    of a spike, and w keeps the trace of it.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.brian2.AdEx(), hk.stimuli.Constant(30), duration=100, dt=0.1).spike_steps
    array([151, 281, 463, 743])

    Reference: Brette & Gerstner (2005), J. Neurophysiol. 94:3637, eqs. 2-3, doi:10.1152/jn.00686.2005.
    """

    dialect: ClassVar[Dialect] = dialect

    tau: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    v_rest: Param = param(-70.0, "mV", "resting potential")
    v_th: Param = param(-30.0, "mV", "potential at which the spike is cut")
    v_reset: Param = param(-58.0, "mV", "potential after a spike")
    R: Param = param(1.0, "MΩ", "membrane resistance", above=0.0)
    Delta: Param = param(2.0, "mV", "steepness of the upstroke", above=0.0)
    v_T: Param = param(-50.0, "mV", "potential at which a spike takes off")  # noqa: N815
    a: Param = param(0.3, "1", "adaptation driven by the potential")
    b: Param = param(3.0, "mV", "adaptation added by each spike")
    tau_w: Param = param(120.0, "ms", "time constant of adaptation", above=0.0)
    refractory: Param = param(0.0, "ms", "refractory time, from the start of the spike's step", low=0.0)
    dv0: Param = param(0.0, "mV", "potential at the start, above v_rest")
    w0: Param = param(0.0, "mV", "adaptation at the start")
    method: str = eqx.field(default="euler", static=True)
    threshold: str = eqx.field(default="v > v_th", static=True)
    reset: str = eqx.field(default="v = v_reset", static=True)
    clamped: bool = eqx.field(default=True, static=True)

    def __check_init__(self):
        require_below(self, "v_reset", "v_th")
        check_options(self, ("euler", "rk2", "rk4"))

    def cell(self) -> AbstractCell:
        return _AdExEquations(group=self, t_ref=self.refractory)


class _AdExEquations(AbstractCell):
    """The equations of ``AdEx``."""

    group: AdEx
    t_ref: Param

    def init(self) -> AdExState:
        return AdExState(v=self.group.v_rest, w=self.group.w0)

    def drift(self, state: AdExState, i: Scalar) -> AdExState:
        p, v, w = self.group, state.v, state.w
        return AdExState(
            v=(p.v_rest - v + p.Delta * jnp.exp((v - p.v_T) / p.Delta) + p.R * i - w) / p.tau,
            w=(p.a * (v - p.v_rest) - w) / p.tau_w,
        )

    def excess(self, state: AdExState) -> Scalar:
        return state.v - self.group.v_th

    def reset(self, state: AdExState) -> AdExState:
        return AdExState(v=self.group.v_reset, w=state.w + self.group.b)
