"""BindsNET's integrate-and-fire layer."""

import math
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.bindsnet._dialect import dialect
from hillock.dialects.bindsnet._rules import masked, restarted, settled
from hillock.surrogates import AbstractSurrogate


class IFNodesState(NamedTuple):
    """Membrane potential (mV) and countdown of refractoriness (ms), which goes on below 0."""

    v: Scalar
    refrac_count: Scalar


class IFNodes(AbstractStep):
    """BindsNET's ``IFNodes``, bit for bit.

    Rule::

        v = v + x                                       unless refrac_count > 0
        refrac_count = refrac_count - dt
        spike if v ≥ thresh:  v = reset, refrac_count = refrac
        v is at least lbound

    x is the stimulus.

    When: to repeat a BindsNET network exactly. ``hillock.cells.IntegrateAndFire`` with ``dialect="bindsnet"`` is the same for a current.

    Limits: x is a jump of v in every step: halving dt doubles the drive of a constant x. Nothing leaks, so v waits at reset while refractory.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.bindsnet.IFNodes(), hk.stimuli.Constant(1.0), duration=50, dt=1).spike_steps
    array([12, 30, 48])

    Reference: Hazan et al. (2018), Front. Neuroinform. 12:89, doi:10.3389/fninf.2018.00089; ``network/nodes.py`` of BindsNET 0.3.3.
    """

    dialect: ClassVar[Dialect] = dialect

    thresh: Param = param(-52.0, "mV", "threshold")
    reset: Param = param(-65.0, "mV", "potential after a spike, and at the start")
    refrac: Param = param(5.0, "ms", "time for which the input is masked after a spike", low=0.0)
    lbound: Param = param(-math.inf, "mV", "lowest potential")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "refrac_count": "ms", "threshold": "mV"}

    def init(self) -> IFNodesState:
        return IFNodesState(v=self.reset, refrac_count=0.0)

    def prepare(self, dt: Scalar) -> Scalar:
        return dt

    def __call__(self, prepared: Scalar, state: IFNodesState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[IFNodesState, Spike, Recordable]:
        v = state.v + masked(i, state.refrac_count)
        spike = surrogate(v - self.thresh, at_least=True)
        count = restarted(spike, state.refrac_count - prepared, self.refrac)
        new = IFNodesState(settled(spike, v, self.reset, self.lbound), count)
        return new, spike, {**new._asdict(), "threshold": self.thresh}
