"""SpikingJelly's leaky integrate-and-fire neuron."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx

from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.cells import Voltage
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.spikingjelly._dialect import dialect
from hillock.dialects.spikingjelly._rules import after, base, check_flag, or_soft
from hillock.surrogates import AbstractSurrogate


class LIFNode(AbstractStep):
    """SpikingJelly's ``LIFNode``, bit for bit.

    Rule::

        rest = v_reset                                  0 where v_reset is None
        decay_input        v = v + (x - (v - rest))/tau
        no decay_input     v = v - (v - rest)/tau + x
        spike = [v ≥ v_threshold]
        hard               v = v_reset where it fires
        soft               v = v - v_threshold where it fires, if v_reset is None

    When: to repeat a network of SpikingJelly exactly. ``hillock.cells.LIF`` with ``dialect="spikingjelly"`` is the same order of a step for a
    cell in mV and ms.

    Limits: there is no time in it, dt only names the steps, and tau counts them; it must be > 1. v_reset is the resting potential too: one
    cannot be had without the other. ``v_reset=None`` (or minus infinity) is the soft reset. No refractory time.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.spikingjelly.LIFNode(tau=20.0), hk.stimuli.Constant(1.5), duration=70, dt=1).spike_steps
    array([21, 43, 65])

    Reference: Fang et al. (2023), Science Advances 9:eadi1480, doi:10.1126/sciadv.adi1480.
    """

    dialect: ClassVar[Dialect] = dialect

    tau: Param = param(2.0, "1", "membrane time constant in steps", above=1.0)
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

    def prepare(self, dt: Scalar) -> Scalar:
        return base(self.v_reset)

    def __call__(self, prepared: Scalar, state: Voltage, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Voltage, Spike, Recordable]:
        above_rest = state.v - prepared
        v = state.v + (i - above_rest) / self.tau if self.decay_input else state.v - above_rest / self.tau + i
        spike = surrogate(v - self.v_threshold, at_least=True)
        v = after(spike, v, self.v_threshold, self.v_reset)
        return Voltage(v), spike, {"v": v, "threshold": self.v_threshold}
