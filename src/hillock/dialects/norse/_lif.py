"""Norse's LIF neuron with an exponential synapse."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.norse._dialect import dialect
from hillock.dialects.norse._rules import after, decayed, per_step
from hillock.surrogates import AbstractSurrogate


class LIFState(NamedTuple):
    """Membrane potential and synaptic current (mV)."""

    v: Scalar
    i: Scalar


class Steps(NamedTuple):
    """The parts of the time constants of membrane and synapse that one step is."""

    mem: Scalar
    syn: Scalar


class AbstractLIF(AbstractStep):
    """What the neurons with this rule share."""

    tau_syn_inv: eqx.AbstractVar[Param]
    tau_mem_inv: eqx.AbstractVar[Param]
    v_leak: eqx.AbstractVar[Param]
    v_th: eqx.AbstractVar[Param]
    v_reset: eqx.AbstractVar[Param]

    def prepare(self, dt: Scalar) -> Steps:
        return Steps(per_step(self.tau_mem_inv, dt), per_step(self.tau_syn_inv, dt))

    def advance(self, steps: Steps, state: LIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFState, Spike]:
        """Return state and spike after one step that nothing holds up."""
        current = state.i + i
        v = state.v + rounded(steps.mem * ((self.v_leak - state.v) + current))
        spike = surrogate(v - self.v_th, at_least=False)
        return LIFState(after(spike, v, self.v_reset), decayed(steps.syn, current)), spike


class LIF(AbstractLIF):
    """Norse's ``LIFCell``, fed forward; bit for bit.

    Rule::

        i = i + input
        v = v + (dt tau_mem_inv) ((v_leak - v) + i)
        i = i - (dt tau_syn_inv) i
        z = [v - v_th > 0];  v = v_reset where z

    i is recorded after its decay, as ``i_syn``.

    When: to repeat a Norse network exactly; ``LIFBox`` is the same without the synapse.

    Limits: forward Euler: unstable for dt > 2 tau. The input of a step is a jump of i, so halving dt doubles the drive of a constant input.
    No refractory time; see ``LIFRefrac``.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.norse.LIF(), hk.stimuli.Constant(0.4), duration=30, dt=1).spike_steps
    array([10, 17, 24])

    Reference: Pehle & Pedersen (2021), Norse, doi:10.5281/zenodo.4422025.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_syn_inv: Param = param(200.0, "1/s", "inverse of the synaptic time constant", above=0.0)
    tau_mem_inv: Param = param(100.0, "1/s", "inverse of the membrane time constant", above=0.0)
    v_leak: Param = param(0.0, "mV", "resting potential, and the potential at the start")
    v_th: Param = param(1.0, "mV", "threshold")
    v_reset: Param = param(0.0, "mV", "potential after a spike")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "i_syn": "mV", "threshold": "mV"}

    def init(self) -> LIFState:
        return LIFState(v=self.v_leak, i=0.0)

    def __call__(self, prepared: Steps, state: LIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFState, Spike, Recordable]:
        new, spike = self.advance(prepared, state, i, surrogate)
        return new, spike, {"v": new.v, "i_syn": new.i, "threshold": self.v_th}
