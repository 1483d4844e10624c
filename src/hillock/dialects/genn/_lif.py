"""GeNN's LIF neuron."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep, silenced
from hillock.dialects._dialect import Dialect
from hillock.dialects.genn._dialect import dialect
from hillock.surrogates import AbstractSurrogate


class LIFState(NamedTuple):
    """Membrane potential (mV) and what is left of the refractory time (ms)."""

    v: Scalar
    refrac_time: Scalar


class _Derived(NamedTuple):
    dt: Scalar
    exp_tc: Scalar
    r_membrane: Scalar


class LIF(AbstractStep):
    """GeNN's ``LIF``, bit for bit in single precision.

    Rule::

        if RefracTime ≤ 0:  alpha = (Isyn + Ioffset) TauM/C + Vrest,  V = alpha - exp(-dt/TauM) (alpha - V)
        else                RefracTime = RefracTime - dt
        spike if RefracTime ≤ 0 and V ≥ Vthresh:  V = Vreset,  RefracTime = TauRefrac

    The stimulus is Isyn; V is recorded as ``v``, RefracTime under its own name.

    When: to repeat a model of GeNN exactly. ``hillock.cells.LIF`` with ``dialect="genn"`` is the same rule under hillock's names.

    Limits: the refractory time is a running difference in single precision: 3 ms are 31 steps of 0.1 ms, since 30 subtractions leave a
    little. A TauRefrac that is no whole number of steps is rounded up. GeNN leaves the potential at the start to
    the user; here it is Vrest.

    >>> import hillock as hk
    >>> neuron = hk.dialects.genn.LIF(C=0.2, TauM=20, Vrest=-65, Vreset=-65, Vthresh=-50, TauRefrac=2)
    >>> hk.simulate(neuron, hk.stimuli.Constant(0.3), duration=50, dt=0.1).spike_steps
    array([138, 297, 456])

    Reference: Yavuz, Turner & Nowotny (2016), Sci. Rep. 6:18854, doi:10.1038/srep18854; ``neuronModels.h`` of GeNN 5.4.0.
    """

    dialect: ClassVar[Dialect] = dialect

    C: Param = param(0.2, "nF", "membrane capacitance", above=0.0)
    TauM: Param = param(20.0, "ms", "membrane time constant", above=0.0)
    Vrest: Param = param(-65.0, "mV", "resting potential, and the potential at the start")
    Vreset: Param = param(-65.0, "mV", "potential after a spike")
    Vthresh: Param = param(-50.0, "mV", "threshold")
    Ioffset: Param = param(0.0, "nA", "constant current")
    TauRefrac: Param = param(2.0, "ms", "refractory time", low=0.0)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "RefracTime": "ms", "threshold": "mV"}

    def init(self) -> LIFState:
        return LIFState(v=self.Vrest, refrac_time=0.0)

    def prepare(self, dt: Scalar) -> _Derived:
        return _Derived(dt, jnp.exp(-dt / self.TauM), self.TauM / self.C)

    def __call__(self, prepared: _Derived, state: LIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFState, Spike, Recordable]:
        rests = state.refrac_time > 0
        alpha = rounded((i + self.Ioffset) * prepared.r_membrane) + self.Vrest
        v = jnp.where(rests, state.v, alpha - rounded(prepared.exp_tc * (alpha - state.v)))
        left = jnp.where(rests, state.refrac_time - prepared.dt, state.refrac_time)
        spike = silenced(surrogate(v - self.Vthresh, at_least=True), left > 0)
        new = LIFState(
            v=jnp.where(spike > 0, self.Vreset, v),
            refrac_time=jnp.where(spike > 0, self.TauRefrac, left),
        )
        return new, spike, {"v": new.v, "RefracTime": new.refrac_time, "threshold": self.Vthresh}
