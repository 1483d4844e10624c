"""BrainPy's exponential integrate-and-fire neuron."""

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
from hillock.dialects.brainpy._rules import after, check_training
from hillock.dialects.brainpy._upstroke import Upstroke, exponential, moved, upstroke_of
from hillock.surrogates import AbstractSurrogate


class ExpIF(AbstractStep):
    """BrainPy's ``ExpIF``, bit for bit in single precision.

    Rule::

        f(V) = (-(V - V_rest) + delta_T exp((V - V_T)/delta_T) + R I)/tau
        V = V + dt φ(dt f'(V)) f(V),  φ(z) = (exp(z) - 1)/z
        spike = [V ≥ V_th],  reset as in Lif

    When: to repeat a model of BrainPy exactly. ``hillock.cells.ExponentialIF`` is the same model.

    Limits: those of ``Lif``. Exponential Euler linearises the upstroke where a step begins, so what it overshoots by grows with dt; in training
    mode the soft reset keeps that. BrainPy starts V at 0 mV, far above the default V_th; ``V_initializer`` moves it.

    >>> import hillock as hk
    >>> neuron = hk.dialects.brainpy.ExpIF(V_th=-30.0, V_initializer=-65.0)
    >>> hk.simulate(neuron, hk.stimuli.Constant(12.0), duration=45, dt=0.1).spike_steps
    array([111, 244, 377])

    Reference: Fourcaud-Trocmé, Hansel, van Vreeswijk & Brunel (2003), J. Neurosci. 23:11628, doi:10.1523/JNEUROSCI.23-37-11628.2003.
    """

    dialect: ClassVar[Dialect] = dialect

    V_rest: Param = param(-65.0, "mV", "resting potential")
    V_reset: Param = param(-68.0, "mV", "potential after a spike")
    V_th: Param = param(-55.0, "mV", "potential at which the spike is cut")
    V_T: Param = param(-59.9, "mV", "potential at which a spike takes off")
    delta_T: Param = param(3.48, "mV", "steepness of the upstroke", above=0.0)  # noqa: N815  (BrainPy's name)
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

    def prepare(self, dt: Scalar) -> Upstroke:
        return upstroke_of(self.tau, self.delta_T, dt)

    def __call__(self, prepared: Upstroke, state: Voltage, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Voltage, Spike, Recordable]:
        e = exponential(prepared, state.v, self.V_T)
        pull = fma(e, self.delta_T, -rounded(state.v - self.V_rest))
        v = moved(prepared, state.v, e, fma(self.R, i, pull))
        spike = surrogate(v - self.V_th, at_least=True)
        v = after(self, spike, v)
        return Voltage(v), spike, {"v": v, "threshold": self.V_th}
