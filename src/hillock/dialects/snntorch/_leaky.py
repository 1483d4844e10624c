"""snnTorch's first-order neuron."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.cells import Voltage
from hillock.dialects._base import AbstractStep
from hillock.dialects._decays import clamped, say_clamped
from hillock.dialects._dialect import Dialect
from hillock.dialects.snntorch._dialect import dialect
from hillock.dialects.snntorch._rules import check_mechanism, reset_at_once, reset_late, reset_signal
from hillock.surrogates import AbstractSurrogate


class Leaky(AbstractStep):
    """snnTorch's ``Leaky``, bit for bit.

    Rule::

        reset = [v > threshold]                         of the last call
        subtract   v = beta v + i - reset threshold
        zero       v = beta (1 - reset) v + i
        none       v = beta v + i
        spk = [v > threshold] graded_spikes_factor

    With ``reset_delay=False`` the spike of this call is taken off before v is returned.

    When: to repeat a network of snnTorch exactly. ``hillock.cells.LIF`` with ``dialect="snntorch"`` is the same order of a step for a cell
    in mV and ms.

    Limits: there is no time in it, dt only names the steps: beta = exp(-dt/tau). The input is a jump of v: feed r (1 - beta) i for a membrane
    of resistance r. A beta outside [0, 1] is clamped, which snnTorch does silently and hillock says. No refractory time.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.snntorch.Leaky(beta=0.9), hk.stimuli.Constant(0.2), duration=20, dt=1).spike_steps
    array([ 6, 13])

    Reference: Eshraghian et al. (2023), Proc. IEEE 111:1016, doi:10.1109/JPROC.2023.3308088.
    """

    dialect: ClassVar[Dialect] = dialect

    beta: Param = param(unit="1", doc="decay of v per step, clamped to [0, 1]")
    threshold: Param = param(1.0, "1", "threshold")
    graded_spikes_factor: Param = param(1.0, "1", "what a spike counts, in the trace 'spk'")
    reset_mechanism: str = eqx.field(static=True, default="subtract")
    reset_delay: bool = eqx.field(static=True, default=True)

    def __check_init__(self):
        check_mechanism(self)
        say_clamped(self, "snnTorch", "beta")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "spk": "1", "threshold": "1"}

    def init(self) -> Voltage:
        return Voltage(v=0.0)

    def prepare(self, dt: Scalar) -> Scalar:
        return clamped(self.beta)

    def __call__(self, prepared: Scalar, state: Voltage, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Voltage, Spike, Recordable]:
        reset = reset_signal(state.v, self.threshold)
        kept = reset_late("zero", state.v, reset, self.threshold) if self.reset_mechanism == "zero" else state.v
        flowed = rounded(prepared * kept) + i
        v = flowed - reset * self.threshold if self.reset_mechanism == "subtract" else flowed
        spike = surrogate(v - self.threshold, at_least=False)
        if not self.reset_delay:
            v = reset_at_once(self.reset_mechanism, v, spike, reset, self.threshold)
        return Voltage(v), spike, {"v": v, "spk": spike * self.graded_spikes_factor, "threshold": self.threshold}
