"""NEST's leaky integrate-and-fire neuron for exponential currents."""
# ruff: noqa: N801

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int

from hillock._arithmetic import rounded
from hillock._param import ParameterError, param, require_below
from hillock._trace import is_traced
from hillock._types import Param, Scalar
from hillock.dialects._dialect import Dialect
from hillock.dialects.nest._dialect import CeilSteps, dialect
from hillock.dialects.nest._exponential import exp
from hillock.dialects.nest._iaf_psc import AbstractIafPsc
from hillock.dialects.nest._propagators import of_exponential
from hillock.dialects.nest._rules import CURRENTS


class PscExpState(NamedTuple):
    """Membrane potential (mV), the same above E_L, synaptic currents (pA), and the steps of refractoriness left."""

    v: Scalar
    y: Scalar
    I_syn_ex: Scalar
    I_syn_in: Scalar
    r: Int[Array, ""]


class PscExpConstants(NamedTuple):
    """What multiplies input and synaptic currents (mV/pA), what y and the currents keep, and the steps of refractoriness."""

    drive: Scalar
    by_ex: Scalar
    by_in: Scalar
    keep: Scalar
    keep_ex: Scalar
    keep_in: Scalar
    hold: Int[Array, ""]


class iaf_psc_exp(AbstractIafPsc):
    """NEST's ``iaf_psc_exp`` with its deterministic threshold, bit for bit.

    Rule::

        P = exp(-dt/tau_m),  y = V_m - E_L
        unless refractory:  y = P y + Q_ex I_syn_ex + Q_in I_syn_in + (tau_m/C_m (1 - P)) (I + I_e)
        I_syn_x = exp(-dt/tau_syn_x) I_syn_x + w_x,  x = ex, in
        spike if y ≥ V_th - E_L:  y = V_reset - E_L, refractory for t_ref, rounded to 0.001 ms, then up to whole steps

    Q_x = tau_syn_x tau_m (exp(-dt/tau_m) - exp(-dt/tau_syn_x)) / (C_m (tau_m - tau_syn_x)), or its limit dt/C_m exp(-dt/tau_m) where the two
    are equal. w_x is the sum of the weights (pA) that arrive at port ``"ex"`` or ``"in"``.

    When: to repeat a NEST script exactly. ``hillock.cells.LIF`` with ``Exponential`` synapses and ``dialect="nest"`` is the same to rounding.

    Limits: spikes fall on the grid, up to one dt late.

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
    tau_syn_ex: Param = param(2.0, "ms", "time constant of excitatory synapses", above=0.0)
    tau_syn_in: Param = param(2.0, "ms", "time constant of inhibitory synapses", above=0.0)
    delta: Param = param(0.0, "mV", "width of the stochastic threshold: must be 0", low=0.0)
    rho: Param = param(0.01, "1/s", "rate at a stochastic threshold (no effect)", low=0.0)

    def __check_init__(self):
        require_below(self, "V_reset", "V_th")
        if not is_traced(self.delta) and np.any(np.asarray(self.delta) > 0):
            raise ParameterError(f"iaf_psc_exp.delta must be 0 mV, got {np.max(self.delta):g} mV. The stochastic threshold is not modelled.")

    def ports(self) -> Mapping[str, str]:
        return CURRENTS

    def synaptic(self) -> Mapping[str, str]:
        return {"I_syn_ex": "pA", "I_syn_in": "pA"}

    def init(self) -> PscExpState:
        return PscExpState(v=self.V_m, y=self.V_m - self.E_L, I_syn_ex=0.0, I_syn_in=0.0, r=jnp.zeros((), jnp.int32))

    def prepare(self, dt: Scalar) -> PscExpConstants:
        keep = exp(-dt / self.tau_m)
        return PscExpConstants(
            drive=rounded(self.tau_m / self.C_m) * (1 - keep),
            by_ex=of_exponential(self.tau_syn_ex, self.tau_m, self.C_m, dt),
            by_in=of_exponential(self.tau_syn_in, self.tau_m, self.C_m, dt),
            keep=keep,
            keep_ex=exp(-dt / self.tau_syn_ex),
            keep_in=exp(-dt / self.tau_syn_in),
            hold=CeilSteps()(self.t_ref, dt),
        )

    def flow(self, prepared: PscExpConstants, state: PscExpState, current: Scalar, arrivals: tuple[Scalar, ...]) -> Scalar:
        synaptic = rounded(prepared.keep * state.y) + rounded(prepared.by_ex * state.I_syn_ex) + rounded(prepared.by_in * state.I_syn_in)
        return synaptic + rounded(prepared.drive * current)

    def receive(self, prepared: PscExpConstants, state: PscExpState, arrivals: tuple[Scalar, ...]) -> PscExpState:
        excited, inhibited = arrivals
        return state._replace(
            I_syn_ex=rounded(prepared.keep_ex * state.I_syn_ex) + excited,
            I_syn_in=rounded(prepared.keep_in * state.I_syn_in) + inhibited,
        )
