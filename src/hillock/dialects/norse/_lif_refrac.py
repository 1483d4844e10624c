"""Norse's LIF neuron with an exponential synapse and refractoriness."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp

from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import silenced
from hillock.dialects._dialect import Dialect
from hillock.dialects.norse._dialect import dialect
from hillock.dialects.norse._lif import AbstractLIF, LIFState, Steps
from hillock.surrogates import AbstractSurrogate


class LIFRefracState(NamedTuple):
    """Membrane potential, synaptic current (mV) and steps left to rest."""

    v: Scalar
    i: Scalar
    rho: Scalar


class LIFRefrac(AbstractLIF):
    """Norse's ``LIFRefracCell``, fed forward; bit for bit.

    Rule::

        the rule of LIF gives z, v', i
        resting   if rho > 0:  v stays, z = 0, rho = max(rho - 1, 0)
        else                   v = v';  rho = rho_reset where z

    The synaptic current goes on meanwhile.

    When: to repeat a Norse network exactly.

    Limits: those of ``LIF``. ``rho_reset`` counts steps, not time: halving dt halves the refractory time. A fraction rests one more step: 2.5
    is 3 steps.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.norse.LIFRefrac(rho_reset=5), hk.stimuli.Constant(0.4), duration=30, dt=1).spike_steps
    array([10, 22])

    Reference: Pehle & Pedersen (2021), Norse, doi:10.5281/zenodo.4422025.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_syn_inv: Param = param(200.0, "1/s", "inverse of the synaptic time constant", above=0.0)
    tau_mem_inv: Param = param(100.0, "1/s", "inverse of the membrane time constant", above=0.0)
    v_leak: Param = param(0.0, "mV", "resting potential, and the potential at the start")
    v_th: Param = param(1.0, "mV", "threshold")
    v_reset: Param = param(0.0, "mV", "potential after a spike")
    rho_reset: Param = param(5.0, "1", "steps of rest after the step of a spike", low=0.0)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "i_syn": "mV", "rho": "1", "threshold": "mV"}

    def init(self) -> LIFRefracState:
        return LIFRefracState(v=self.v_leak, i=0.0, rho=0.0)

    def __call__(self, prepared: Steps, state: LIFRefracState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFRefracState, Spike, Recordable]:
        moved, spike = self.advance(prepared, LIFState(state.v, state.i), i, surrogate)
        resting = state.rho > 0
        spike = silenced(spike, resting)
        left = jnp.maximum(state.rho - jnp.where(resting, 1.0, 0.0), 0.0)
        new = LIFRefracState(
            v=jnp.where(resting, state.v, moved.v),
            i=moved.i,
            rho=jnp.where(spike > 0, self.rho_reset, left),
        )
        return new, spike, {"v": new.v, "i_syn": new.i, "rho": new.rho, "threshold": self.v_th}
