"""Spyx's perfect integrator."""

from collections.abc import Mapping
from typing import ClassVar

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.cells import Voltage
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.spyx._dialect import dialect
from hillock.surrogates import AbstractSurrogate


class IF(AbstractStep):
    """Spyx's ``IF``, bit for bit.

    Rule::

        spike = [V > threshold]                         V as the last call left it
        V = V + x - spike threshold

    When: to repeat a network of Spyx exactly, where nothing is to be forgotten.

    Limits: a crossing in one step is a spike of the next, where v still shows it before it is taken off. No refractory time.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.spyx.IF(), hk.stimuli.Constant(0.375), duration=12, dt=1).spike_steps
    array([ 3,  6,  9, 11])

    Reference: Heckel & Nowotny (2024), Spyx: a library for just-in-time compiled optimization of spiking neural networks, arXiv:2402.18994.
    """

    dialect: ClassVar[Dialect] = dialect

    threshold: Param = param(1.0, "1", "threshold")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "threshold": "1"}

    def init(self) -> Voltage:
        return Voltage(v=0.0)

    def prepare(self, dt: Scalar) -> None:
        return None

    def __call__(self, prepared: None, state: Voltage, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Voltage, Spike, Recordable]:
        spike = surrogate(state.v - self.threshold, at_least=False)
        v = state.v + i - rounded(spike * self.threshold)
        return Voltage(v), spike, {"v": v, "threshold": self.threshold}
