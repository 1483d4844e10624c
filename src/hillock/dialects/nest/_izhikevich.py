"""NEST's Izhikevich neuron."""
# ruff: noqa: N801

from collections.abc import Mapping
from math import inf
from typing import ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractReceivingStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.nest._dialect import dialect
from hillock.dialects.nest._rules import JUMPS, in_pa
from hillock.surrogates import AbstractSurrogate


class IzhikevichState(NamedTuple):
    """Membrane potential and recovery variable (mV)."""

    v: Scalar
    U_m: Scalar


class izhikevich(AbstractReceivingStep):
    """NEST's ``izhikevich``, bit for bit.

    Rule::

        f(v) = 0.04 v² + 5 v + 140 - u + I + I_e
        consistent_integration:  v' = v + dt f(v) + w,  u' = u + dt a (b v - u)
        otherwise:               v = v + dt/2 (f(v) + w), twice;  then u = u + dt a (b v - u)
        v is at least V_min; spike if v ≥ V_th:  v = c, u = u + d

    w is the sum of the weights (mV; mV/ms in the second form) that arrive at port ``"spikes"``. The numbers of f carry the units; currents count in pA, so a stimulus of 0.01 nA is Izhikevich's I = 10.

    When: to repeat a NEST script exactly, or, by the second form at dt = 1 ms, the published one. ``hillock.cells.Izhikevich`` has presets.

    Limits: forward Euler, which overshoots the peak at the end of the upstroke: intervals depend on dt.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.nest.izhikevich(), hk.stimuli.Constant("10 pA"), duration=120, dt=0.1).spike_times
    array([  3.5,  27.1,  72.2, 117.3])

    Reference: Izhikevich (2003), IEEE Trans. Neural Netw. 14:1569, eqs. 1-3, doi:10.1109/TNN.2003.820440.
    """

    dialect: ClassVar[Dialect] = dialect

    a: Param = param(0.02, "1/ms", "rate of recovery")
    b: Param = param(0.2, "1", "recovery driven by the potential")
    c: Param = param(-65.0, "mV", "potential after a spike")
    d: Param = param(8.0, "mV", "recovery added by each spike")
    V_m: Param = param(-65.0, "mV", "potential at the start")
    U_m: Param = param(-13.0, "mV", "recovery at the start")
    V_th: Param = param(30.0, "mV", "peak at which the spike is cut")
    V_min: Param = param(-inf, "mV", "lowest potential")
    I_e: Param = param(0.0, "pA", "constant current")
    consistent_integration: bool = eqx.field(default=True, static=True)

    def ports(self) -> Mapping[str, str]:
        return JUMPS if self.consistent_integration else {"spikes": "mV/ms"}

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "U_m": "mV", "threshold": "mV"}

    def init(self) -> IzhikevichState:
        return IzhikevichState(v=self.V_m, U_m=self.U_m)

    def prepare(self, dt: Scalar) -> Scalar:
        return dt

    def __call__(
        self, prepared: Scalar, state: IzhikevichState, i: Scalar, surrogate: AbstractSurrogate, arrivals: tuple[Scalar, ...] = ()
    ) -> tuple[IzhikevichState, Spike, Recordable]:
        v, u = state
        current = in_pa(i)
        (arrived,) = arrivals or (jnp.zeros_like(v),)
        if self.consistent_integration:
            moved = v + (rounded(prepared * self._rate(v, u, current)) + arrived)
            driving = v
        else:
            half = v + rounded(prepared / 2 * (self._rate(v, u, current) + arrived))
            moved = driving = half + rounded(prepared / 2 * (self._rate(half, u, current) + arrived))
        u = u + rounded(rounded(prepared * self.a) * (rounded(self.b * driving) - u))
        moved = jnp.maximum(moved, self.V_min)
        spike = surrogate(moved - self.V_th, at_least=True)
        new = IzhikevichState(v=jnp.where(spike > 0, self.c, moved), U_m=jnp.where(spike > 0, u + self.d, u))
        return new, spike, {**new._asdict(), "threshold": self.V_th}

    def _rate(self, v: Scalar, u: Scalar, current: Scalar) -> Scalar:
        return rounded(rounded(0.04 * v) * v) + rounded(5.0 * v) + 140.0 - u + current + self.I_e
