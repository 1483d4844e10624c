"""The notebook "Leaky integrate and fire neuron with TensorFlow" (D. Corvoysier, 2018).

Three phases, decided on the state as the last step left it: resting, else firing, else integrating. A crossing therefore shows in the
recorded potential for one whole step, and the spike is the firing phase, one step after it.
"""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep, silenced
from hillock.dialects._choices import CountDown
from hillock.dialects._dialect import Dialect
from hillock.integrators import Euler
from hillock.surrogates import AbstractSurrogate

dialect = Dialect(
    name="tensorflow_notebook",
    summary="resting, else firing (reset, no integration), else forward Euler; v shows above threshold for one step",
    integrator=Euler(),
    fires_first=True,
    count=CountDown(),
    dtype="float32",
)


class LIFState(NamedTuple):
    """Membrane potential and time left to rest (ms)."""

    v: Scalar
    t_rest: Scalar


class _Constants(NamedTuple):
    dt: Float[Array, ""]
    rate: Float[Array, ""]


class LIF(AbstractStep):
    """The notebook's ``LIFNeuron``, bit for bit.

    Rule::

        resting      if t_rest > 0:      v = v_rest, t_rest = t_rest - dt
        firing       elif v > v_thresh:  v = v_rest, t_rest = tau_rest
        integrating  else:               v = v + ((r i - v)/tau) dt

    When: to repeat the notebook exactly. ``hillock.cells.LIF`` with ``dialect="tensorflow_notebook"`` is the same rule for a leak towards v_rest.

    Limits: forward Euler: unstable for dt > 2 tau. The leak pulls towards 0, whatever v_rest is. A spike is the firing phase, one step after v
    passed the threshold; dt is subtracted in single precision, which for tau_rest = 4 and dt = 0.1 takes 41 steps. TensorFlow turns the
    division by tau into a product with its float32 reciprocal.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.tensorflow_notebook.LIF(), hk.stimuli.Constant(1.5), duration=40, dt=1).spike_steps
    array([11, 27])

    Reference: Gerstner & Kistler (2002), Spiking Neuron Models, section 4.1, doi:10.1017/CBO9780511815706, which the notebook follows.
    """

    dialect: ClassVar[Dialect] = dialect

    v_rest: Param = param(0.0, "mV", "potential at the start and after a spike")
    v_thresh: Param = param(1.0, "mV", "threshold")
    tau_rest: Param = param(4.0, "ms", "resting time after the firing step", low=0.0)
    r: Param = param(1.0, "MΩ", "membrane resistance")
    tau: Param = param(10.0, "ms", "membrane time constant", above=0.0)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "t_rest": "ms", "threshold": "mV"}

    def init(self) -> LIFState:
        return LIFState(v=self.v_rest, t_rest=0.0)

    def prepare(self, dt: Scalar) -> _Constants:
        return _Constants(jnp.asarray(dt, jnp.float32), 1 / jnp.asarray(self.tau, jnp.float32))

    def __call__(self, prepared: _Constants, state: LIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFState, Spike, Recordable]:
        v, t_rest = state
        resting = t_rest > 0
        spike = silenced(surrogate(v - self.v_thresh, at_least=False), resting)
        rate = rounded((rounded(self.r * i) - v) * prepared.rate)
        integrated = v + rounded(rate * prepared.dt)
        new = LIFState(
            v=jnp.where(resting | (spike > 0), self.v_rest, integrated),
            t_rest=jnp.where(resting, t_rest - prepared.dt, jnp.where(spike > 0, self.tau_rest, 0.0)),
        )
        return new, spike, {**new._asdict(), "threshold": self.v_thresh}
