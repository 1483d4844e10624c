"""brainpy.state's leaky integrate-and-fire neuron."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx

from hillock._arithmetic import fma
from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.cells import Voltage
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.brainpy_state._dialect import dialect
from hillock.dialects.brainpy_state._rules import Relaxation, check_reset, fired, last_spike, lowered, relaxation, relaxed
from hillock.surrogates import AbstractSurrogate


class LIF(AbstractStep):
    """brainpy.state's ``LIF``, bit for bit in single precision, up to the last bit of expm1.

    Rule::

        soft   V = V - (V_th - V_reset)                 where V ≥ V_th, as the last step left it
        hard   V = V - (V - V_reset)                    likewise
        V = V + dt φ(-dt/tau) (-V + V_rest + R I)/tau,  φ(z) = (exp(z) - 1)/z
        spike = [V ≥ V_th]

    When: to repeat a model of brainpy.state exactly. ``hillock.cells.LIF`` with ``dialect="brainpy_state"`` is the same order of a step, with
    the soft reset, under hillock's names.

    Limits: v shows its overshoot in the step of a spike and never the reset potential. After a soft reset V may still be above V_th, and
    the neuron fires in the next step too. V starts at 0 mV, whatever V_rest is; ``V_initializer`` moves it. No refractory time; see ``LIFRef``.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.brainpy_state.LIF(tau=20.0), hk.stimuli.Constant(1.5), duration=70, dt=1).spike_steps
    array([21, 43, 65])

    Reference: brainpy.state 0.1.0, ``LIF``; Wang, Zhang, Chen, He, Li & Wu (2023), eLife 12:e86365, doi:10.7554/eLife.86365.
    """

    dialect: ClassVar[Dialect] = dialect

    R: Param = param(1.0, "MΩ", "membrane resistance")
    tau: Param = param(5.0, "ms", "membrane time constant", above=0.0)
    V_th: Param = param(1.0, "mV", "threshold")
    V_reset: Param = param(0.0, "mV", "potential after a spike")
    V_rest: Param = param(0.0, "mV", "resting potential")
    V_initializer: Param = param(0.0, "mV", "potential at the start")
    spk_reset: str = eqx.field(static=True, default="soft")

    def __check_init__(self):
        check_reset(self)
        require_below(self, "V_reset", "V_th")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "threshold": "mV"}

    def init(self) -> Voltage:
        return Voltage(v=self.V_initializer)

    def prepare(self, dt: Scalar) -> Relaxation:
        return relaxation(self.tau, dt)

    def __call__(self, prepared: Relaxation, state: Voltage, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Voltage, Spike, Recordable]:
        height = self.V_th - self.V_reset
        v = lowered(self.spk_reset, state.v, height, self.V_reset, last_spike(state.v - self.V_th))
        v = relaxed(prepared, v, fma(self.R, i, -v + self.V_rest))
        return Voltage(v), fired(v - self.V_th, height, surrogate), {"v": v, "threshold": self.V_th}
