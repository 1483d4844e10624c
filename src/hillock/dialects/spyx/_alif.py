"""Spyx's LIF neuron with an adaptive threshold."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._decays import clamped, say_clamped
from hillock.dialects._dialect import Dialect
from hillock.dialects.spyx._dialect import dialect
from hillock.dialects.spyx._rules import flowed
from hillock.surrogates import AbstractSurrogate


class ALIFState(NamedTuple):
    """Membrane potential and what the threshold has risen by."""

    v: Scalar
    T: Scalar


class _Decays(NamedTuple):
    beta: Scalar
    gamma: Scalar
    rise: Scalar


class ALIF(AbstractStep):
    """Spyx's ``ALIF``, bit for bit.

    Rule::

        spike = [V > threshold + T]                     V and T as the last call left them
        V = beta V + x - spike (threshold + T)
        T = gamma T + (1 - gamma) spike

    ``threshold`` is recorded as it was tested, ``T`` as it is after the step.

    When: to repeat a network of Spyx exactly, where neurons should adapt.

    Limits: those of ``LIF``. What a spike takes off is the raised threshold. Each spike raises it by 1 - gamma, a number tied to its decay:
    T never exceeds 1, whatever the threshold is.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.spyx.ALIF(beta=0.9, gamma=0.8), hk.stimuli.Constant(0.3), duration=25, dt=1).spike_steps
    array([ 4,  9, 14, 19, 24])

    Reference: Bellec, Salaj, Subramoney, Legenstein & Maass (2018), arXiv:1803.09574, eqs. 1-2; Heckel & Nowotny (2024), Spyx,
    arXiv:2402.18994.
    """

    dialect: ClassVar[Dialect] = dialect

    beta: Param = param(unit="1", doc="decay of V per step, clamped to [0, 1]")
    gamma: Param = param(unit="1", doc="decay of T per step, clamped to [0, 1]")
    threshold: Param = param(1.0, "1", "threshold before any spike")

    def __check_init__(self):
        say_clamped(self, "Spyx", "beta", "gamma")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "T": "1", "threshold": "1"}

    def init(self) -> ALIFState:
        return ALIFState(v=0.0, T=0.0)

    def prepare(self, dt: Scalar) -> _Decays:
        gamma = jnp.asarray(clamped(self.gamma), jnp.float32)
        return _Decays(clamped(self.beta), gamma, 1.0 - gamma)

    def __call__(self, prepared: _Decays, state: ALIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[ALIFState, Spike, Recordable]:
        threshold = self.threshold + state.T
        spike = surrogate(state.v - threshold, at_least=False)
        new = ALIFState(
            v=flowed(prepared.beta, state.v, i, spike, threshold),
            T=rounded(prepared.gamma * state.T) + rounded(prepared.rise * spike),
        )
        return new, spike, {**new._asdict(), "threshold": threshold}
