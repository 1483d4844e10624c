"""Lava's LIF process in floating point."""

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


class LIFState(NamedTuple):
    """Voltage and current."""

    v: Scalar
    u: Scalar


class LIF(AbstractStep):
    """Lava's ``LIF`` with the tag ``floating_pt``, bit for bit.

    Rule::

        u = u (1 - du) + a_in
        v = v (1 - dv) + u + bias_mant
        spike if v > vth:  v = 0

    a_in is the stimulus.

    When: to repeat a Lava network exactly, on the processor of a computer. On the chip it is ``LIFFixed``.

    Limits: there is no time in it, dt only names the steps: dv = dt/tau. The input is a jump of u, so with du < 1 halving dt doubles the drive
    of a constant input. Without decay (du = dv = 0, the defaults) input is never forgotten. No refractory time; see ``LIFRefractory``.
    ``bias_exp`` is for whole numbers only, as in Lava.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.lava.LIF(du=1, dv=0.05, vth=1), hk.stimuli.Constant(0.075), duration=70, dt=1).spike_steps
    array([21, 43, 65])

    Reference: Davies et al. (2018), IEEE Micro 38:82, doi:10.1109/MM.2018.112130359; ``lava/proc/lif`` of Lava 0.10.0.
    """

    dialect: ClassVar[Dialect] = dialect

    u: Param = param(0.0, "1", "current at the start")
    v: Param = param(0.0, "1", "voltage at the start")
    du: Param = param(0.0, "1", "part of the current lost per step")
    dv: Param = param(0.0, "1", "part of the voltage lost per step")
    bias_mant: Param = param(0.0, "1", "constant input to v")
    vth: Param = param(10.0, "1", "threshold")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "u": "1", "threshold": "1"}

    def init(self) -> LIFState:
        return LIFState(v=self.v, u=self.u)

    def prepare(self, dt: Scalar) -> Kept:
        return kept(self.du, self.dv)

    def __call__(self, prepared: Kept, state: LIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFState, Spike, Recordable]:
        u = current(prepared, state.u, i)
        v = voltage(prepared, state.v, u, self.bias_mant)
        spike = surrogate(v - self.vth, at_least=False)
        new = LIFState(v=jnp.where(spike > 0, 0.0, v), u=u)
        return new, spike, {**new._asdict(), "threshold": self.vth}
