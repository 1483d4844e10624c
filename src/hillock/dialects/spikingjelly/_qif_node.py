"""SpikingJelly's quadratic integrate-and-fire neuron."""

from collections.abc import Mapping
from typing import ClassVar

from hillock._arithmetic import rounded
from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.cells import Voltage
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.spikingjelly._dialect import dialect
from hillock.dialects.spikingjelly._rules import after, base, or_soft
from hillock.surrogates import AbstractSurrogate


class QIFNode(AbstractStep):
    """SpikingJelly's ``QIFNode``, bit for bit.

    Rule::

        v = v + (x + a0 (v - v_rest)(v - v_c))/tau
        spike = [v ≥ v_threshold],  reset as in LIFNode

    When: to repeat a network of SpikingJelly exactly; ``hillock.cells.QuadraticIF`` is the same model in mV and ms.

    Limits: forward Euler, which outruns the upstroke: v may end a step far above v_threshold, and a soft reset (``v_reset=None``) keeps
    that. v starts at v_reset, not at v_rest. No refractory time.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.spikingjelly.QIFNode(tau=10.0), hk.stimuli.Constant(0.4), duration=100, dt=1).spike_steps
    array([34, 69])

    Reference: Gerstner, Kistler, Naud & Paninski (2014), Neuronal Dynamics, eq. 5.16, doi:10.1017/CBO9781107447615.
    """

    dialect: ClassVar[Dialect] = dialect

    tau: Param = param(2.0, "1", "membrane time constant in steps", above=1.0)
    v_c: Param = param(0.8, "1", "critical potential, above which a spike takes off without input")
    a0: Param = param(1.0, "1", "curvature", above=0.0)
    v_threshold: Param = param(1.0, "1", "potential at which the spike is cut")
    v_rest: Param = param(0.0, "1", "resting potential")
    v_reset: Param = param(-0.1, "1", "potential at the start and after a spike; None: subtract the threshold")

    def __post_init__(self):
        self.v_reset = or_soft(self.v_reset)

    def __check_init__(self):
        require_below(self, "v_reset", "v_threshold")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "threshold": "1"}

    def init(self) -> Voltage:
        return Voltage(v=base(self.v_reset))

    def prepare(self, dt: Scalar) -> None:
        return None

    def __call__(self, prepared: None, state: Voltage, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Voltage, Spike, Recordable]:
        v = state.v
        v = v + (i + rounded(rounded(self.a0 * (v - self.v_rest)) * (v - self.v_c))) / self.tau
        spike = surrogate(v - self.v_threshold, at_least=True)
        v = after(spike, v, self.v_threshold, self.v_reset)
        return Voltage(v), spike, {"v": v, "threshold": self.v_threshold}
