"""BindsNET's leaky integrate-and-fire layer with a synaptic current."""

import math
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.bindsnet._dialect import dialect
from hillock.dialects.bindsnet._rules import decay, masked, relaxed, restarted, settled
from hillock.surrogates import AbstractSurrogate


class CurrentLIFNodesState(NamedTuple):
    """Membrane potential (mV), current (mV per step) and countdown of refractoriness (ms), which goes on below 0."""

    v: Scalar
    i: Scalar
    refrac_count: Scalar


class _Prepared(NamedTuple):
    dt: Scalar
    decay: Scalar
    i_decay: Scalar


class CurrentLIFNodes(AbstractStep):
    """BindsNET's ``CurrentLIFNodes``, bit for bit.

    Rule::

        v = exp(-dt/tc_decay) (v - rest) + rest
        i = exp(-dt/tc_i_decay) i + x
        refrac_count = refrac_count - dt
        v = v + i                                       unless refrac_count > 0
        spike if v ≥ thresh:  v = reset, refrac_count = refrac
        v is at least lbound

    x is the stimulus; i is recorded as ``i_syn``.

    When: to repeat a BindsNET network exactly, where input should act for longer than one step.

    Limits: those of ``LIFNodes``, but the countdown comes before the mask, so the current is masked for one step fewer; it goes on meanwhile.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.bindsnet.CurrentLIFNodes(), hk.stimuli.Constant(0.3), duration=60, dt=1).spike_steps
    array([20, 43])

    Reference: Hazan et al. (2018), Front. Neuroinform. 12:89, doi:10.3389/fninf.2018.00089; ``network/nodes.py`` of BindsNET 0.3.3.
    """

    dialect: ClassVar[Dialect] = dialect

    thresh: Param = param(-52.0, "mV", "threshold")
    rest: Param = param(-65.0, "mV", "resting potential, and the potential at the start")
    reset: Param = param(-65.0, "mV", "potential after a spike")
    refrac: Param = param(5.0, "ms", "refractory time, one step longer than the current is masked", low=0.0)
    tc_decay: Param = param(100.0, "ms", "membrane time constant", above=0.0)
    tc_i_decay: Param = param(2.0, "ms", "time constant of the current", above=0.0)
    lbound: Param = param(-math.inf, "mV", "lowest potential")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "i_syn": "mV", "refrac_count": "ms", "threshold": "mV"}

    def init(self) -> CurrentLIFNodesState:
        return CurrentLIFNodesState(v=self.rest, i=0.0, refrac_count=0.0)

    def prepare(self, dt: Scalar) -> _Prepared:
        return _Prepared(dt, decay(dt, self.tc_decay), decay(dt, self.tc_i_decay))

    def __call__(
        self, prepared: _Prepared, state: CurrentLIFNodesState, i: Scalar, surrogate: AbstractSurrogate
    ) -> tuple[CurrentLIFNodesState, Spike, Recordable]:
        current = rounded(prepared.i_decay * state.i) + i
        count = state.refrac_count - prepared.dt
        v = relaxed(prepared.decay, state.v, self.rest) + masked(current, count)
        spike = surrogate(v - self.thresh, at_least=True)
        new = CurrentLIFNodesState(settled(spike, v, self.reset, self.lbound), current, restarted(spike, count, self.refrac))
        return new, spike, {"v": new.v, "i_syn": current, "refrac_count": new.refrac_count, "threshold": self.thresh}
