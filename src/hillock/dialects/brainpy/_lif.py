"""BrainPy's leaky integrate-and-fire neuron."""

from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx

from hillock._arithmetic import fma, rounded
from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.cells import Voltage
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.brainpy._dialect import dialect
from hillock.dialects.brainpy._rules import after, check_training, constant_gain, single
from hillock.surrogates import AbstractSurrogate


class Lif(AbstractStep):
    """BrainPy's ``Lif``, bit for bit in single precision.

    Rule::

        V = V + dt φ(-dt/tau) (-V + V_rest + R I)/tau,  φ(z) = (exp(z) - 1)/z
        spike = [V ≥ V_th]
        V = V_reset where it fires                      in simulation mode
        V = V - (V_th - V_reset) where it fires         with training, unless spk_reset="hard"

    When: to repeat a model of BrainPy exactly. ``hillock.cells.LIF`` with ``dialect="brainpy"`` is the same under hillock's names.

    Limits: a mode for training resets otherwise than one for simulation, so a trained network that is simulated is another one; ``training``
    says which is meant. BrainPy starts V at 0 mV, whatever V_rest is; ``V_initializer`` moves it. No refractory time; see ``LifRef``.

    >>> import hillock as hk
    >>> neuron = hk.dialects.brainpy.Lif(V_reset=0.0, V_th=1.0, tau=20.0)
    >>> hk.simulate(neuron, hk.stimuli.Constant(1.5), duration=70, dt=1).spike_steps
    array([21, 43, 65])

    Reference: Wang, Zhang, Chen, He, Li & Wu (2023), eLife 12:e86365, doi:10.7554/eLife.86365.
    """

    dialect: ClassVar[Dialect] = dialect

    V_rest: Param = param(0.0, "mV", "resting potential")
    V_reset: Param = param(-5.0, "mV", "potential after a spike")
    V_th: Param = param(20.0, "mV", "threshold")
    R: Param = param(1.0, "MΩ", "membrane resistance")
    tau: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    V_initializer: Param = param(0.0, "mV", "potential at the start")
    training: bool = eqx.field(static=True, default=False)
    spk_reset: str = eqx.field(static=True, default="soft")

    def __check_init__(self):
        check_training(self)
        require_below(self, "V_reset", "V_th")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "threshold": "mV"}

    def init(self) -> Voltage:
        return Voltage(v=self.V_initializer)

    def prepare(self, dt: Scalar) -> Scalar:
        return constant_gain(1.0 / single(self.tau), dt)

    def __call__(self, prepared: Scalar, state: Voltage, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Voltage, Spike, Recordable]:
        v = fma(prepared, (-state.v + self.V_rest) + rounded(self.R * i), state.v)
        spike = surrogate(v - self.V_th, at_least=True)
        v = after(self, spike, v)
        return Voltage(v), spike, {"v": v, "threshold": self.V_th}
