"""BrainPy's leaky integrate-and-fire neuron with refractoriness."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp

from hillock._arithmetic import fma, rounded
from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.brainpy._dialect import dialect
from hillock.dialects.brainpy._rules import after, check_training, constant_gain, single
from hillock.surrogates import AbstractSurrogate


class LifRefState(NamedTuple):
    """Membrane potential (mV), time of the last spike (ms) and number of the step."""

    v: Scalar
    t_last_spike: Scalar
    k: Any  # Int[Array, ""]


class _Constants(NamedTuple):
    gain: Scalar
    dt: Scalar


class LifRef(AbstractStep):
    """BrainPy's ``LifRef``, bit for bit in single precision.

    Rule::

        V' = the flow of Lif
        V' = V where t - t_last_spike ≤ tau_ref
        spike = [V' ≥ V_th],  t_last_spike = t where it fires,  V = V' reset as in Lif

    t is the number of the step times dt.

    When: to repeat a model of BrainPy exactly. ``hillock.cells.LIF`` with ``dialect="brainpy"`` is the same under hillock's names, but for
    its refractory time, which is counted and not measured.

    Limits: those of ``Lif``. The difference of times is taken in single precision, where t has a last digit of 2⁻²⁴ t: a tau_ref of N steps
    rests N, and in some steps of a long run N - 1. A time between two steps is rounded down. While it rests V is tested all the same: a neuron
    whose reset leaves it above threshold, as a soft reset may, fires on, and each spike begins the rest anew.

    >>> import hillock as hk
    >>> neuron = hk.dialects.brainpy.LifRef(V_reset=0.0, V_th=1.0, tau=20.0, tau_ref=5.0)
    >>> hk.simulate(neuron, hk.stimuli.Constant(1.5), duration=80, dt=1).spike_steps
    array([21, 48, 75])

    Reference: Wang, Zhang, Chen, He, Li & Wu (2023), eLife 12:e86365, doi:10.7554/eLife.86365.
    """

    dialect: ClassVar[Dialect] = dialect

    V_rest: Param = param(0.0, "mV", "resting potential")
    V_reset: Param = param(-5.0, "mV", "potential after a spike")
    V_th: Param = param(20.0, "mV", "threshold")
    R: Param = param(1.0, "MΩ", "membrane resistance")
    tau: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    V_initializer: Param = param(0.0, "mV", "potential at the start")
    tau_ref: Param = param(0.0, "ms", "refractory time", low=0.0)
    training: bool = eqx.field(static=True, default=False)
    spk_reset: str = eqx.field(static=True, default="soft")

    def __check_init__(self):
        check_training(self)
        require_below(self, "V_reset", "V_th")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "t_last_spike": "ms", "threshold": "mV"}

    def init(self) -> LifRefState:
        return LifRefState(v=self.V_initializer, t_last_spike=-1e7, k=jnp.zeros((), jnp.int32))

    def prepare(self, dt: Scalar) -> _Constants:
        return _Constants(constant_gain(1.0 / single(self.tau), dt), single(dt))

    def __call__(self, prepared: _Constants, state: LifRefState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LifRefState, Spike, Recordable]:
        t = rounded(state.k.astype(jnp.result_type(prepared.dt)) * prepared.dt)
        resting = t - state.t_last_spike <= self.tau_ref
        v = jnp.where(resting, state.v, fma(prepared.gain, (-state.v + self.V_rest) + rounded(self.R * i), state.v))
        spike = surrogate(v - self.V_th, at_least=True)
        new = LifRefState(v=after(self, spike, v), t_last_spike=jnp.where(spike > 0, t, state.t_last_spike), k=state.k + 1)
        return new, spike, {"v": new.v, "t_last_spike": new.t_last_spike, "threshold": self.V_th}
