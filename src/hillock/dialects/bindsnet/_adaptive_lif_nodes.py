"""BindsNET's leaky integrate-and-fire layer with adaptive thresholds."""

import math
from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx

from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._dialect import Dialect
from hillock.dialects.bindsnet._adaptive import AbstractAdaptive, AdaptiveDecays, AdaptiveState
from hillock.dialects.bindsnet._dialect import dialect
from hillock.surrogates import AbstractSurrogate


class AdaptiveLIFNodes(AbstractAdaptive):
    """BindsNET's ``AdaptiveLIFNodes``, bit for bit.

    Rule::

        v = exp(-dt/tc_decay) (v - rest) + rest
        v = v + x                                       unless refrac_count > 0
        theta = exp(-dt/tc_theta_decay) theta           if learning
        refrac_count = refrac_count - dt
        spike if v ≥ thresh + theta:  v = reset, refrac_count = refrac
        theta = theta + theta_plus where it fired       if learning
        v is at least lbound

    x is the stimulus.

    When: to repeat a BindsNET network exactly. ``hillock.cells.LIF`` with ``dialect="bindsnet"`` has the same threshold.

    Limits: those of ``LIFNodes``. With the default tc_theta_decay, 10⁷ ms, theta only ever rises.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.bindsnet.AdaptiveLIFNodes(theta_plus=2), hk.stimuli.Constant(0.6), duration=150, dt=1).spike_steps
    array([ 24,  58,  97, 140])

    Reference: Hazan et al. (2018), Front. Neuroinform. 12:89, doi:10.3389/fninf.2018.00089; ``network/nodes.py`` of BindsNET 0.3.3.
    """

    dialect: ClassVar[Dialect] = dialect

    rest: Param = param(-65.0, "mV", "resting potential, and the potential at the start")
    reset: Param = param(-65.0, "mV", "potential after a spike")
    thresh: Param = param(-52.0, "mV", "threshold before any spike")
    refrac: Param = param(5.0, "ms", "time for which the input is masked after a spike", low=0.0)
    tc_decay: Param = param(100.0, "ms", "membrane time constant", above=0.0)
    theta_plus: Param = param(0.05, "mV", "rise of the threshold with each spike")
    tc_theta_decay: Param = param(1e7, "ms", "decay time of the threshold's adaptation", above=0.0)
    lbound: Param = param(-math.inf, "mV", "lowest potential")
    learning: bool = eqx.field(static=True, default=True)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "theta": "mV", "refrac_count": "ms", "threshold": "mV"}

    def init(self) -> AdaptiveState:
        return AdaptiveState(v=self.rest, theta=0.0, refrac_count=0.0)

    def __call__(
        self, prepared: AdaptiveDecays, state: AdaptiveState, i: Scalar, surrogate: AbstractSurrogate
    ) -> tuple[AdaptiveState, Spike, Recordable]:
        new, spike = self.advance(prepared, state, i, surrogate)
        return new, spike, {**new._asdict(), "threshold": self.thresh + new.theta}
