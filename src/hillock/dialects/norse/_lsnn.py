"""Norse's LIF neuron with an adaptive threshold."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.norse._dialect import dialect
from hillock.dialects.norse._rules import after, decayed, per_step
from hillock.surrogates import AbstractSurrogate


class LSNNState(NamedTuple):
    """Membrane potential, synaptic current and threshold (mV)."""

    v: Scalar
    i: Scalar
    b: Scalar


class _Steps(NamedTuple):
    mem: Scalar
    syn: Scalar
    adapt: Scalar


class LSNN(AbstractStep):
    """Norse's ``LSNNCell``, fed forward; bit for bit.

    Rule::

        v = v + (dt tau_mem_inv) ((v_leak - v) + i)
        i = i - (dt tau_syn_inv) i + input
        b = b + (dt tau_adapt_inv) (v_th - b)
        z = [v - b > 0];  v = v_reset, b = b + beta where z

    The threshold is b, which returns to v_th.

    When: to repeat a Norse network exactly, where neurons should adapt or remember for longer than a membrane does.

    Limits: those of ``LIF``. Unlike there, v sees the current of the last step: input arrives one step later. The default of tau_adapt_inv
    is Norse's own: 1/800, in 1/s like its siblings, is a time constant of 800 s.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.dialects.norse.LSNN(tau_adapt_inv=20, beta=0.4), hk.stimuli.Constant(0.6), duration=40, dt=1)
    >>> rec.isi()
    array([ 7.,  8., 10.])

    Reference: Bellec, Salaj, Subramoney, Legenstein & Maass (2018), arXiv:1803.09574, eqs. 1-2.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_syn_inv: Param = param(200.0, "1/s", "inverse of the synaptic time constant", above=0.0)
    tau_mem_inv: Param = param(100.0, "1/s", "inverse of the membrane time constant", above=0.0)
    tau_adapt_inv: Param = param(1.0 / 800.0, "1/s", "inverse of the threshold's time constant", low=0.0)
    v_leak: Param = param(0.0, "mV", "resting potential, and the potential at the start")
    v_th: Param = param(1.0, "mV", "threshold at rest")
    v_reset: Param = param(0.0, "mV", "potential after a spike")
    beta: Param = param(1.8, "mV", "rise of the threshold with each spike")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "i_syn": "mV", "b": "mV", "threshold": "mV"}

    def init(self) -> LSNNState:
        return LSNNState(v=self.v_leak, i=0.0, b=self.v_th)

    def prepare(self, dt: Scalar) -> _Steps:
        return _Steps(*(per_step(tau_inv, dt) for tau_inv in (self.tau_mem_inv, self.tau_syn_inv, self.tau_adapt_inv)))

    def __call__(self, prepared: _Steps, state: LSNNState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LSNNState, Spike, Recordable]:
        v = state.v + rounded(prepared.mem * ((self.v_leak - state.v) + state.i))
        b = state.b + rounded(prepared.adapt * (self.v_th - state.b))
        spike = surrogate(v - b, at_least=False)
        new = LSNNState(v=after(spike, v, self.v_reset), i=decayed(prepared.syn, state.i) + i, b=jnp.where(spike > 0, b + self.beta, b))
        return new, spike, {"v": new.v, "i_syn": new.i, "b": new.b, "threshold": b}
