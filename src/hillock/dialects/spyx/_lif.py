"""Spyx's leaky integrate-and-fire neuron."""

from collections.abc import Mapping
from typing import ClassVar

from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.cells import Voltage
from hillock.dialects._base import AbstractStep
from hillock.dialects._decays import clamped, say_clamped
from hillock.dialects._dialect import Dialect
from hillock.dialects.spyx._dialect import dialect
from hillock.dialects.spyx._rules import flowed
from hillock.surrogates import AbstractSurrogate


class LIF(AbstractStep):
    """Spyx's ``LIF``, bit for bit.

    Rule::

        spike = [V > threshold]                         V as the last call left it
        V = beta V + x - spike threshold

    When: to repeat a network of Spyx exactly. ``hillock.cells.LIF`` with ``dialect="spyx"`` is the same order of a step for a cell in mV and
    ms.

    Limits: a crossing in one step is a spike of the next, where v still shows it before it is taken off. The threshold is subtracted
    undecayed, so a neuron that sits at the threshold loses more than it has. There is no time in it, dt only names the steps:
    beta = exp(-dt/tau), which Spyx draws at random if none is given and hillock asks for; outside [0, 1] it is clamped, which Spyx does
    silently and hillock says. The input is a jump of V: feed r (1 - beta) i for a membrane of resistance r. No refractory time.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.spyx.LIF(beta=0.9), hk.stimuli.Constant(0.2), duration=20, dt=1).spike_steps
    array([ 7, 14])

    Reference: Heckel & Nowotny (2024), Spyx: a library for just-in-time compiled optimization of spiking neural networks, arXiv:2402.18994.
    """

    dialect: ClassVar[Dialect] = dialect

    beta: Param = param(unit="1", doc="decay of V per step, clamped to [0, 1]")
    threshold: Param = param(1.0, "1", "threshold")

    def __check_init__(self):
        say_clamped(self, "Spyx", "beta")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "threshold": "1"}

    def init(self) -> Voltage:
        return Voltage(v=0.0)

    def prepare(self, dt: Scalar) -> Scalar:
        return clamped(self.beta)

    def __call__(self, prepared: Scalar, state: Voltage, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Voltage, Spike, Recordable]:
        spike = surrogate(state.v - self.threshold, at_least=False)
        v = flowed(prepared, state.v, i, spike, self.threshold)
        return Voltage(v), spike, {"v": v, "threshold": self.threshold}
