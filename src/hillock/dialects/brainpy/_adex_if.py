"""BrainPy's adaptive exponential integrate-and-fire neuron."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp

from hillock._arithmetic import fma
from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.brainpy._dialect import dialect
from hillock.dialects.brainpy._rules import after, check_training, constant_gain, single
from hillock.dialects.brainpy._upstroke import Upstroke, exponential, moved, upstroke_of
from hillock.surrogates import AbstractSurrogate


class AdExIFState(NamedTuple):
    """Membrane potential (mV) and adaptation (nA)."""

    v: Scalar
    w: Scalar


class _Constants(NamedTuple):
    upstroke: Upstroke
    gain: Scalar


class AdExIF(AbstractStep):
    """BrainPy's ``AdExIF``, bit for bit in single precision.

    Rule::

        f(V) = (-V + V_rest + delta_T exp((V - V_T)/delta_T) - R w + R I)/tau
        V' = V + dt φ(dt f'(V)) f(V),  φ(z) = (exp(z) - 1)/z
        w' = w + dt φ(-dt/tau_w) (a (V - V_rest) - w)/tau_w
        spike = [V' ≥ V_th],  V' reset as in Lif,  w = w' + b where it fires

    Both variables move from where the last step left the other.

    When: to repeat a model of BrainPy exactly. ``hillock.cells.AdEx`` has the published form.

    Limits: those of ``ExpIF``.

    >>> import hillock as hk
    >>> neuron = hk.dialects.brainpy.AdExIF(V_th=-30.0, V_initializer=-65.0)
    >>> hk.simulate(neuron, hk.stimuli.Constant(60.0), duration=10, dt=0.1).spike_steps
    array([28, 62, 97])

    Reference: Brette & Gerstner (2005), J. Neurophysiol. 94:3637, eqs. 2-3, doi:10.1152/jn.00686.2005.
    """

    dialect: ClassVar[Dialect] = dialect

    V_rest: Param = param(-65.0, "mV", "resting potential")
    V_reset: Param = param(-68.0, "mV", "potential after a spike")
    V_th: Param = param(-55.0, "mV", "potential at which the spike is cut")
    V_T: Param = param(-59.9, "mV", "potential at which a spike takes off")
    delta_T: Param = param(3.48, "mV", "steepness of the upstroke", above=0.0)  # noqa: N815  (BrainPy's name)
    a: Param = param(1.0, "uS", "adaptation driven by the potential")
    b: Param = param(1.0, "nA", "adaptation added by each spike")
    tau: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    tau_w: Param = param(30.0, "ms", "time constant of adaptation", above=0.0)
    R: Param = param(1.0, "MΩ", "membrane resistance")
    V_initializer: Param = param(0.0, "mV", "potential at the start")
    w_initializer: Param = param(0.0, "nA", "adaptation at the start")
    training: bool = eqx.field(static=True, default=False)
    spk_reset: str = eqx.field(static=True, default="soft")

    def __check_init__(self):
        check_training(self)
        require_below(self, "V_reset", "V_th")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "w": "nA", "threshold": "mV"}

    def init(self) -> AdExIFState:
        return AdExIFState(v=self.V_initializer, w=self.w_initializer)

    def prepare(self, dt: Scalar) -> _Constants:
        return _Constants(upstroke_of(self.tau, self.delta_T, dt), constant_gain(1.0 / single(self.tau_w), dt))

    def __call__(self, prepared: _Constants, state: AdExIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[AdExIFState, Spike, Recordable]:
        v, w = state
        e = exponential(prepared.upstroke, v, self.V_T)
        pull = fma(-self.R, w, fma(e, self.delta_T, -v + self.V_rest))
        v_next = moved(prepared.upstroke, v, e, fma(self.R, i, pull))
        w_next = fma(fma(self.a, v - self.V_rest, -w), prepared.gain, w)
        spike = surrogate(v_next - self.V_th, at_least=True)
        new = AdExIFState(v=after(self, spike, v_next), w=jnp.where(spike > 0, w_next + self.b, w_next))
        return new, spike, {**new._asdict(), "threshold": self.V_th}
