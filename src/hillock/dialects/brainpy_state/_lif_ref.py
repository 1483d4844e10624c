"""brainpy.state's leaky integrate-and-fire neuron with refractoriness."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp

from hillock._arithmetic import fma, rounded
from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.brainpy_state._dialect import dialect
from hillock.dialects.brainpy_state._rules import Relaxation, check_reset, fired, last_spike, lowered, relaxation, relaxed, single
from hillock.surrogates import AbstractSurrogate


class LIFRefState(NamedTuple):
    """Membrane potential (mV), time of the last spike (ms) and number of the step."""

    v: Scalar
    last_spike_time: Scalar
    k: Any  # Int[Array, ""]


class _Constants(NamedTuple):
    flow: Relaxation
    dt: Scalar


class LIFRef(AbstractStep):
    """brainpy.state's ``LIFRef``, bit for bit in single precision, up to the last bit of expm1.

    Rule::

        V = V after the reset of LIF
        V' = the flow of LIF
        V' = V where t - last_spike_time < tau_ref
        spike = [V' ≥ V_th],  last_spike_time = t where it fires

    t is the number of the step times dt.

    When: to repeat a model of brainpy.state exactly.

    Limits: those of ``LIF``. The step of the spike counts: a tau_ref of N steps holds V for N - 1. The difference of times is taken in
    single precision, where t has a last digit of 2⁻²⁴ t, so in a long run it is now and then N. While it rests V is tested all the same.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.brainpy_state.LIFRef(tau=20.0), hk.stimuli.Constant(1.5), duration=80, dt=1).spike_steps
    array([21, 47, 73])

    Reference: brainpy.state 0.1.0, ``LIFRef``; Wang, Zhang, Chen, He, Li & Wu (2023), eLife 12:e86365, doi:10.7554/eLife.86365.
    """

    dialect: ClassVar[Dialect] = dialect

    R: Param = param(1.0, "MΩ", "membrane resistance")
    tau: Param = param(5.0, "ms", "membrane time constant", above=0.0)
    tau_ref: Param = param(5.0, "ms", "refractory time, from the start of the spike's step", low=0.0)
    V_th: Param = param(1.0, "mV", "threshold")
    V_reset: Param = param(0.0, "mV", "potential after a spike")
    V_rest: Param = param(0.0, "mV", "resting potential")
    V_initializer: Param = param(0.0, "mV", "potential at the start")
    spk_reset: str = eqx.field(static=True, default="soft")

    def __check_init__(self):
        check_reset(self)
        require_below(self, "V_reset", "V_th")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "last_spike_time": "ms", "threshold": "mV"}

    def init(self) -> LIFRefState:
        return LIFRefState(v=self.V_initializer, last_spike_time=-1e7, k=jnp.zeros((), jnp.int32))

    def prepare(self, dt: Scalar) -> _Constants:
        return _Constants(relaxation(self.tau, dt), single(dt))

    def __call__(self, prepared: _Constants, state: LIFRefState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFRefState, Spike, Recordable]:
        height = self.V_th - self.V_reset
        t = rounded(state.k.astype(jnp.result_type(prepared.dt)) * prepared.dt)
        v = lowered(self.spk_reset, state.v, height, self.V_reset, last_spike(state.v - self.V_th))
        moved = relaxed(prepared.flow, v, fma(self.R, i, -v + self.V_rest))
        v = jnp.where(t - state.last_spike_time < self.tau_ref, v, moved)
        spike = fired(v - self.V_th, height, surrogate)
        new = LIFRefState(v=v, last_spike_time=jnp.where(v >= self.V_th, t, state.last_spike_time), k=state.k + 1)
        return new, spike, {"v": v, "last_spike_time": new.last_spike_time, "threshold": self.V_th}
