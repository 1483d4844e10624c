"""NEST's leaky integrate-and-fire neuron with conductances, integrated with adaptive substeps."""
# ruff: noqa: N801, N815

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Int

from hillock._param import param, require_below
from hillock._types import Flag, Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractReceivingStep, silenced
from hillock.dialects._dialect import Dialect
from hillock.dialects.nest._dialect import CeilSteps, dialect
from hillock.dialects.nest._rkf45 import Values, substep
from hillock.dialects.nest._rules import CONDUCTANCES, count_down, in_pa
from hillock.surrogates import AbstractSurrogate


class CondState(NamedTuple):
    """Membrane potential (mV), synaptic conductances (nS), size of the next substep (ms), and the steps of refractoriness left."""

    v: Scalar
    g_ex: Scalar
    g_in: Scalar
    h: Scalar
    r: Int[Array, ""]


class _Constants(NamedTuple):
    """The step (ms) and the steps of refractoriness."""

    dt: Scalar
    hold: Int[Array, ""]


class iaf_cond_exp(AbstractReceivingStep):
    """NEST's ``iaf_cond_exp``, to rounding.

    Flow::

        C_m dV/dt = -g_L (V - E_L) - g_ex (V - E_ex) - g_in (V - E_in) + I + I_e
        dg_x/dt = -g_x/tau_syn_x,  x = ex, in

    Rule::

        flow by Runge–Kutta–Fehlberg 4(5), each substep with errors below 0.001 (mV, nS), the currents those at V ≤ V_th; V held if refractory
        g_ex = g_ex + w_ex,  g_in = g_in - w_in
        spike if V ≥ V_th:  V = V_reset, refractory for t_ref, rounded to 0.001 ms, then up to whole steps

    w_x is the sum of the weights (nS) that arrive at port ``"ex"`` or ``"in"``: inhibitory weights are negative, as in a NEST script, and
    increase g_in.

    When: to repeat a NEST script exactly.

    Limits: the size of the substeps is chosen while running, so a run can not be differentiated in reverse.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.nest.iaf_cond_exp(I_e=400), hk.stimuli.Constant(0), duration=40, dt=0.1).spike_times
    array([14.8, 23.5, 32.2])

    Reference: Meffin, Burkitt & Grayden (2004), J. Comput. Neurosci. 16:159, eq. 1, doi:10.1023/B:JCNS.0000014108.03012.81.
    """

    dialect: ClassVar[Dialect] = dialect

    C_m: Param = param(250.0, "pF", "membrane capacitance", above=0.0)
    g_L: Param = param(16.6667, "nS", "leak conductance", low=0.0)
    E_L: Param = param(-70.0, "mV", "resting potential")
    V_m: Param = param(-70.0, "mV", "potential at the start")
    V_th: Param = param(-55.0, "mV", "threshold")
    V_reset: Param = param(-60.0, "mV", "potential after a spike")
    t_ref: Param = param(2.0, "ms", "refractory time", low=0.0)
    I_e: Param = param(0.0, "pA", "constant current")
    E_ex: Param = param(0.0, "mV", "reversal potential of excitatory synapses")
    E_in: Param = param(-85.0, "mV", "reversal potential of inhibitory synapses")
    tau_syn_ex: Param = param(0.2, "ms", "time constant of excitatory synapses", above=0.0)
    tau_syn_in: Param = param(2.0, "ms", "time constant of inhibitory synapses", above=0.0)

    def __check_init__(self):
        require_below(self, "V_reset", "V_th")

    def ports(self) -> Mapping[str, str]:
        return CONDUCTANCES

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "g_ex": "nS", "g_in": "nS", "threshold": "mV"}

    def init(self) -> CondState:
        return CondState(v=self.V_m, g_ex=0.0, g_in=0.0, h=jnp.inf, r=jnp.zeros((), jnp.int32))  # the first substep is as long as the step

    def prepare(self, dt: Scalar) -> _Constants:
        return _Constants(dt, CeilSteps()(self.t_ref, dt))

    def __call__(
        self, prepared: _Constants, state: CondState, i: Scalar, surrogate: AbstractSurrogate, arrivals: tuple[Scalar, ...] = ()
    ) -> tuple[CondState, Spike, Recordable]:
        current, resting = in_pa(i), state.r > 0
        excited, inhibited = arrivals or (jnp.zeros_like(state.v), jnp.zeros_like(state.v))

        def move(so_far: tuple) -> tuple:
            t, h, *y = so_far
            tried = substep(lambda y: self._rates(y, resting, current), tuple(y), t, h, prepared.dt, jnp.full_like(y[0], 1e-3), relative=False)
            return tried.t, tried.h, *tried.y

        start = (jnp.zeros_like(state.v), state.h, state.v, state.g_ex, state.g_in)
        _, h, v, g_ex, g_in = lax.while_loop(lambda so_far: so_far[0] < prepared.dt, move, start)
        spike = silenced(surrogate(v - self.V_th, at_least=True), resting)
        v = jnp.where(resting | (spike > 0), self.V_reset, v)
        new = CondState(v, g_ex + excited, g_in - inhibited, h, count_down(prepared.hold, state.r, spike))
        return new, spike, {"v": new.v, "g_ex": new.g_ex, "g_in": new.g_in, "threshold": self.V_th}

    def _rates(self, y: Values, resting: Flag, current: Scalar) -> Values:
        v, g_ex, g_in = jnp.minimum(y[0], self.V_th), y[1], y[2]
        rise = (-self.g_L * (v - self.E_L) + current + self.I_e - g_ex * (v - self.E_ex) - g_in * (v - self.E_in)) / self.C_m
        return jnp.where(resting, 0.0, rise), -g_ex / self.tau_syn_ex, -g_in / self.tau_syn_in
