"""Spyx's current-based LIF neuron."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._decays import clamped, say_clamped
from hillock.dialects._dialect import Dialect
from hillock.dialects.spyx._dialect import dialect
from hillock.surrogates import AbstractSurrogate


class CuBaLIFState(NamedTuple):
    """Membrane potential and synaptic current."""

    v: Scalar
    i: Scalar


class _Decays(NamedTuple):
    alpha: Scalar
    beta: Scalar


class CuBaLIF(AbstractStep):
    """Spyx's ``CuBaLIF``, bit for bit.

    Rule::

        spike = [V > threshold]                         V as the last call left it
        V = V - spike threshold
        I = alpha I + x
        V = beta V + I

    I is recorded as ``i_syn``; the input of a step has reached it, undecayed.

    When: to repeat a network of Spyx exactly, where a spike should act for longer than one step.

    Limits: those of ``LIF``, but for the subtraction, which comes before the decay here and so is decayed with V.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.spyx.CuBaLIF(alpha=0.8, beta=0.9), hk.stimuli.Constant(0.05), duration=20, dt=1).spike_steps
    array([ 9, 15])

    Reference: Heckel & Nowotny (2024), Spyx: a library for just-in-time compiled optimization of spiking neural networks, arXiv:2402.18994.
    """

    dialect: ClassVar[Dialect] = dialect

    alpha: Param = param(unit="1", doc="decay of I per step, clamped to [0, 1]")
    beta: Param = param(unit="1", doc="decay of V per step, clamped to [0, 1]")
    threshold: Param = param(1.0, "1", "threshold")

    def __check_init__(self):
        say_clamped(self, "Spyx", "alpha", "beta")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "i_syn": "1", "threshold": "1"}

    def init(self) -> CuBaLIFState:
        return CuBaLIFState(v=0.0, i=0.0)

    def prepare(self, dt: Scalar) -> _Decays:
        return _Decays(clamped(self.alpha), clamped(self.beta))

    def __call__(self, prepared: _Decays, state: CuBaLIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[CuBaLIFState, Spike, Recordable]:
        spike = surrogate(state.v - self.threshold, at_least=False)
        current = rounded(prepared.alpha * state.i) + i
        v = rounded(prepared.beta * (state.v - rounded(spike * self.threshold))) + current
        return CuBaLIFState(v, current), spike, {"v": v, "i_syn": current, "threshold": self.threshold}
