"""Norse's LIF neurons with an exponential synapse, without and with refractoriness."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep, Dialect
from hillock.dialects.norse._rules import after, decayed, dialect, per_step
from hillock.surrogates import AbstractSurrogate


class LIFState(NamedTuple):
    """Membrane potential and synaptic current (mV)."""

    v: Scalar
    i: Scalar


class _Steps(NamedTuple):
    mem: Scalar
    syn: Scalar


class LIF(AbstractStep):
    """Norse's ``LIFCell``, fed forward; bit for bit.

    Rule::

        i = i + input
        v = v + (dt tau_mem_inv) ((v_leak - v) + i)
        i = i - (dt tau_syn_inv) i
        z = [v - v_th > 0];  v = v_reset where z

    The input of a step moves v in that step, and i is recorded after its decay, as ``i_syn``.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.norse.LIF(), hk.stimuli.Constant(0.4), duration=30, dt=1).spike_steps
    array([10, 17, 24])
    """

    dialect: ClassVar[Dialect] = dialect

    tau_syn_inv: Param = param(200.0, "1/s", "inverse of the synaptic time constant", above=0.0)
    tau_mem_inv: Param = param(100.0, "1/s", "inverse of the membrane time constant", above=0.0)
    v_leak: Param = param(0.0, "mV", "resting potential, and the potential at the start")
    v_th: Param = param(1.0, "mV", "threshold")
    v_reset: Param = param(0.0, "mV", "potential after a spike")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "i_syn": "1", "threshold": "1"}

    def init(self) -> LIFState:
        return LIFState(v=self.v_leak, i=0.0)

    def prepare(self, dt: Scalar) -> _Steps:
        return _Steps(per_step(self.tau_mem_inv, dt), per_step(self.tau_syn_inv, dt))

    def __call__(self, prepared: _Steps, state: LIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFState, Spike, Recordable]:
        new, spike = _advance(self, prepared, state, i, surrogate)
        return new, spike, {"v": new.v, "i_syn": new.i, "threshold": self.v_th}


class LIFRefracState(NamedTuple):
    """Membrane potential, synaptic current (mV) and steps left to rest."""

    v: Scalar
    i: Scalar
    rho: Scalar


class LIFRefrac(AbstractStep):
    """Norse's ``LIFRefracCell``, fed forward; bit for bit.

    Rule::

        the rule of LIF gives z, v', i
        resting   if rho > 0:  v stays, z = 0, rho = max(rho - 1, 0)
        else                   v = v';  rho = rho_reset where z

    ``rho_reset`` counts steps, not time: halving dt halves the refractory time. A fraction rests one more step: 2.5 is 3 steps. The
    synaptic current goes on meanwhile.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.norse.LIFRefrac(rho_reset=5), hk.stimuli.Constant(0.4), duration=30, dt=1).spike_steps
    array([10, 22])
    """

    dialect: ClassVar[Dialect] = dialect

    tau_syn_inv: Param = param(200.0, "1/s", "inverse of the synaptic time constant", above=0.0)
    tau_mem_inv: Param = param(100.0, "1/s", "inverse of the membrane time constant", above=0.0)
    v_leak: Param = param(0.0, "mV", "resting potential, and the potential at the start")
    v_th: Param = param(1.0, "mV", "threshold")
    v_reset: Param = param(0.0, "mV", "potential after a spike")
    rho_reset: Param = param(5.0, "1", "steps of rest after the step of a spike", low=0.0)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "i_syn": "1", "rho": "1", "threshold": "1"}

    def init(self) -> LIFRefracState:
        return LIFRefracState(v=self.v_leak, i=0.0, rho=0.0)

    def prepare(self, dt: Scalar) -> _Steps:
        return _Steps(per_step(self.tau_mem_inv, dt), per_step(self.tau_syn_inv, dt))

    def __call__(self, prepared: _Steps, state: LIFRefracState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFRefracState, Spike, Recordable]:
        moved, spike = _advance(self, prepared, LIFState(state.v, state.i), i, surrogate)
        resting = state.rho > 0
        spike = jnp.where(resting, jnp.zeros_like(spike), spike)
        left = jnp.maximum(state.rho - jnp.where(resting, 1.0, 0.0), 0.0)
        new = LIFRefracState(
            v=jnp.where(resting, state.v, moved.v),
            i=moved.i,
            rho=jnp.where(spike > 0, self.rho_reset, left),
        )
        return new, spike, {"v": new.v, "i_syn": new.i, "rho": new.rho, "threshold": self.v_th}


def _advance(p: LIF | LIFRefrac, steps: _Steps, state: LIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFState, Spike]:
    """Return state and spike after one step that nothing holds up."""
    current = state.i + i
    v = state.v + rounded(steps.mem * ((p.v_leak - state.v) + current))
    spike = surrogate(v - p.v_th, at_least=False)
    return LIFState(after(spike, v, p.v_reset), decayed(steps.syn, current)), spike
