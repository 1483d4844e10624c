"""SpikingJelly's leaky integrate-and-fire neuron whose time constant is learned."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.cells import Voltage
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.spikingjelly._dialect import dialect
from hillock.dialects.spikingjelly._rules import after, base, check_flag, or_soft
from hillock.surrogates import AbstractSurrogate


class ParametricLIFNode(AbstractStep):
    """SpikingJelly's ``ParametricLIFNode``, before it has learned anything; bit for bit.

    Rule::

        k = sigmoid(w),  w = -ln(init_tau - 1)          so that k = 1/init_tau, but for rounding
        decay_input        v = v + (x - (v - rest)) k
        no decay_input     v = v - (v - rest) k + x
        spike, reset, rest: as in LIFNode

    When: to repeat a network of SpikingJelly exactly. After training, give the time constant it has learned as init_tau: 1 + exp(-w).

    Limits: those of ``LIFNode``. The logarithm and the exponential of k are rounded once, from double precision.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.spikingjelly.ParametricLIFNode(init_tau=4.0), hk.stimuli.Constant(1.4), duration=15, dt=1).spike_steps
    array([ 4,  9, 14])

    Reference: Fang, Yu, Chen, Masquelier, Huang & Tian (2021), ICCV, eqs. 7-8, doi:10.1109/ICCV48922.2021.00266.
    """

    dialect: ClassVar[Dialect] = dialect

    init_tau: Param = param(2.0, "1", "membrane time constant in steps", above=1.0)
    v_threshold: Param = param(1.0, "1", "threshold")
    v_reset: Param = param(0.0, "1", "potential at rest and after a spike; None: subtract the threshold")
    decay_input: bool = eqx.field(static=True, default=True)

    def __post_init__(self):
        self.v_reset = or_soft(self.v_reset)

    def __check_init__(self):
        check_flag(self, "decay_input")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "threshold": "1"}

    def init(self) -> Voltage:
        return Voltage(v=base(self.v_reset))

    def prepare(self, dt: Scalar) -> tuple[Scalar, Scalar]:
        learned = jnp.asarray(-jnp.log(jnp.asarray(self.init_tau) - 1.0), jnp.float32)  # w, as stored
        return base(self.v_reset), 1.0 / (1.0 + jnp.exp(-learned.astype(jnp.result_type(float))))

    def __call__(self, prepared: tuple[Scalar, Scalar], state: Voltage, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Voltage, Spike, Recordable]:
        rest, k = prepared
        above_rest = state.v - rest
        v = state.v + rounded((i - above_rest) * k) if self.decay_input else state.v - rounded(above_rest * k) + i
        spike = surrogate(v - self.v_threshold, at_least=True)
        v = after(spike, v, self.v_threshold, self.v_reset)
        return Voltage(v), spike, {"v": v, "threshold": self.v_threshold}
