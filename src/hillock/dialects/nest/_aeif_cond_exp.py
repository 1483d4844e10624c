"""NEST's adaptive exponential neuron, integrated with adaptive substeps."""
# ruff: noqa: N801, N815

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Int

from hillock._param import param, require_below
from hillock._types import Flag, Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractReceivingStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.nest._dialect import CeilSteps, dialect
from hillock.dialects.nest._rkf45 import Values, substep
from hillock.dialects.nest._rules import CONDUCTANCES, in_pa
from hillock.surrogates import AbstractSurrogate


class AeifState(NamedTuple):
    """Membrane potential (mV), synaptic conductances (nS), adaptation current (pA), size of the next substep (ms), steps of refractoriness left."""

    v: Scalar
    g_ex: Scalar
    g_in: Scalar
    w: Scalar
    h: Scalar
    r: Int[Array, ""]


class _Constants(NamedTuple):
    """The step (ms) and the steps of refractoriness."""

    dt: Scalar
    hold: Int[Array, ""]


class _Inside(NamedTuple):
    """Where the substeps of a step have come to."""

    t: Scalar
    state: AeifState
    fired: Flag


class aeif_cond_exp(AbstractReceivingStep):
    """NEST's ``aeif_cond_exp``, to rounding.

    Flow::

        C_m dV/dt = -g_L (V - E_L) + g_L Delta_T exp((V - V_th)/Delta_T) - g_ex (V - E_ex) - g_in (V - E_in) - w + I + I_e
        dg_x/dt = -g_x/tau_syn_x,  x = ex, in
        tau_w dw/dt = a (V - E_L) - w

    Rule::

        flow through the step by Runge–Kutta–Fehlberg 4(5), each substep with an error below gsl_error_tol (1 + its change), V at most V_peak
        after each substep, if refractory:  V = V_reset
        else if V ≥ V_peak:  spike, V = V_reset, w = w + b, refractory for the rest of the step and t_ref
        at the end of the step:  g_ex = g_ex + w_ex,  g_in = g_in - w_in

    w_x is the sum of the weights (nS) that arrive at port ``"ex"`` or ``"in"``: inhibitory weights are negative, as in a NEST script, and
    increase g_in. t_ref is rounded to 0.001 ms, then up to whole steps. Without it V moves on from V_reset in the step of the spike. With Delta_T = 0
    there is no exponential and the spike is at V_th.

    When: to repeat a NEST script exactly. ``hillock.cells.AdEx`` is the same to the accuracy of its steps, in a fraction of the time.

    Limits: two spikes in one step count as one. The size of the substeps is chosen while running, so a run can not be differentiated in
    reverse.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.nest.aeif_cond_exp(I_e=700), hk.stimuli.Constant(0), duration=150, dt=0.1).spike_times
    array([ 24.7,  57.2, 139.6])

    Reference: Brette & Gerstner (2005), J. Neurophysiol. 94:3637, eqs. 2-3, doi:10.1152/jn.00686.2005.
    """

    dialect: ClassVar[Dialect] = dialect

    C_m: Param = param(281.0, "pF", "membrane capacitance", above=0.0)
    g_L: Param = param(30.0, "nS", "leak conductance", low=0.0)
    E_L: Param = param(-70.6, "mV", "resting potential")
    V_m: Param = param(-70.6, "mV", "potential at the start")
    V_th: Param = param(-50.4, "mV", "potential at which a spike takes off")
    V_peak: Param = param(0.0, "mV", "potential at which the spike is cut")
    V_reset: Param = param(-60.0, "mV", "potential after a spike")
    Delta_T: Param = param(2.0, "mV", "steepness of the upstroke", low=0.0)
    a: Param = param(4.0, "nS", "adaptation driven by the potential")
    b: Param = param(80.5, "pA", "adaptation added by each spike")
    tau_w: Param = param(144.0, "ms", "time constant of adaptation", above=0.0)
    w: Param = param(0.0, "pA", "adaptation at the start")
    t_ref: Param = param(0.0, "ms", "refractory time", low=0.0)
    I_e: Param = param(0.0, "pA", "constant current")
    gsl_error_tol: Param = param(1e-6, "1", "tolerance of a substep, in mV and pA", above=0.0)
    E_ex: Param = param(0.0, "mV", "reversal potential of excitatory synapses")
    E_in: Param = param(-85.0, "mV", "reversal potential of inhibitory synapses")
    tau_syn_ex: Param = param(0.2, "ms", "time constant of excitatory synapses", above=0.0)
    tau_syn_in: Param = param(2.0, "ms", "time constant of inhibitory synapses", above=0.0)

    def __check_init__(self):
        require_below(self, "V_reset", "V_peak")
        require_below(self, "V_th", "V_peak", or_equal=True)

    def ports(self) -> Mapping[str, str]:
        return CONDUCTANCES

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "g_ex": "nS", "g_in": "nS", "w": "pA", "threshold": "mV"}

    def init(self) -> AeifState:
        return AeifState(v=self.V_m, g_ex=0.0, g_in=0.0, w=self.w, h=jnp.inf, r=jnp.zeros((), jnp.int32))  # the first substep is as long as the step

    def prepare(self, dt: Scalar) -> _Constants:
        return _Constants(dt, CeilSteps()(self.t_ref, dt))

    def __call__(
        self, prepared: _Constants, state: AeifState, i: Scalar, surrogate: AbstractSurrogate, arrivals: tuple[Scalar, ...] = ()
    ) -> tuple[AeifState, Spike, Recordable]:
        excited, inhibited = arrivals or (jnp.zeros_like(state.v), jnp.zeros_like(state.v))
        current, peak = in_pa(i), jnp.where(self.Delta_T > 0, self.V_peak, self.V_th)

        def move(at: _Inside) -> _Inside:
            (*y, h, r), resting = at.state, at.state.r > 0
            tried = substep(lambda y: self._rates(y, resting, current), tuple(y), at.t, h, prepared.dt, self.gsl_error_tol, relative=True)
            v, g_ex, g_in, w = tried.y
            fires = tried.accepted & ~resting & (v >= peak)
            v = jnp.where(resting | fires, self.V_reset, v)
            r = jnp.where(fires & (prepared.hold > 0), prepared.hold + 1, r)  # one for the rest of this step
            return _Inside(tried.t, AeifState(v, g_ex, g_in, jnp.where(fires, w + self.b, w), tried.h, r), at.fired | fires)

        start = _Inside(jnp.zeros_like(state.v), state, jnp.zeros((), bool))
        _, new, fired = lax.while_loop(lambda at: at.t < prepared.dt, move, start)
        new = new._replace(g_ex=new.g_ex + excited, g_in=new.g_in - inhibited, r=jnp.maximum(new.r - 1, 0))
        spike = surrogate(jnp.where(fired, jnp.ones_like(new.v), -jnp.ones_like(new.v)), at_least=True)
        return new, spike, {"v": new.v, "g_ex": new.g_ex, "g_in": new.g_in, "w": new.w, "threshold": peak}

    def _rates(self, y: Values, resting: Flag, current: Scalar) -> Values:
        v, w = jnp.where(resting, self.V_reset, jnp.minimum(y[0], self.V_peak)), y[3]
        steep = jnp.where(self.Delta_T > 0, self.Delta_T, 1.0)
        upstroke = jnp.where(self.Delta_T > 0, steep * jnp.exp((v - self.V_th) / steep), 0.0)
        synaptic = y[1] * (v - self.E_ex) + y[2] * (v - self.E_in)
        rise = (-self.g_L * ((v - self.E_L) - upstroke) - synaptic - w + self.I_e + current) / self.C_m
        adapts = (self.a * (v - self.E_L) - w) / self.tau_w
        return jnp.where(resting, 0.0, rise), -y[1] / self.tau_syn_ex, -y[2] / self.tau_syn_in, adapts
