"""BrainPy's Izhikevich neuron."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp

from hillock._arithmetic import fma, rounded
from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.brainpy._dialect import dialect
from hillock.dialects.brainpy._rules import Step, constant_gain, phi_of, single, step_of
from hillock.surrogates import AbstractSurrogate


class IzhikevichState(NamedTuple):
    """Membrane potential and recovery variable (mV)."""

    v: Scalar
    u: Scalar


class _Constants(NamedTuple):
    step: Step
    gain: Scalar


class Izhikevich(AbstractStep):
    """BrainPy's ``Izhikevich``, bit for bit in single precision.

    Rule::

        f(V) = p1 V² + p2 V + p3 - u + I
        V' = V + dt φ(dt f'(V)) f(V),  φ(z) = (exp(z) - 1)/z
        u' = u + dt φ(-dt a) a (b V - u)
        spike = [V' ≥ V_th],  V = c, u = u' + d where it fires

    Both variables move from where the last step left the other. u starts at b times V_initializer.

    When: to repeat a model of BrainPy exactly. ``hillock.cells.Izhikevich`` has presets.

    Limits: exponential Euler linearises the upstroke where a step begins, so the peak is overshot and intervals depend on dt. BrainPy's R and
    tau are left out: it accepts them and does not use them.

    >>> import hillock as hk
    >>> neuron = hk.dialects.brainpy.Izhikevich(V_initializer=-65.0)
    >>> hk.simulate(neuron, hk.stimuli.Constant(10.0), duration=120, dt=0.1).spike_steps
    array([  31,  263,  712, 1161])

    Reference: Izhikevich (2003), IEEE Trans. Neural Netw. 14:1569, eqs. 1-3, doi:10.1109/TNN.2003.820440.
    """

    dialect: ClassVar[Dialect] = dialect

    V_th: Param = param(30.0, "mV", "peak at which the spike is cut")
    p1: Param = param(0.04, "1", "factor of V squared")
    p2: Param = param(5.0, "1", "factor of V")
    p3: Param = param(140.0, "1", "constant part of the drift")
    a: Param = param(0.02, "1/ms", "rate of recovery")
    b: Param = param(0.2, "1", "recovery driven by the potential")
    c: Param = param(-65.0, "mV", "potential after a spike")
    d: Param = param(8.0, "mV", "recovery added by each spike")
    V_initializer: Param = param(-70.0, "mV", "potential at the start")

    def __check_init__(self):
        require_below(self, "c", "V_th")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "u": "mV", "threshold": "mV"}

    def init(self) -> IzhikevichState:
        return IzhikevichState(v=self.V_initializer, u=single(self.b) * single(self.V_initializer))

    def prepare(self, dt: Scalar) -> _Constants:
        return _Constants(step_of(dt), constant_gain(self.a, dt))

    def __call__(
        self, prepared: _Constants, state: IzhikevichState, i: Scalar, surrogate: AbstractSurrogate
    ) -> tuple[IzhikevichState, Spike, Recordable]:
        v, u = state
        part = rounded(self.p1 * v)
        phi = phi_of(prepared.step, (part + self.p2) + part)
        rate = fma(v, self.p2, rounded(part * v)) + self.p3 - u + i
        v_next = fma(rounded(phi * prepared.step.dt), rate, v)
        u_next = fma(fma(v, self.b, -u), prepared.gain, u)
        spike = surrogate(v_next - self.V_th, at_least=True)
        new = IzhikevichState(v=jnp.where(spike > 0, self.c, v_next), u=jnp.where(spike > 0, u_next + self.d, u_next))
        return new, spike, {**new._asdict(), "threshold": self.V_th}
