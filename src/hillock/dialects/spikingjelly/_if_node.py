"""SpikingJelly's perfect integrator."""

from collections.abc import Mapping
from typing import ClassVar

from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.cells import Voltage
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.spikingjelly._dialect import dialect
from hillock.dialects.spikingjelly._rules import after, base, or_soft
from hillock.surrogates import AbstractSurrogate


class IFNode(AbstractStep):
    """SpikingJelly's ``IFNode``, bit for bit.

    Rule::

        v = v + x
        spike = [v ≥ v_threshold]
        hard   v = v_reset where it fires
        soft   v = v - v_threshold where it fires, if v_reset is None

    When: to repeat a network of SpikingJelly exactly, as those converted from networks without spikes, whose rates a soft reset keeps.

    Limits: nothing leaks: what a step adds stays. ``v_reset=None`` (or minus infinity) is the soft reset. No refractory time.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.spikingjelly.IFNode(v_reset=None), hk.stimuli.Constant(0.375), duration=12, dt=1).spike_steps
    array([ 2,  5,  7, 10])

    Reference: Fang et al. (2023), Science Advances 9:eadi1480, doi:10.1126/sciadv.adi1480.
    """

    dialect: ClassVar[Dialect] = dialect

    v_threshold: Param = param(1.0, "1", "threshold")
    v_reset: Param = param(0.0, "1", "potential at the start and after a spike; None: subtract the threshold")

    def __post_init__(self):
        self.v_reset = or_soft(self.v_reset)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "threshold": "1"}

    def init(self) -> Voltage:
        return Voltage(v=base(self.v_reset))

    def prepare(self, dt: Scalar) -> None:
        return None

    def __call__(self, prepared: None, state: Voltage, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Voltage, Spike, Recordable]:
        v = state.v + i
        spike = surrogate(v - self.v_threshold, at_least=True)
        v = after(spike, v, self.v_threshold, self.v_reset)
        return Voltage(v), spike, {"v": v, "threshold": self.v_threshold}
