"""Norse's adaptive exponential neuron."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.norse._dialect import dialect
from hillock.dialects.norse._rules import after, decayed, per_step
from hillock.surrogates import AbstractSurrogate


class LIFAdExState(NamedTuple):
    """Membrane potential, synaptic current and adaptation (mV)."""

    v: Scalar
    i: Scalar
    a: Scalar


class _Steps(NamedTuple):
    mem: Scalar
    syn: Scalar
    ada: Scalar


class LIFAdEx(AbstractStep):
    """Norse's ``LIFAdExCell``, fed forward; bit for bit up to the last bit of exp, which is rounded correctly here.

    Rule::

        i = i + input
        v' = v + (dt tau_mem_inv) ((v_leak - v) + delta_T exp((v - v_th)/delta_T) + i - a)
        a = a + (dt tau_ada_inv) (adaptation_current (v - v_leak) - a)
        i = i - (dt tau_syn_inv) i
        z = [v' - v_th > 0];  v = v_reset, a = a + adaptation_spike where z, else v = v'

    When: to repeat a Norse network exactly; ``hillock.cells.AdEx`` is the published model.

    Limits: forward Euler, which a steep upstroke outruns: use small steps. v_th is both where the upstroke takes off and where the spike is cut.
    The currents i and a count as mV. No refractory time.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.norse.LIFAdEx(), hk.stimuli.Constant(0.3), duration=40, dt=1).spike_steps
    array([12, 21, 31])

    Reference: Brette & Gerstner (2005), J. Neurophysiol. 94:3637, eqs. 2-3, doi:10.1152/jn.00686.2005.
    """

    dialect: ClassVar[Dialect] = dialect

    adaptation_current: Param = param(4.0, "1", "adaptation driven by the potential")
    adaptation_spike: Param = param(0.02, "mV", "adaptation added by each spike")
    delta_T: Param = param(0.5, "mV", "steepness of the upstroke", above=0.0)  # noqa: N815  (Norse's name)
    tau_ada_inv: Param = param(2.0, "1/s", "inverse of the time constant of adaptation", low=0.0)
    tau_syn_inv: Param = param(200.0, "1/s", "inverse of the synaptic time constant", above=0.0)
    tau_mem_inv: Param = param(100.0, "1/s", "inverse of the membrane time constant", above=0.0)
    v_leak: Param = param(0.0, "mV", "resting potential, and the potential at the start")
    v_th: Param = param(1.0, "mV", "threshold")
    v_reset: Param = param(0.0, "mV", "potential after a spike")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "i_syn": "mV", "a": "mV", "threshold": "mV"}

    def init(self) -> LIFAdExState:
        return LIFAdExState(v=self.v_leak, i=0.0, a=0.0)

    def prepare(self, dt: Scalar) -> _Steps:
        return _Steps(*(per_step(tau_inv, dt) for tau_inv in (self.tau_mem_inv, self.tau_syn_inv, self.tau_ada_inv)))

    def __call__(self, prepared: _Steps, state: LIFAdExState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFAdExState, Spike, Recordable]:
        current = state.i + i
        upstroke = rounded(self.delta_T * _exp((state.v - self.v_th) / self.delta_T))
        v = state.v + rounded(prepared.mem * ((self.v_leak - state.v) + upstroke + current - state.a))
        pulled = rounded(self.adaptation_current * (state.v - self.v_leak)) - state.a
        a = state.a + rounded(prepared.ada * pulled)
        spike = surrogate(v - self.v_th, at_least=False)
        new = LIFAdExState(
            v=after(spike, v, self.v_reset),
            i=decayed(prepared.syn, current),
            a=jnp.where(spike > 0, a + self.adaptation_spike, a),
        )
        return new, spike, {"v": new.v, "i_syn": new.i, "a": new.a, "threshold": self.v_th}


@jax.jit
def _exp(x: Scalar) -> Scalar:
    """Return exp(x), computed in double precision and rounded once, so that it is the same on every machine."""
    x = jnp.asarray(x)
    with jax.enable_x64(True):
        return lax.convert_element_type(jnp.exp(lax.convert_element_type(x, jnp.float64)), x.dtype)
