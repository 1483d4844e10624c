"""BindsNET's Izhikevich layer."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from hillock._arithmetic import rounded
from hillock._param import ParameterError, param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractCoupledStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.bindsnet._dialect import dialect
from hillock.surrogates import AbstractSurrogate


class IzhikevichNodesState(NamedTuple):
    """Membrane potential (mV), recovery, and input that the layer sends itself."""

    v: Scalar
    u: Scalar
    sent: Scalar


class IzhikevichNodes(AbstractCoupledStep):
    """BindsNET's ``IzhikevichNodes``, bit for bit.

    Rule::

        v = c, u = u + d                                    where the last step ended with a spike
        x = x + Σ over the neurons j that fired then of S[:, j]
        v = v + dt/2 (0.04 v² + 5 v + 140 - u + x), twice
        u = u + dt a (b v - u)                              with the new v
        v is at least lbound
        spike if v ≥ thresh

    x is the stimulus, a plain number. The v that is recorded shows the peak, which is not cut.

    When: to repeat a BindsNET network exactly. ``hillock.cells.Izhikevich`` has presets.

    Limits: forward Euler overshoots the peak, by hundreds of mV in coarse steps, and intervals depend on dt. BindsNET draws r
    between 0 and 1 for each neuron: an excitatory one has c = -65 + 15 r² and d = 8 - 6 r², an inhibitory one a = 0.02 + 0.08 r,
    b = 0.25 - 0.05 r, c = -65 and d = 2; S is between 0 and 0.5 from the excitatory ones, between -1 and 0 from the others. Pass what it
    drew; the defaults are r = 0 and no S. A layer with S runs on the engine scan.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.bindsnet.IzhikevichNodes(), hk.stimuli.Constant(10.0), duration=120, dt=0.5).spike_steps
    array([  7,  65, 160])

    Reference: Izhikevich (2003), IEEE Trans. Neural Netw. 14:1569, eqs. 1-3, doi:10.1109/TNN.2003.820440.
    """

    dialect: ClassVar[Dialect] = dialect

    thresh: Param = param(45.0, "mV", "peak at which the spike is cut")
    rest: Param = param(-65.0, "mV", "potential at the start, where u = b rest")
    a: Param = param(0.02, "1/ms", "rate of recovery")
    b: Param = param(0.2, "1", "recovery driven by the potential")
    c: Param = param(-65.0, "mV", "potential after a spike")
    d: Param = param(8.0, "1", "recovery added by each spike")
    S: Param = param(np.zeros(0), "1", "input from neuron to neuron: row = neuron that receives, column = neuron that fires; empty for none", ndim=1)
    lbound: Param = param(-math.inf, "mV", "lowest potential")

    def __check_init__(self):
        shape = np.shape(self.S)
        if shape != (0,) and (len(shape) != 2 or shape[0] != shape[1]):
            raise ParameterError(f"IzhikevichNodes.S must have one row and one column per neuron, got an array of shape {shape}.")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "u": "1", "threshold": "mV"}

    def init(self) -> IzhikevichNodesState:
        return IzhikevichNodesState(v=self.rest, u=rounded(jnp.asarray(self.b * self.rest)), sent=0.0)

    def prepare(self, dt: Scalar) -> Scalar:
        return dt

    def __call__(
        self, prepared: Scalar, state: IzhikevichNodesState, i: Scalar, surrogate: AbstractSurrogate
    ) -> tuple[IzhikevichNodesState, Spike, Recordable]:
        fired = state.v >= self.thresh
        v, u = jnp.where(fired, self.c, state.v), jnp.where(fired, state.u + self.d, state.u)
        x = i + state.sent
        for _ in range(2):
            slope = rounded(0.04 * rounded(v * v)) + rounded(5.0 * v) + 140.0 - u + x
            v = v + rounded(0.5 * prepared * slope)
        u = u + rounded(rounded(prepared * self.a) * (rounded(self.b * v) - u))
        v = jnp.maximum(v, self.lbound)
        spike = surrogate(v - self.thresh, at_least=True)
        new = IzhikevichNodesState(v, u, state.sent)
        return new, spike, {"v": new.v, "u": new.u, "threshold": self.thresh}

    def exchange(self, state: Any, spikes: Array, shown: Mapping[str, Array]) -> tuple[Any, Array, Mapping[str, Array]]:
        if np.size(self.S) == 0:
            return state, spikes, shown
        weights = jnp.reshape(jnp.asarray(self.S), (len(spikes), len(spikes)))  # of a neuron alone an engine keeps one number
        return state._replace(sent=weights @ spikes), spikes, shown
