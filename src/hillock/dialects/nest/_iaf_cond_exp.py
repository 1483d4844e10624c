"""NEST's leaky integrate-and-fire neuron with conductances, integrated with adaptive substeps."""
# ruff: noqa: N801, N815

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Int

from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep, Dialect, silenced
from hillock.dialects.nest._dialect import CeilSteps, dialect
from hillock.dialects.nest._rkf45 import Values, substep
from hillock.dialects.nest._rules import count_down, in_pa
from hillock.surrogates import AbstractSurrogate


class CondState(NamedTuple):
    """Membrane potential (mV), size of the next substep (ms), and the steps of refractoriness left."""

    v: Scalar
    h: Scalar
    r: Int[Array, ""]


class _Constants(NamedTuple):
    """The step (ms) and the steps of refractoriness."""

    dt: Scalar
    hold: Int[Array, ""]


class iaf_cond_exp(AbstractStep):
    """NEST's ``iaf_cond_exp``, to rounding.

    Flow::

        C_m dV/dt = -g_L (V - E_L) + I + I_e

    Rule::

        unless refractory:  flow by Runge–Kutta–Fehlberg 4(5), each substep with an error below 0.001 mV, the leak that of at most V_th
        spike if V ≥ V_th:  V = V_reset, refractory for t_ref, rounded to 0.001 ms, then up to whole steps

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
    E_ex: Param = param(0.0, "mV", "reversal potential of excitatory synapses (no effect yet)")
    E_in: Param = param(-85.0, "mV", "reversal potential of inhibitory synapses (no effect yet)")
    tau_syn_ex: Param = param(0.2, "ms", "time constant of excitatory synapses (no effect yet)", above=0.0)
    tau_syn_in: Param = param(2.0, "ms", "time constant of inhibitory synapses (no effect yet)", above=0.0)

    def __check_init__(self):
        require_below(self, "V_reset", "V_th")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "threshold": "mV"}

    def init(self) -> CondState:
        return CondState(v=self.V_m, h=jnp.inf, r=jnp.zeros((), jnp.int32))  # the first substep is as long as the step

    def prepare(self, dt: Scalar) -> _Constants:
        return _Constants(dt, CeilSteps()(self.t_ref, dt))

    def __call__(self, prepared: _Constants, state: CondState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[CondState, Spike, Recordable]:
        current = in_pa(i)

        def rates(y: Values) -> Values:
            leak = -self.g_L * (jnp.minimum(y[0], self.V_th) - self.E_L)
            return (jnp.where(state.r > 0, 0.0, (leak + current + self.I_e) / self.C_m),)

        def move(so_far: tuple) -> tuple:
            t, h, v = so_far
            tried = substep(rates, (v,), t, h, prepared.dt, jnp.full_like(v, 1e-3), relative=False)
            return tried.t, tried.h, tried.y[0]

        _, h, v = lax.while_loop(lambda so_far: so_far[0] < prepared.dt, move, (jnp.zeros_like(state.v), state.h, state.v))
        spike = silenced(surrogate(v - self.V_th, at_least=True), state.r > 0)
        new = CondState(jnp.where((state.r > 0) | (spike > 0), self.V_reset, v), h, count_down(prepared.hold, state.r, spike))
        return new, spike, {"v": new.v, "threshold": self.V_th}
