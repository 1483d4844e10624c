"""SpikingJelly's exponential integrate-and-fire neuron."""

from collections.abc import Mapping
from typing import ClassVar

import jax
import jax.numpy as jnp
from jax import lax

from hillock._arithmetic import rounded
from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.cells import Voltage
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.spikingjelly._dialect import dialect
from hillock.dialects.spikingjelly._rules import after, base, or_soft
from hillock.surrogates import AbstractSurrogate


class EIFNode(AbstractStep):
    """SpikingJelly's ``EIFNode``, bit for bit up to the last bit of exp, which is rounded correctly here.

    Rule::

        v = v + (x + v_rest - v + delta_T exp((v - theta_rh)/delta_T))/tau
        spike = [v ≥ v_threshold],  reset as in LIFNode

    When: to repeat a network of SpikingJelly exactly; ``hillock.cells.ExponentialIF`` is the same model in mV and ms.

    Limits: forward Euler, which outruns the upstroke: v may end a step far above v_threshold, and a soft reset (``v_reset=None``) keeps
    that. v starts at v_reset, not at v_rest. No refractory time.

    >>> import hillock as hk
    >>> node = hk.dialects.spikingjelly.EIFNode(tau=10.0, delta_T=0.3, v_threshold=1.5)
    >>> hk.simulate(node, hk.stimuli.Constant(1.0), duration=70, dt=1).spike_steps
    array([21, 43, 65])

    Reference: Fourcaud-Trocmé, Hansel, van Vreeswijk & Brunel (2003), J. Neurosci. 23:11628, doi:10.1523/JNEUROSCI.23-37-11628.2003.
    """

    dialect: ClassVar[Dialect] = dialect

    tau: Param = param(2.0, "1", "membrane time constant in steps", above=1.0)
    delta_T: Param = param(1.0, "1", "steepness of the upstroke", above=0.0)  # noqa: N815  (SpikingJelly's name)
    theta_rh: Param = param(0.8, "1", "potential at which a spike takes off")
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
        upstroke = rounded(self.delta_T * _exp((v - self.theta_rh) / self.delta_T))
        v = v + (i + self.v_rest - v + upstroke) / self.tau
        spike = surrogate(v - self.v_threshold, at_least=True)
        v = after(spike, v, self.v_threshold, self.v_reset)
        return Voltage(v), spike, {"v": v, "threshold": self.v_threshold}


@jax.jit
def _exp(x: Scalar) -> Scalar:
    """Return exp(x), computed in double precision and rounded once, so that it is the same on every machine."""
    x = jnp.asarray(x)
    with jax.enable_x64(True):
        return lax.convert_element_type(jnp.exp(lax.convert_element_type(x, jnp.float64)), x.dtype)
