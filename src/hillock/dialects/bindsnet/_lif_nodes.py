"""BindsNET's leaky integrate-and-fire layer."""

import math
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.bindsnet._dialect import dialect
from hillock.dialects.bindsnet._rules import decay, masked, relaxed, restarted, settled
from hillock.surrogates import AbstractSurrogate


class LIFNodesState(NamedTuple):
    """Membrane potential (mV) and countdown of refractoriness (ms), which goes on below 0."""

    v: Scalar
    refrac_count: Scalar


class _Prepared(NamedTuple):
    dt: Scalar
    decay: Scalar


class LIFNodes(AbstractStep):
    """BindsNET's ``LIFNodes``, bit for bit.

    Rule::

        v = exp(-dt/tc_decay) (v - rest) + rest
        v = v + x                                       unless refrac_count > 0
        refrac_count = refrac_count - dt
        spike if v ≥ thresh:  v = reset, refrac_count = refrac
        v is at least lbound

    x is the stimulus.

    When: to repeat a BindsNET network exactly. ``hillock.cells.LIF`` with ``dialect="bindsnet"`` is the same order of a step for a current.

    Limits: x is a jump of v in every step: feed r (1 - exp(-dt/tc_decay)) i for a membrane of resistance r; halving dt doubles the drive of
    a constant x. While refractory only x is masked: v goes on towards rest, and can fire if reset or rest is above thresh. The countdown is
    in single precision: 5 ms are 51 steps of 0.1 ms, since 50 subtractions leave a little.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.bindsnet.LIFNodes(), hk.stimuli.Constant(0.6), duration=100, dt=1).spike_steps
    array([24, 54, 84])

    Reference: Hazan et al. (2018), Front. Neuroinform. 12:89, doi:10.3389/fninf.2018.00089; ``network/nodes.py`` of BindsNET 0.3.3.
    """

    dialect: ClassVar[Dialect] = dialect

    thresh: Param = param(-52.0, "mV", "threshold")
    rest: Param = param(-65.0, "mV", "resting potential, and the potential at the start")
    reset: Param = param(-65.0, "mV", "potential after a spike")
    refrac: Param = param(5.0, "ms", "time for which the input is masked after a spike", low=0.0)
    tc_decay: Param = param(100.0, "ms", "membrane time constant", above=0.0)
    lbound: Param = param(-math.inf, "mV", "lowest potential")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "refrac_count": "ms", "threshold": "mV"}

    def init(self) -> LIFNodesState:
        return LIFNodesState(v=self.rest, refrac_count=0.0)

    def prepare(self, dt: Scalar) -> _Prepared:
        return _Prepared(dt, decay(dt, self.tc_decay))

    def __call__(self, prepared: _Prepared, state: LIFNodesState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFNodesState, Spike, Recordable]:
        v = relaxed(prepared.decay, state.v, self.rest) + masked(i, state.refrac_count)
        spike = surrogate(v - self.thresh, at_least=True)
        count = restarted(spike, state.refrac_count - prepared.dt, self.refrac)
        new = LIFNodesState(settled(spike, v, self.reset, self.lbound), count)
        return new, spike, {**new._asdict(), "threshold": self.thresh}
