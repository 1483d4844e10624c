"""NEST's leaky integrate-and-fire neurons with current-based synapses."""
# ruff: noqa: N801

from abc import abstractmethod
from collections.abc import Mapping
from math import inf
from typing import ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int

from hillock._arithmetic import rounded
from hillock._param import ParameterError, param, require_below
from hillock._trace import is_traced
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep, Dialect
from hillock.dialects.nest._exponential import exp, expm1
from hillock.dialects.nest._rules import CeilSteps, count_down, dialect, in_pa
from hillock.surrogates import AbstractSurrogate


class IafState(NamedTuple):
    """Membrane potential (mV), the same above E_L, and the steps of refractoriness left."""

    v: Scalar
    y: Scalar
    r: Int[Array, ""]


class IafConstants(NamedTuple):
    """What multiplies the input (mV/pA), what multiplies y (or y is increased by), and the steps of refractoriness."""

    drive: Scalar
    keep: Scalar
    hold: Int[Array, ""]


class AbstractIafPsc(AbstractStep):
    """What the family shares: y = V_m - E_L flows exactly, and stands still while refractory."""

    E_L: eqx.AbstractVar[Param]
    V_m: eqx.AbstractVar[Param]
    V_th: eqx.AbstractVar[Param]
    V_reset: eqx.AbstractVar[Param]
    I_e: eqx.AbstractVar[Param]

    @abstractmethod
    def flow(self, prepared: IafConstants, y: Scalar, current: Scalar) -> Scalar:
        """Return y one step later under a current (pA)."""

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "threshold": "mV"}

    def init(self) -> IafState:
        return IafState(v=self.V_m, y=self.V_m - self.E_L, r=jnp.zeros((), jnp.int32))

    def __call__(self, prepared: IafConstants, state: IafState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[IafState, Spike, Recordable]:
        moved = jnp.where(state.r > 0, state.y, self.flow(prepared, state.y, in_pa(i) + self.I_e))
        spike = surrogate(moved - (self.V_th - self.E_L), at_least=True)
        y = jnp.where(spike > 0, self.V_reset - self.E_L, moved)
        new = IafState(v=y + self.E_L, y=y, r=count_down(prepared.hold, state.r, spike))
        return new, spike, {"v": new.v, "threshold": self.V_th}


class iaf_psc_delta(AbstractIafPsc):
    """NEST's ``iaf_psc_delta``, bit for bit.

    Rule::

        P = exp(-dt/tau_m),  y = V_m - E_L
        unless refractory:  y = (1/C_m (1 - P) tau_m) (I + I_e) + P y, and at least V_min - E_L
        spike if y ≥ V_th - E_L:  y = V_reset - E_L, refractory for t_ref, rounded to 0.001 ms, then up to whole steps

    >>> import hillock as hk
    >>> neuron = hk.dialects.nest.iaf_psc_delta(C_m=20, tau_m=20, E_L=0, V_m=0, V_reset=0, V_th=1, t_ref=5, I_e=1.5)
    >>> hk.simulate(neuron, hk.stimuli.Constant(0), duration=90, dt=1).spike_times
    array([22., 49., 76.])

    Reference: Rotter & Diesmann (1999), Biol. Cybern. 81:381, section 3.1, doi:10.1007/s004220050570.
    """

    dialect: ClassVar[Dialect] = dialect

    C_m: Param = param(250.0, "pF", "membrane capacitance", above=0.0)
    tau_m: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    E_L: Param = param(-70.0, "mV", "resting potential")
    V_m: Param = param(-70.0, "mV", "potential at the start")
    V_th: Param = param(-55.0, "mV", "threshold")
    V_reset: Param = param(-70.0, "mV", "potential after a spike")
    V_min: Param = param(-inf, "mV", "lowest potential")
    t_ref: Param = param(2.0, "ms", "refractory time", low=0.0)
    I_e: Param = param(0.0, "pA", "constant current")
    refractory_input: bool = eqx.field(default=False, static=True)

    def __check_init__(self):
        require_below(self, "V_reset", "V_th")

    def prepare(self, dt: Scalar) -> IafConstants:
        keep = exp(-dt / self.tau_m)
        drive = rounded(rounded(1 / self.C_m) * (1 - keep)) * self.tau_m
        return IafConstants(drive, keep, CeilSteps()(self.t_ref, dt))

    def flow(self, prepared: IafConstants, y: Scalar, current: Scalar) -> Scalar:
        moved = rounded(prepared.drive * current) + rounded(prepared.keep * y)
        return jnp.maximum(moved, self.V_min - self.E_L)


class iaf_psc_exp(AbstractIafPsc):
    """NEST's ``iaf_psc_exp`` with its deterministic threshold, bit for bit.

    Rule::

        P = exp(-dt/tau_m),  y = V_m - E_L
        unless refractory:  y = (tau_m/C_m (1 - P)) (I + I_e) + P y
        spike if y ≥ V_th - E_L:  y = V_reset - E_L, refractory for t_ref, rounded to 0.001 ms, then up to whole steps

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.nest.iaf_psc_exp(I_e="500 pA"), hk.stimuli.Constant(0), duration=40, dt=0.1).spike_times
    array([13.9, 29.8])

    Reference: Rotter & Diesmann (1999), Biol. Cybern. 81:381, section 3.1, doi:10.1007/s004220050570.
    """

    dialect: ClassVar[Dialect] = dialect

    C_m: Param = param(250.0, "pF", "membrane capacitance", above=0.0)
    tau_m: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    E_L: Param = param(-70.0, "mV", "resting potential")
    V_m: Param = param(-70.0, "mV", "potential at the start")
    V_th: Param = param(-55.0, "mV", "threshold")
    V_reset: Param = param(-70.0, "mV", "potential after a spike")
    t_ref: Param = param(2.0, "ms", "refractory time", low=0.0)
    I_e: Param = param(0.0, "pA", "constant current")
    tau_syn_ex: Param = param(2.0, "ms", "time constant of excitatory synapses (no effect yet)", above=0.0)
    tau_syn_in: Param = param(2.0, "ms", "time constant of inhibitory synapses (no effect yet)", above=0.0)
    delta: Param = param(0.0, "mV", "width of the stochastic threshold: must be 0", low=0.0)
    rho: Param = param(0.01, "1/s", "rate at a stochastic threshold (no effect)", low=0.0)

    def __check_init__(self):
        require_below(self, "V_reset", "V_th")
        if not is_traced(self.delta) and np.any(np.asarray(self.delta) > 0):
            raise ParameterError(f"iaf_psc_exp.delta must be 0 mV, got {np.max(self.delta):g} mV. The stochastic threshold is not modelled.")

    def prepare(self, dt: Scalar) -> IafConstants:
        keep = exp(-dt / self.tau_m)
        return IafConstants(rounded(self.tau_m / self.C_m) * (1 - keep), keep, CeilSteps()(self.t_ref, dt))

    def flow(self, prepared: IafConstants, y: Scalar, current: Scalar) -> Scalar:
        return rounded(prepared.keep * y) + rounded(prepared.drive * current)


class iaf_psc_alpha(AbstractIafPsc):
    """NEST's ``iaf_psc_alpha``, bit for bit.

    Rule::

        E = exp(-dt/tau_m) - 1,  y = V_m - E_L
        unless refractory:  y = (-tau_m/C_m E) (I + I_e) + E y + y, and at least V_min - E_L
        spike if y ≥ V_th - E_L:  y = V_reset - E_L, refractory for t_ref, rounded to 0.001 ms, then up to whole steps

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.nest.iaf_psc_alpha(I_e=500), hk.stimuli.Constant(0), duration=40, dt=0.1).spike_times
    array([13.9, 29.8])

    Reference: Rotter & Diesmann (1999), Biol. Cybern. 81:381, section 3.1, doi:10.1007/s004220050570.
    """

    dialect: ClassVar[Dialect] = dialect

    C_m: Param = param(250.0, "pF", "membrane capacitance", above=0.0)
    tau_m: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    E_L: Param = param(-70.0, "mV", "resting potential")
    V_m: Param = param(-70.0, "mV", "potential at the start")
    V_th: Param = param(-55.0, "mV", "threshold")
    V_reset: Param = param(-70.0, "mV", "potential after a spike")
    V_min: Param = param(-inf, "mV", "lowest potential")
    t_ref: Param = param(2.0, "ms", "refractory time", low=0.0)
    I_e: Param = param(0.0, "pA", "constant current")
    tau_syn_ex: Param = param(2.0, "ms", "time constant of excitatory synapses (no effect yet)", above=0.0)
    tau_syn_in: Param = param(2.0, "ms", "time constant of inhibitory synapses (no effect yet)", above=0.0)

    def __check_init__(self):
        require_below(self, "V_reset", "V_th")

    def prepare(self, dt: Scalar) -> IafConstants:
        change = expm1(-dt / self.tau_m)
        return IafConstants(rounded(-self.tau_m / self.C_m) * change, change, CeilSteps()(self.t_ref, dt))

    def flow(self, prepared: IafConstants, y: Scalar, current: Scalar) -> Scalar:
        moved = (rounded(prepared.drive * current) + rounded(prepared.keep * y)) + y
        return jnp.maximum(moved, self.V_min - self.E_L)
