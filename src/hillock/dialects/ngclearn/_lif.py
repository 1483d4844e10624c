"""ngc-learn's ``LIFCell``."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, UInt32

from hillock._arithmetic import fma, rounded, xla_exp
from hillock._param import ParameterError, param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractCoupledStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.ngclearn._dialect import dialect
from hillock.dialects.ngclearn._rules import (
    Pace,
    advance,
    check_integration,
    check_units,
    key_data,
    like,
    masked,
    pace,
    per_unit,
    reciprocal,
    snap,
    time_since_spike,
)
from hillock.surrogates import AbstractSurrogate


class LIFState(NamedTuple):
    """Compartments of a ``LIFCell``: mV, and ms since the last spike."""

    v: Scalar
    rfr: Scalar
    thr_theta: Scalar
    v_old: Scalar | None
    key: UInt32[Array, "2"] | None


class _Constants(NamedTuple):
    dt: Float[Array, ""]
    v: Pace
    decay: Float[Array, ""]
    plus: Float[Array, ""]
    gain: Float[Array, ""]


class LIF(AbstractCoupledStep):
    """ngc-learn's ``LIFCell``, bit for bit in single precision.

    Rule::

        m = [rfr >= refract_time]
        v' = v + dt ((v_rest - v) conduct_leak + resist_m j m)/tau_m
        s = [v' > thr + thr_theta]
        v ← v_reset where s, then at least v_min
        rfr ← 0 where s, else rfr + dt
        thr_theta ← thr_theta exp(-dt/tau_theta) + theta_plus s      if tau_theta > 0

    ``n_units`` is the population of one cell; several neurons with n_units = 1 are as many cells. ``max_one_spike`` lets only the unit
    with the highest potential *before* the step report its spike, ``one_spike`` a random one (it needs ``key``); the others are reset
    and adapt all the same.

    When: to repeat a model of ngc-learn exactly. ``hillock.cells.LIF`` with ``dialect="ngclearn"`` is the same order of a step.

    Limits: while refractory only the input is masked: v relaxes towards v_rest. The dead time is counted by adding dt in single precision,
    which for refract_time = 5 and dt = 0.1 takes 51 steps. ``resist_m`` may contain dt (the tutorials set tau_m/dt): halving dt then doubles
    the drive.

    >>> import hillock as hk
    >>> cell = hk.dialects.ngclearn.LIF(tau_m=100.0, resist_m=1000.0, tau_theta=300.0, refract_time=2.0)
    >>> rec = hk.simulate(cell, hk.stimuli.Step(0.3, start=1.0), duration=20, dt=0.1)
    >>> rec.spike_steps
    array([ 54, 102, 151])

    Reference: ngc-learn 3.2.1, ``ngclearn/components/neurons/spiking/LIFCell.py``.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_m: Param = param(unit="ms", doc="membrane time constant", above=0.0)
    resist_m: Param = param(1.0, "MΩ", "membrane resistance", above=0.0)
    thr: Param = param(-52.0, "mV", "threshold before any spike")
    v_rest: Param = param(-65.0, "mV", "resting potential")
    v_reset: Param = param(-60.0, "mV", "potential after a spike")
    conduct_leak: Param = param(1.0, "1", "factor of the leak")
    tau_theta: Param = param(1e7, "ms", "decay time of the threshold's adaptation; 0 or less switches it off")
    theta_plus: Param = param(0.05, "mV", "rise of the threshold with each spike")
    refract_time: Param = param(5.0, "ms", "time for which the input is masked after a spike", low=0.0)
    v_min: Param = param(-math.inf, "mV", "lowest potential")
    n_units: int = eqx.field(static=True, default=1)
    integration_type: str = eqx.field(static=True, default="euler")
    one_spike: bool = eqx.field(static=True, default=False)
    max_one_spike: bool = eqx.field(static=True, default=False)
    key: Any = eqx.field(default=None, converter=key_data)

    def __post_init__(self):
        self.thr = per_unit(self.thr, "mV", self.n_units)

    def __check_init__(self):
        check_integration("LIF", self.integration_type)
        check_units("LIF.thr", self.thr, self.n_units)
        require_below(self, "v_reset", "thr")
        if self._draws() and self.key is None:
            raise ParameterError("LIF.one_spike draws random numbers. Pass key=jax.random.PRNGKey(1), or any other key.")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "rfr": "ms", "thr_theta": "mV", "v_thr": "mV", "threshold": "mV", "surrogate": "1"}

    def init(self) -> LIFState:
        return LIFState(self.v_rest, self.refract_time, 0.0, self.v_rest if self.max_one_spike else None, self.key if self._draws() else None)

    def reset(self, state: LIFState) -> LIFState:
        """Return what ngc-learn's ``reset()`` makes of the state of a population: everything restored but ``thr_theta`` and the key."""
        v = like(state.v, self.v_rest)
        return state._replace(v=v, rfr=like(state.v, self.refract_time), v_old=v if self.max_one_spike else None)

    def prepare(self, dt: Scalar) -> _Constants:
        dt, tau_theta = jnp.asarray(dt, jnp.float32), jnp.asarray(self.tau_theta, jnp.float32)
        adapts = tau_theta > 0
        decay = xla_exp(-dt / jnp.where(adapts, tau_theta, 1))
        plus = jnp.where(adapts, jnp.asarray(self.theta_plus, jnp.float32), 0)
        gain = jnp.asarray(self.resist_m, jnp.float32) * dt * reciprocal(self.tau_m)
        return _Constants(dt, pace(self.tau_m, dt, self.n_units), jnp.where(adapts, decay, 1), plus, gain)

    def __call__(self, prepared: _Constants, state: LIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFState, Spike, Recordable]:
        threshold = state.thr_theta + self.thr
        drive = masked(rounded(i * self.resist_m), state.rfr < self.refract_time)

        def slope(v: Scalar) -> Scalar:
            return fma(self.v_rest - v, self.conduct_leak, drive)

        v = advance(self.integration_type, slope, state.v, prepared.v)
        spike = surrogate(v - threshold, at_least=False)
        new = LIFState(
            v=jnp.maximum(snap(spike, self.v_reset, v), self.v_min),
            rfr=time_since_spike(state.rfr, prepared.dt, spike, jnp.zeros_like(state.rfr)),
            thr_theta=fma(state.thr_theta, prepared.decay, jnp.where(spike > 0, prepared.plus, 0)),
            v_old=state.v if self.max_one_spike else None,
            key=state.key,
        )
        v_thr = self.thr + new.thr_theta
        arctan = prepared.gain / (jnp.pi * (1 + jnp.square((v - threshold) * jnp.pi * 0.1)))
        shown = {"v": new.v, "rfr": new.rfr, "thr_theta": new.thr_theta, "v_thr": v_thr, "threshold": v_thr, "surrogate": arctan}
        return new, spike, shown

    def exchange(self, state: Any, spikes: Array, shown: Mapping[str, Array]) -> tuple[Any, Array, Mapping[str, Array]]:
        if self.n_units == 1:
            return state, spikes, shown
        if self.max_one_spike:
            return state, spikes * _one_hot(state.v_old, spikes), shown
        if self.one_spike:
            key, drawn = jax.random.split(state.key[0])
            chances = spikes * jax.random.uniform(drawn, spikes.shape, jnp.float32).astype(spikes.dtype)
            return state._replace(key=jnp.broadcast_to(key, state.key.shape)), spikes * _one_hot(chances, spikes), shown
        return state, spikes, shown

    def _draws(self) -> bool:
        return self.one_spike and not self.max_one_spike


def _one_hot(values: Float[Array, " neurons"], like: Float[Array, " neurons"]) -> Float[Array, " neurons"]:
    return (jnp.arange(len(like)) == jnp.argmax(values)).astype(like.dtype)
