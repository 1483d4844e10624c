"""NEST's leaky integrate-and-fire neuron for delta pulses."""
# ruff: noqa: N801

from collections.abc import Mapping
from math import inf
from typing import Any, ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Int

from hillock._arithmetic import rounded
from hillock._param import param, require_below
from hillock._types import Param, Scalar
from hillock.dialects._dialect import Dialect
from hillock.dialects.nest._dialect import CeilSteps, dialect
from hillock.dialects.nest._exponential import exp
from hillock.dialects.nest._iaf_psc import AbstractIafPsc
from hillock.dialects.nest._rules import JUMPS


class PscDeltaState(NamedTuple):
    """Membrane potential (mV), the same above E_L, jumps that wait for the end of refractoriness (mV), and the steps of that left."""

    v: Scalar
    y: Scalar
    waiting: Any  # Float[Array, ""]; None where such jumps are lost
    r: Int[Array, ""]


class PscDeltaConstants(NamedTuple):
    """What multiplies the input (mV/pA), what multiplies y, the step (ms), and the steps of refractoriness."""

    drive: Scalar
    keep: Scalar
    dt: Scalar
    hold: Int[Array, ""]


class iaf_psc_delta(AbstractIafPsc):
    """NEST's ``iaf_psc_delta``, bit for bit.

    Rule::

        P = exp(-dt/tau_m),  y = V_m - E_L
        unless refractory:  y = (1/C_m (1 - P) tau_m) (I + I_e) + P y + w, and at least V_min - E_L
        spike if y ≥ V_th - E_L:  y = V_reset - E_L, refractory for t_ref, rounded to 0.001 ms, then up to whole steps

    w is the sum of the weights (mV) that arrive at port ``"spikes"``. What arrives in a refractory step, with r steps left, is lost; with
    ``refractory_input`` w exp(-r dt/tau_m) is kept and added to y in the first step that is not refractory.

    When: to repeat a NEST script exactly. ``hillock.cells.LIF`` with ``dialect="nest"`` is the same rule under hillock's names.

    Limits: spikes fall on the grid, up to one dt late.

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

    def ports(self) -> Mapping[str, str]:
        return JUMPS

    def synaptic(self) -> Mapping[str, str]:
        return {}

    def init(self) -> PscDeltaState:
        return PscDeltaState(v=self.V_m, y=self.V_m - self.E_L, waiting=0.0 if self.refractory_input else None, r=jnp.zeros((), jnp.int32))

    def prepare(self, dt: Scalar) -> PscDeltaConstants:
        keep = exp(-dt / self.tau_m)
        drive = rounded(rounded(1 / self.C_m) * (1 - keep)) * self.tau_m
        return PscDeltaConstants(drive, keep, dt, CeilSteps()(self.t_ref, dt))

    def flow(self, prepared: PscDeltaConstants, state: PscDeltaState, current: Scalar, arrivals: tuple[Scalar, ...]) -> Scalar:
        moved = rounded(prepared.drive * current) + rounded(prepared.keep * state.y) + arrivals[0]
        moved = moved if state.waiting is None else moved + state.waiting
        return jnp.maximum(moved, self.V_min - self.E_L)

    def receive(self, prepared: PscDeltaConstants, state: PscDeltaState, arrivals: tuple[Scalar, ...]) -> PscDeltaState:
        if state.waiting is None:
            return state
        left = rounded(state.r.astype(jnp.result_type(state.v)) * prepared.dt)
        kept = state.waiting + rounded(arrivals[0] * jnp.exp(-left / self.tau_m))
        return state._replace(waiting=jnp.where(state.r > 0, kept, jnp.zeros_like(kept)))
