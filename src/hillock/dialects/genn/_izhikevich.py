"""GeNN's Izhikevich neuron."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.genn._dialect import dialect
from hillock.surrogates import AbstractSurrogate

_PEAK = 30.0  # v is cut here, and reset in the step after
_SPIKE = 29.99


class IzhikevichState(NamedTuple):
    """Membrane potential (mV) and recovery."""

    v: Scalar
    U: Scalar


class Izhikevich(AbstractStep):
    """GeNN's ``Izhikevich``, bit for bit in single precision.

    Rule::

        if V ≥ 30:  V = c,  U = U + d
        V = V + dt/2 (0.04 V² + 5 V + 140 - U + Isyn), twice
        U = U + dt a (b V - U)    with the new V
        V is at most 30;  spike if V ≥ 29.99

    The stimulus is Isyn, a plain number; V is recorded as ``v`` and shows 30 in the step of a spike. ``threshold`` is 29.99.

    When: to repeat a model of GeNN exactly. ``hillock.cells.Izhikevich`` has presets.

    Limits: two half steps of forward Euler, which overshoot the peak: intervals depend on dt. A V between 29.99 and 30 is a spike that is
    not reset, and most likely fires again in the next step. GeNN leaves the state at the start to the user; here it is that of a
    regularly spiking neuron at rest.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.genn.Izhikevich(), hk.stimuli.Constant(10.0), duration=120, dt=0.1).spike_steps.tolist()
    [32, 269, 720, 1171]

    Reference: Izhikevich (2003), IEEE Trans. Neural Netw. 14:1569, eqs. 1-3, doi:10.1109/TNN.2003.820440.
    """

    dialect: ClassVar[Dialect] = dialect

    a: Param = param(0.02, "1/ms", "rate of recovery")
    b: Param = param(0.2, "1", "recovery driven by the potential")
    c: Param = param(-65.0, "mV", "potential after a spike")
    d: Param = param(8.0, "1", "recovery added by each spike")
    V: Param = param(-65.0, "mV", "potential at the start")
    U: Param = param(-13.0, "1", "recovery at the start")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "U": "1", "threshold": "mV"}

    def init(self) -> IzhikevichState:
        return IzhikevichState(v=self.V, U=self.U)

    def prepare(self, dt: Scalar) -> Scalar:
        return dt

    def __call__(
        self, prepared: Scalar, state: IzhikevichState, i: Scalar, surrogate: AbstractSurrogate
    ) -> tuple[IzhikevichState, Spike, Recordable]:
        fired = state.v >= _PEAK
        v, u = jnp.where(fired, self.c, state.v), jnp.where(fired, state.U + self.d, state.U)
        for _ in range(2):
            slope = rounded(rounded(0.04 * v) * v) + rounded(5.0 * v) + 140.0 - u + i
            v = v + rounded(0.5 * slope * prepared)
        u = u + rounded(rounded(self.a * (rounded(self.b * v) - u)) * prepared)
        v = jnp.minimum(v, _PEAK)
        spike = surrogate(v - _SPIKE, at_least=True)
        return IzhikevichState(v, u), spike, {"v": v, "U": u, "threshold": _SPIKE}
