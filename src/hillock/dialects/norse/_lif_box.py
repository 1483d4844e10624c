"""Norse's LIF neuron without a synapse."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx

from hillock._arithmetic import rounded
from hillock._param import ParameterError, param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.cells import Voltage
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.norse._dialect import dialect
from hillock.dialects.norse._rules import after, per_step
from hillock.surrogates import AbstractSurrogate

_RESETS = ("value", "subtract")


class LIFBox(AbstractStep):
    """Norse's ``LIFBoxCell``: the input is the current itself; bit for bit.

    Rule::

        v = v + (dt tau_mem_inv) (i + v_leak - v)
        z = [v - v_th > 0]
        v = v_reset                                     where z; v - v_th with reset_method="subtract"

    When: to repeat a Norse network exactly. ``hillock.cells.LIF`` with ``dialect="norse"`` is the same rule under hillock's names.

    Limits: forward Euler: unstable for dt > 2 tau. No refractory time.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.norse.LIFBox(tau_mem_inv=50), hk.stimuli.Constant(1.5), duration=70, dt=1).spike_steps
    array([21, 43, 65])

    Reference: Pehle & Pedersen (2021), Norse, doi:10.5281/zenodo.4422025.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_mem_inv: Param = param(100.0, "1/s", "inverse of the membrane time constant", above=0.0)
    v_leak: Param = param(0.0, "mV", "resting potential, and the potential at the start")
    v_th: Param = param(1.0, "mV", "threshold")
    v_reset: Param = param(0.0, "mV", "potential after a spike")
    reset_method: str = eqx.field(static=True, default="value")

    def __check_init__(self):
        if self.reset_method not in _RESETS:
            raise ParameterError(f"LIFBox.reset_method must be 'value' or 'subtract', got {self.reset_method!r}.")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "threshold": "mV"}

    def init(self) -> Voltage:
        return Voltage(v=self.v_leak)

    def prepare(self, dt: Scalar) -> Scalar:
        return per_step(self.tau_mem_inv, dt)

    def __call__(self, prepared: Scalar, state: Voltage, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Voltage, Spike, Recordable]:
        v = state.v + rounded(prepared * (i + self.v_leak - state.v))
        spike = surrogate(v - self.v_th, at_least=False)
        v = after(spike, v, v - self.v_th if self.reset_method == "subtract" else self.v_reset)
        return Voltage(v), spike, {"v": v, "threshold": self.v_th}
