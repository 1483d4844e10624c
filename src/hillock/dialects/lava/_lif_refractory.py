"""Lava's LIF process with refractoriness."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp

from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.lava._dialect import dialect
from hillock.dialects.lava._rules import Kept, current, kept, voltage
from hillock.surrogates import AbstractSurrogate


class LIFRefractoryState(NamedTuple):
    """Voltage, current, and the steps until refractoriness ends, negative once it has."""

    v: Scalar
    u: Scalar
    left: Scalar


class LIFRefractory(AbstractStep):
    """Lava's ``LIFRefractory`` with the tag ``floating_pt``, bit for bit.

    Rule::

        u = u (1 - du) + a_in
        v = v (1 - dv) + u + bias_mant                  unless refractory
        spike if v > vth:  v = 0, refractory for the next refractory_period steps

    When: to repeat a Lava network exactly.

    Limits: those of ``LIF``. ``refractory_period`` counts steps, not time: halving dt halves the refractory time. While it lasts u goes on, so
    input that comes then is felt in part afterwards.

    >>> import hillock as hk
    >>> neuron = hk.dialects.lava.LIFRefractory(du=1, dv=0.05, vth=1, refractory_period=5)
    >>> hk.simulate(neuron, hk.stimuli.Constant(0.075), duration=90, dt=1).spike_steps
    array([21, 48, 75])

    Reference: Davies et al. (2018), IEEE Micro 38:82, doi:10.1109/MM.2018.112130359; ``lava/proc/lif`` of Lava 0.10.0.
    """

    dialect: ClassVar[Dialect] = dialect

    u: Param = param(0.0, "1", "current at the start")
    v: Param = param(0.0, "1", "voltage at the start")
    du: Param = param(0.0, "1", "part of the current lost per step")
    dv: Param = param(0.0, "1", "part of the voltage lost per step")
    bias_mant: Param = param(0.0, "1", "constant input to v")
    vth: Param = param(10.0, "1", "threshold")
    refractory_period: Param = param(1.0, "1", "steps without integration after the step of a spike", low=1.0)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "u": "1", "threshold": "1"}

    def init(self) -> LIFRefractoryState:
        return LIFRefractoryState(v=self.v, u=self.u, left=-1.0)

    def prepare(self, dt: Scalar) -> Kept:
        return kept(self.du, self.dv)

    def __call__(
        self, prepared: Kept, state: LIFRefractoryState, i: Scalar, surrogate: AbstractSurrogate
    ) -> tuple[LIFRefractoryState, Spike, Recordable]:
        left = jnp.maximum(state.left - 1.0, -1.0)
        u = current(prepared, state.u, i)
        v = jnp.where(left >= 0, state.v, voltage(prepared, state.v, u, self.bias_mant))
        spike = surrogate(v - self.vth, at_least=False)
        new = LIFRefractoryState(
            v=jnp.where(spike > 0, 0.0, v),
            u=u,
            left=jnp.where(spike > 0, self.refractory_period, left),
        )
        return new, spike, {"v": new.v, "u": new.u, "threshold": self.vth}
