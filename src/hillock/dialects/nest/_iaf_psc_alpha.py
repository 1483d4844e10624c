"""NEST's leaky integrate-and-fire neuron for alpha-shaped currents."""
# ruff: noqa: N801

from collections.abc import Mapping
from math import inf
from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Int

from hillock._arithmetic import rounded
from hillock._param import param, require_below
from hillock._types import Param, Scalar
from hillock.dialects._dialect import Dialect
from hillock.dialects.nest._dialect import CeilSteps, dialect
from hillock.dialects.nest._exponential import exp
from hillock.dialects.nest._iaf_psc import AbstractIafPsc
from hillock.dialects.nest._propagators import ALPHA_PEAK, expm1, of_alpha
from hillock.dialects.nest._rules import CURRENTS


class PscAlphaState(NamedTuple):
    """Membrane potential (mV), the same above E_L, synaptic currents (pA), their slopes (pA/ms), and the steps of refractoriness left."""

    v: Scalar
    y: Scalar
    I_syn_ex: Scalar
    I_syn_in: Scalar
    slope_ex: Scalar
    slope_in: Scalar
    r: Int[Array, ""]


class AlphaConstants(NamedTuple):
    """Of one kind of synapse: what multiplies slope and current for the potential, what both keep, the slope's share, and that of a weight."""

    by_slope: Scalar
    by_current: Scalar
    keep: Scalar
    share: Scalar
    start: Scalar


class PscAlphaConstants(NamedTuple):
    """What multiplies the input (mV/pA), what multiplies y to give its increase, those of the synapses, and the steps of refractoriness."""

    drive: Scalar
    change: Scalar
    ex: AlphaConstants
    inh: AlphaConstants
    hold: Int[Array, ""]


class iaf_psc_alpha(AbstractIafPsc):
    """NEST's ``iaf_psc_alpha``, bit for bit.

    Rule::

        E = exp(-dt/tau_m) - 1,  y = V_m - E_L
        unless refractory:  y = (-tau_m/C_m E) (I + I_e) + Σ (S_x s_x + Q_x I_syn_x) + E y + y, and at least V_min - E_L
        I_syn_x = P_x (dt s_x + I_syn_x),  P_x = exp(-dt/tau_syn_x),  x = ex, in
        s_x = P_x s_x + e/tau_syn_x w_x
        spike if y ≥ V_th - E_L:  y = V_reset - E_L, refractory for t_ref, rounded to 0.001 ms, then up to whole steps

    S_x and Q_x are the exact integrals over a step. w_x is the sum of the weights (pA) that arrive at port ``"ex"`` or ``"in"``; one spike gives
    a current whose peak is w, tau_syn after its arrival.

    When: to repeat a NEST script exactly. ``hillock.cells.LIF`` with ``Alpha`` synapses and ``dialect="nest"`` is the same to rounding.

    Limits: spikes fall on the grid, up to one dt late.

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
    tau_syn_ex: Param = param(2.0, "ms", "time constant of excitatory synapses", above=0.0)
    tau_syn_in: Param = param(2.0, "ms", "time constant of inhibitory synapses", above=0.0)

    def __check_init__(self):
        require_below(self, "V_reset", "V_th")

    def ports(self) -> Mapping[str, str]:
        return CURRENTS

    def synaptic(self) -> Mapping[str, str]:
        return {"I_syn_ex": "pA", "I_syn_in": "pA"}

    def init(self) -> PscAlphaState:
        return PscAlphaState(self.V_m, self.V_m - self.E_L, I_syn_ex=0.0, I_syn_in=0.0, slope_ex=0.0, slope_in=0.0, r=jnp.zeros((), jnp.int32))

    def prepare(self, dt: Scalar) -> PscAlphaConstants:
        change = expm1(-dt / self.tau_m)
        ex, inh = (self._synapse(tau_syn, dt) for tau_syn in (self.tau_syn_ex, self.tau_syn_in))
        return PscAlphaConstants(rounded(-self.tau_m / self.C_m) * change, change, ex, inh, CeilSteps()(self.t_ref, dt))

    def _synapse(self, tau_syn: Scalar, dt: Scalar) -> AlphaConstants:
        keep = exp(-dt / tau_syn)
        return AlphaConstants(*of_alpha(tau_syn, self.tau_m, self.C_m, dt), keep, share=dt * keep, start=ALPHA_PEAK / tau_syn)

    def flow(self, prepared: PscAlphaConstants, state: PscAlphaState, current: Scalar, arrivals: tuple[Scalar, ...]) -> Scalar:
        ex, inh = prepared.ex, prepared.inh
        moved = rounded(prepared.drive * current) + rounded(ex.by_slope * state.slope_ex) + rounded(ex.by_current * state.I_syn_ex)
        moved = moved + rounded(inh.by_slope * state.slope_in) + rounded(inh.by_current * state.I_syn_in)
        return jnp.maximum((moved + rounded(prepared.change * state.y)) + state.y, self.V_min - self.E_L)

    def receive(self, prepared: PscAlphaConstants, state: PscAlphaState, arrivals: tuple[Scalar, ...]) -> PscAlphaState:
        ex, inh = prepared.ex, prepared.inh
        return state._replace(
            I_syn_ex=rounded(ex.share * state.slope_ex) + rounded(ex.keep * state.I_syn_ex),
            I_syn_in=rounded(inh.share * state.slope_in) + rounded(inh.keep * state.I_syn_in),
            slope_ex=rounded(ex.keep * state.slope_ex) + rounded(ex.start * arrivals[0]),
            slope_in=rounded(inh.keep * state.slope_in) + rounded(inh.start * arrivals[1]),
        )
