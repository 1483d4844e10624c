"""NEST's multi-timescale adaptive threshold neuron."""
# ruff: noqa: N801

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int

from hillock._arithmetic import rounded
from hillock._param import ParameterError, param
from hillock._trace import is_traced
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractReceivingStep, silenced
from hillock.dialects._dialect import Dialect
from hillock.dialects.nest._dialect import CeilSteps, dialect
from hillock.dialects.nest._exponential import exp, expm1
from hillock.dialects.nest._rules import CURRENTS, above, count_down, in_pa
from hillock.surrogates import AbstractSurrogate


class Mat2State(NamedTuple):
    """Membrane potential (mV), the same above E_L, synaptic currents (pA), two parts of the threshold (mV), and the steps of refractoriness left."""

    v: Scalar
    y: Scalar
    I_syn_ex: Scalar
    I_syn_in: Scalar
    th_1: Scalar
    th_2: Scalar
    r: Int[Array, ""]


class Mat2Constants(NamedTuple):
    """What multiplies input and synaptic currents (mV/pA), what multiplies y to give its increase, what else decays, and the steps of refractoriness."""

    drive: Scalar
    by_ex: Scalar
    by_in: Scalar
    change: Scalar
    keep_ex: Scalar
    keep_in: Scalar
    decay_1: Scalar
    decay_2: Scalar
    hold: Int[Array, ""]


class mat2_psc_exp(AbstractReceivingStep):
    """NEST's ``mat2_psc_exp``, bit for bit: the potential is not reset, the threshold jumps.

    Rule::

        E = exp(-dt/tau_m) - 1,  y = V_m - E_L
        y = E y + y + Q_ex I_syn_ex + Q_in I_syn_in + (-tau_m/C_m E) (I + I_e)
        I_syn_x = exp(-dt/tau_syn_x) I_syn_x + w_x,  x = ex, in
        th_k = exp(-dt/tau_k) th_k,  k = 1, 2
        spike if not refractory and y ≥ omega - E_L + th_2 + th_1:  th_k = th_k + alpha_k, refractory for t_ref

    Q_x = tau_syn_x tau_m (exp(-dt/tau_m) - exp(-dt/tau_syn_x)) / (C_m (tau_m - tau_syn_x)); w_x is the sum of the weights (pA) that arrive at port
    ``"ex"`` or ``"in"``. Refractory means that no spike can occur, for t_ref rounded to 0.001 ms, then up to whole steps. ``threshold`` shows omega + th_1 + th_2.

    When: spike times of cortical neurons are to be predicted: the model that won a competition in it. Also to repeat a NEST script exactly.

    Limits: tau_m must differ from both tau_syn. The potential is not reset, so it does not show a spike. Spikes fall on the grid, up to one dt late.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.nest.mat2_psc_exp(I_e=600), hk.stimuli.Constant(0), duration=60, dt=0.1).spike_times
    array([ 5.1, 19.8, 37.9, 58. ])

    Reference: Kobayashi, Tsubo & Shinomoto (2009), Front. Comput. Neurosci. 3:9, eqs. 1-4, doi:10.3389/neuro.10.009.2009.
    """

    dialect: ClassVar[Dialect] = dialect

    C_m: Param = param(100.0, "pF", "membrane capacitance", above=0.0)
    tau_m: Param = param(5.0, "ms", "membrane time constant", above=0.0)
    E_L: Param = param(-70.0, "mV", "resting potential")
    V_m: Param = param(-70.0, "mV", "potential at the start")
    omega: Param = param(-51.0, "mV", "threshold at rest")
    alpha_1: Param = param(37.0, "mV", "jump of the fast part of the threshold")
    alpha_2: Param = param(2.0, "mV", "jump of the slow part of the threshold")
    tau_1: Param = param(10.0, "ms", "decay time of the fast part", above=0.0)
    tau_2: Param = param(200.0, "ms", "decay time of the slow part", above=0.0)
    t_ref: Param = param(2.0, "ms", "time without spikes", above=0.0)
    I_e: Param = param(0.0, "pA", "constant current")
    tau_syn_ex: Param = param(1.0, "ms", "time constant of excitatory synapses", above=0.0)
    tau_syn_in: Param = param(3.0, "ms", "time constant of inhibitory synapses", above=0.0)

    def __check_init__(self):
        for name in ("tau_syn_ex", "tau_syn_in"):
            tau_syn = getattr(self, name)
            if not (is_traced(tau_syn) or is_traced(self.tau_m)) and np.any(np.asarray(tau_syn) == np.asarray(self.tau_m)):
                raise ParameterError(
                    f"mat2_psc_exp.{name} must differ from mat2_psc_exp.tau_m, got {np.max(tau_syn):g} ms for both. Change it a little."
                )

    def ports(self) -> Mapping[str, str]:
        return CURRENTS

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "I_syn_ex": "pA", "I_syn_in": "pA", "threshold": "mV"}

    def init(self) -> Mat2State:
        return Mat2State(self.V_m, self.V_m - self.E_L, I_syn_ex=0.0, I_syn_in=0.0, th_1=0.0, th_2=0.0, r=jnp.zeros((), jnp.int32))

    def prepare(self, dt: Scalar) -> Mat2Constants:
        change = expm1(-dt / self.tau_m)
        keep_ex, keep_in = exp(-dt / self.tau_syn_ex), exp(-dt / self.tau_syn_in)
        return Mat2Constants(
            drive=rounded(-self.tau_m / self.C_m) * change,
            by_ex=self._propagator(self.tau_syn_ex, keep_ex, dt),
            by_in=self._propagator(self.tau_syn_in, keep_in, dt),
            change=change,
            keep_ex=keep_ex,
            keep_in=keep_in,
            decay_1=exp(-dt / self.tau_1),
            decay_2=exp(-dt / self.tau_2),
            hold=CeilSteps()(self.t_ref, dt),
        )

    def _propagator(self, tau_syn: Scalar, keep: Scalar, dt: Scalar) -> Scalar:
        """Return what a synaptic current of 1 pA adds to the potential in a step, in this neuron's own form."""
        grown = expm1(rounded(dt * (1.0 / tau_syn - 1.0 / self.tau_m)))
        return rounded(-self.tau_m / rounded(self.C_m * (1.0 - self.tau_m / tau_syn)) * keep) * grown

    def __call__(
        self, prepared: Mat2Constants, state: Mat2State, i: Scalar, surrogate: AbstractSurrogate, arrivals: tuple[Scalar, ...] = ()
    ) -> tuple[Mat2State, Spike, Recordable]:
        excited, inhibited = arrivals or (jnp.zeros_like(state.v), jnp.zeros_like(state.v))
        start = above(state.v, state.y, self.E_L)
        y = (rounded(prepared.change * start) + start) + rounded(prepared.by_ex * state.I_syn_ex) + rounded(prepared.by_in * state.I_syn_in)
        y = y + rounded(prepared.drive * (in_pa(i) + self.I_e))
        th_1, th_2 = rounded(prepared.decay_1 * state.th_1), rounded(prepared.decay_2 * state.th_2)
        spike = silenced(surrogate(y - (self.omega - self.E_L + th_2 + th_1), at_least=True), state.r > 0)
        new = Mat2State(
            v=y + self.E_L,
            y=y,
            I_syn_ex=rounded(prepared.keep_ex * state.I_syn_ex) + excited,
            I_syn_in=rounded(prepared.keep_in * state.I_syn_in) + inhibited,
            th_1=jnp.where(spike > 0, th_1 + self.alpha_1, th_1),
            th_2=jnp.where(spike > 0, th_2 + self.alpha_2, th_2),
            r=count_down(prepared.hold, state.r, spike),
        )
        return new, spike, {"v": new.v, "I_syn_ex": new.I_syn_ex, "I_syn_in": new.I_syn_in, "threshold": self.omega + new.th_1 + new.th_2}
