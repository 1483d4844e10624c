"""brainpy.state's integrate-and-fire neuron, which leaks."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax.numpy as jnp

from hillock._arithmetic import fma
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.cells import Voltage
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.brainpy_state._dialect import dialect
from hillock.dialects.brainpy_state._rules import Relaxation, check_reset, fired, last_spike, lowered, relaxation, relaxed
from hillock.surrogates import AbstractSurrogate


class IF(AbstractStep):
    """brainpy.state's ``IF``, bit for bit in single precision, up to the last bit of expm1.

    Rule::

        soft   V = V - V_th                             where V ≥ V_th, as the last step left it
        hard   V = V - V                                likewise
        V = V + dt φ(-dt/tau) (-V + R I)/tau,  φ(z) = (exp(z) - 1)/z
        spike = [V ≥ V_th]

    When: to repeat a model of brainpy.state exactly.

    Limits: for all its name it leaks, with time constant tau: it is ``LIF`` with V_rest = V_reset = 0. The rest is as there.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.brainpy_state.IF(tau=20.0), hk.stimuli.Constant(1.5), duration=70, dt=1).spike_steps
    array([21, 43, 65])

    Reference: brainpy.state 0.1.0, ``IF``; Wang, Zhang, Chen, He, Li & Wu (2023), eLife 12:e86365, doi:10.7554/eLife.86365.
    """

    dialect: ClassVar[Dialect] = dialect

    R: Param = param(1.0, "MΩ", "membrane resistance")
    tau: Param = param(5.0, "ms", "membrane time constant", above=0.0)
    V_th: Param = param(1.0, "mV", "threshold", above=0.0)
    V_initializer: Param = param(0.0, "mV", "potential at the start")
    spk_reset: str = eqx.field(static=True, default="soft")

    def __check_init__(self):
        check_reset(self)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "threshold": "mV"}

    def init(self) -> Voltage:
        return Voltage(v=self.V_initializer)

    def prepare(self, dt: Scalar) -> Relaxation:
        return relaxation(self.tau, dt)

    def __call__(self, prepared: Relaxation, state: Voltage, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Voltage, Spike, Recordable]:
        v = lowered(self.spk_reset, state.v, self.V_th, jnp.zeros_like(state.v), last_spike(state.v - self.V_th))
        v = relaxed(prepared, v, fma(self.R, i, -v))
        return Voltage(v), fired(v - self.V_th, self.V_th, surrogate), {"v": v, "threshold": self.V_th}
