"""SpikingJelly's quadratic neuron with adaptation."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.spikingjelly._dialect import dialect
from hillock.dialects.spikingjelly._rules import after, base, or_soft
from hillock.surrogates import AbstractSurrogate


class IzhikevichNodeState(NamedTuple):
    """Membrane potential and adaptation."""

    v: Scalar
    w: Scalar


class IzhikevichNode(AbstractStep):
    """SpikingJelly's ``IzhikevichNode``, bit for bit.

    Rule::

        v = v + (x + a0 (v - v_rest)(v - v_c) - w)/tau
        w = w + (a (v - v_rest) - w)/tau_w              with the new v
        spike = [v ≥ v_threshold],  reset of v as in LIFNode,  w = w + b where it fires

    When: to repeat a network of SpikingJelly exactly. ``hillock.cells.Izhikevich`` has the published parameters and patterns.

    Limits: its parameters are not Izhikevich's a, b, c, d. Forward Euler, which outruns the upstroke. w follows the v of the same step, before
    its reset. v starts at v_reset. No refractory time.

    >>> import hillock as hk
    >>> node = hk.dialects.spikingjelly.IzhikevichNode(tau=5.0, v_threshold=1.5, v_reset=-0.1, v_rest=0.0, tau_w=30.0, a=0.2, b=0.1)
    >>> hk.simulate(node, hk.stimuli.Constant(0.5), duration=100, dt=1).isi()
    array([24., 29.])

    Reference: Izhikevich (2003), IEEE Trans. Neural Netw. 14:1569, doi:10.1109/TNN.2003.820440, in the form of Izhikevich (2007), Dynamical
    Systems in Neuroscience, eqs. 8.1-8.2, MIT Press.
    """

    dialect: ClassVar[Dialect] = dialect

    tau: Param = param(2.0, "1", "membrane time constant in steps", above=1.0)
    v_c: Param = param(0.8, "1", "critical potential, above which a spike takes off without input")
    a0: Param = param(1.0, "1", "curvature", above=0.0)
    v_threshold: Param = param(1.0, "1", "potential at which the spike is cut")
    v_reset: Param = param(0.0, "1", "potential at the start and after a spike; None: subtract the threshold")
    v_rest: Param = param(-0.1, "1", "resting potential")
    w_rest: Param = param(0.0, "1", "adaptation at the start")
    tau_w: Param = param(2.0, "1", "time constant of adaptation in steps", above=0.0)
    a: Param = param(0.0, "1", "adaptation driven by the potential")
    b: Param = param(0.0, "1", "adaptation added by each spike")

    def __post_init__(self):
        self.v_reset = or_soft(self.v_reset)

    def __check_init__(self):
        require_below(self, "v_reset", "v_threshold")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "w": "1", "threshold": "1"}

    def init(self) -> IzhikevichNodeState:
        return IzhikevichNodeState(v=base(self.v_reset), w=self.w_rest)

    def prepare(self, dt: Scalar) -> None:
        return None

    def __call__(
        self, prepared: None, state: IzhikevichNodeState, i: Scalar, surrogate: AbstractSurrogate
    ) -> tuple[IzhikevichNodeState, Spike, Recordable]:
        v, w = state
        upstroke = rounded(rounded(self.a0 * (v - self.v_rest)) * (v - self.v_c))
        v = v + (i + upstroke - w) / self.tau
        w = w + (rounded(self.a * (v - self.v_rest)) - w) / self.tau_w
        spike = surrogate(v - self.v_threshold, at_least=True)
        new = IzhikevichNodeState(v=after(spike, v, self.v_threshold, self.v_reset), w=jnp.where(spike > 0, w + self.b, w))
        return new, spike, {**new._asdict(), "threshold": self.v_threshold}
