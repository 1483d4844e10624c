"""brainpy.state's LIF neuron with an adaptive threshold."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx

from hillock._arithmetic import fma
from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.brainpy_state._dialect import dialect
from hillock.dialects.brainpy_state._rules import Relaxation, check_reset, fired, last_spike, lowered, relaxation, relaxed
from hillock.surrogates import AbstractSurrogate


class ALIFState(NamedTuple):
    """Membrane potential (mV) and adaptation."""

    v: Scalar
    a: Scalar


class _Constants(NamedTuple):
    v: Relaxation
    a: Relaxation


class ALIF(AbstractStep):
    """brainpy.state's ``ALIF``, bit for bit in single precision, up to the last bit of expm1.

    Rule::

        where V ≥ V_th + beta a, as the last step left them:  V reset as in LIF,  a = a + 1
        V = the flow of LIF
        a = a + dt φ(-dt/tau_a) (-a/tau_a),  φ(z) = (exp(z) - 1)/z
        spike = [V ≥ V_th + beta a]

    When: to repeat a model of brainpy.state exactly, where neurons should adapt.

    Limits: those of ``LIF``. A soft reset takes off V_th - V_reset, not the raised threshold: what is above V_th remains.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.brainpy_state.ALIF(tau=20.0, beta=0.3), hk.stimuli.Constant(2.0), duration=70, dt=1).isi()
    array([20., 23.])

    Reference: Bellec, Salaj, Subramoney, Legenstein & Maass (2018), arXiv:1803.09574, eqs. 1-2; brainpy.state 0.1.0, ``ALIF``.
    """

    dialect: ClassVar[Dialect] = dialect

    R: Param = param(1.0, "MΩ", "membrane resistance")
    tau: Param = param(5.0, "ms", "membrane time constant", above=0.0)
    tau_a: Param = param(100.0, "ms", "time constant of adaptation", above=0.0)
    beta: Param = param(0.1, "mV", "rise of the threshold with each spike")
    V_th: Param = param(1.0, "mV", "threshold")
    V_reset: Param = param(0.0, "mV", "potential after a spike")
    V_rest: Param = param(0.0, "mV", "resting potential")
    V_initializer: Param = param(0.0, "mV", "potential at the start")
    spk_reset: str = eqx.field(static=True, default="soft")

    def __check_init__(self):
        check_reset(self)
        require_below(self, "V_reset", "V_th")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "a": "1", "threshold": "mV"}

    def init(self) -> ALIFState:
        return ALIFState(v=self.V_initializer, a=0.0)

    def prepare(self, dt: Scalar) -> _Constants:
        return _Constants(relaxation(self.tau, dt), relaxation(self.tau_a, dt))

    def __call__(self, prepared: _Constants, state: ALIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[ALIFState, Spike, Recordable]:
        height = self.V_th - self.V_reset
        fires = last_spike(self._excess(state))
        v, a = lowered(self.spk_reset, state.v, height, self.V_reset, fires), state.a + fires
        new = ALIFState(v=relaxed(prepared.v, v, fma(self.R, i, -v + self.V_rest)), a=relaxed(prepared.a, a, -a))
        return new, fired(self._excess(new), height, surrogate), {**new._asdict(), "threshold": fma(self.beta, new.a, self.V_th)}

    def _excess(self, state: ALIFState) -> Scalar:
        return fma(-self.beta, state.a, state.v - self.V_th)
