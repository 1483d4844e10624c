"""snnTorch's neuron with a synaptic current."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._decays import clamped, say_clamped
from hillock.dialects._dialect import Dialect
from hillock.dialects.snntorch._dialect import dialect
from hillock.dialects.snntorch._rules import check_mechanism, reset_at_once, reset_late, reset_signal
from hillock.surrogates import AbstractSurrogate


class SynapticState(NamedTuple):
    """Membrane potential and synaptic current."""

    v: Scalar
    syn: Scalar


class _Decays(NamedTuple):
    alpha: Scalar
    beta: Scalar


class Synaptic(AbstractStep):
    """snnTorch's ``Synaptic``, bit for bit.

    Rule::

        reset = [v > threshold]                         of the last call
        flow       syn = alpha syn + i,  u = beta v + syn
        subtract   v = u - reset threshold
        zero       v = (1 - reset) u                    syn is kept
        none       v = u
        spk = [v > threshold]

    ``reset_delay`` as in ``Leaky``.

    When: to repeat a network of snnTorch exactly, where input should act for longer than one step.

    Limits: those of ``Leaky``; alpha and beta outside [0, 1] are clamped, and hillock says so.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.snntorch.Synaptic(alpha=0.8, beta=0.9), hk.stimuli.Constant(0.05), duration=20, dt=1).spike_steps
    array([ 8, 14])

    Reference: Eshraghian et al. (2023), Proc. IEEE 111:1016, doi:10.1109/JPROC.2023.3308088.
    """

    dialect: ClassVar[Dialect] = dialect

    alpha: Param = param(unit="1", doc="decay of the synaptic current per step, clamped to [0, 1]")
    beta: Param = param(unit="1", doc="decay of v per step, clamped to [0, 1]")
    threshold: Param = param(1.0, "1", "threshold")
    reset_mechanism: str = eqx.field(static=True, default="subtract")
    reset_delay: bool = eqx.field(static=True, default=True)

    def __check_init__(self):
        check_mechanism(self)
        say_clamped(self, "snnTorch", "alpha", "beta")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "syn": "1", "threshold": "1"}

    def init(self) -> SynapticState:
        return SynapticState(v=0.0, syn=0.0)

    def prepare(self, dt: Scalar) -> _Decays:
        return _Decays(clamped(self.alpha), clamped(self.beta))

    def __call__(self, prepared: _Decays, state: SynapticState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[SynapticState, Spike, Recordable]:
        reset = reset_signal(state.v, self.threshold)
        syn = rounded(prepared.alpha * state.syn) + i
        v = reset_late(self.reset_mechanism, rounded(prepared.beta * state.v) + syn, reset, self.threshold)
        spike = surrogate(v - self.threshold, at_least=False)
        if not self.reset_delay:
            v = reset_at_once(self.reset_mechanism, v, spike, reset, self.threshold)
        return SynapticState(v, syn), spike, {"v": v, "syn": syn, "threshold": self.threshold}
