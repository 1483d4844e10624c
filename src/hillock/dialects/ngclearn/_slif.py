"""ngc-learn's ``SLIFCell``."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hillock._arithmetic import fma, rounded
from hillock._param import ParameterError, param
from hillock._trace import is_traced
from hillock._types import Flag, Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractCoupledStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.ngclearn._dialect import dialect
from hillock.dialects.ngclearn._rules import check_units, key_data, like, per_unit, reciprocal, snap, time_since_spike
from hillock.surrogates import AbstractSurrogate

_LOWEST_THRESHOLD = 0.025


class SLIFState(NamedTuple):
    """Compartments of an ``SLIFCell``; ``fired`` is the spike before it is made sticky."""

    v: Scalar
    rfr: Scalar
    thr: Scalar
    fired: Spike
    inhibition: Scalar
    j: Scalar
    clamped: Flag


class _Constants(NamedTuple):
    dt: Float[Array, ""]
    rate: Float[Array, ""]


class SLIF(AbstractCoupledStep):
    """ngc-learn's ``SLIFCell``, the simplified LIF with rest and reset 0, bit for bit in single precision.

    Rule::

        j ← resist_m j - resist_inh (s_old @ inh_weights)     the second term if resist_inh > 0
        m = [rfr >= refract_time]
        v' = v + dt (j - v)/tau_m m
        σ = [v' > thr],  v ← 0 where σ
        thr ← max(thr + (Σ σ - 1) rho_b, 0.025)               if rho_b > 0
        thr ← thr + thr_gain σ - thr_leak thr                 else; per step, no dt
        rfr ← dt where σ, else rfr + dt
        s = σ, or 1 while not m                               if sticky_spikes

    By default ngc-learn spreads the thresholds by ±``thr_jitter`` and draws ``inh_weights`` at random: ``key`` draws the same numbers here
    (the new ``thr`` and ``inh_weights`` are then fields of the cell); ``thr_jitter=0``, and one ``thr`` per unit, needs none.
    ngc-learn writes ``j`` back to its input. A loop that sets the current at every step does not see it; one that sets it once has it
    multiplied by resist_m in every step, which ``clamp_once`` repeats: the stimulus is looked at in the first step only.

    When: to repeat a model of ngc-learn exactly. ``hillock.cells.SLIF`` is the same competition, with strengths that do not depend on dt.

    Limits: thresholds and inhibition change per step, not per time. v is frozen while refractory, one step less long than in LIF. Times are in
    the unit of dt, which the tutorials take in seconds.

    >>> import hillock as hk
    >>> cell = hk.dialects.ngclearn.SLIF(tau_m=20.0, resist_m=1.0, thr=0.5, thr_jitter=0.0)
    >>> hk.simulate(cell, hk.stimuli.Constant(1.0), duration=40, dt=1.0).spike_steps
    array([13, 27])

    Reference: ngc-learn 3.2.1, ``ngclearn/components/neurons/spiking/sLIFCell.py``, after Samadi, Lillicrap & Tweed (2017), Neural
    Comput. 29:578, doi:10.1162/NECO_a_00929.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_m: Param = param(unit="ms", doc="membrane time constant", above=0.0)
    resist_m: Param = param(unit="1", doc="membrane resistance")
    thr: Param = param(unit="1", doc="threshold before any spike")
    resist_inh: Param = param(0.0, "1", "strength of the lateral inhibition", low=0.0)
    thr_gain: Param = param(0.0, "1", "rise of the threshold with each spike")
    thr_leak: Param = param(0.0, "1", "fraction of the threshold lost in each step")
    rho_b: Param = param(0.0, "1", "change of all thresholds per spike too many or too few", low=0.0)
    refract_time: Param = param(0.0, "ms", "refractory time", low=0.0)
    thr_jitter: Param = param(0.05, "1", "half the width of the spread of thresholds, drawn by key", low=0.0)
    inh_weights: Param = param([0.0], "1", "inhibition of a unit by each unit", ndim=1)
    n_units: int = eqx.field(static=True, default=1)
    thr_persist: bool = eqx.field(static=True, default=False)
    sticky_spikes: bool = eqx.field(static=True, default=False)
    clamp_once: bool = eqx.field(static=True, default=False)
    key: Any = eqx.field(default=None, converter=key_data)

    def __post_init__(self):
        if self.key is not None:
            self._draw()
        self.thr = per_unit(self.thr, "1", self.n_units)

    def _draw(self) -> None:
        n, first = self.n_units, jax.random.split(key_data(self.key))
        second = jax.random.split(first[0])
        if np.shape(self.inh_weights) == (1,):
            weights = jax.random.uniform(first[1], (n, n), jnp.float32, minval=0.025, maxval=1.0)
            self.inh_weights = np.asarray(weights) * (1 - np.eye(n, dtype=np.float32))
        spread = np.float32(self.thr_jitter)
        self.thr = np.float32(self.thr) + np.asarray(jax.random.uniform(second[1], (n,), jnp.float32, minval=-spread, maxval=spread))
        self.thr_jitter, self.key = 0.0, None  # they have done their work: a copy must not be drawn again

    def __check_init__(self):
        check_units("SLIF.thr", self.thr, self.n_units)
        if np.any(np.asarray(self.thr_jitter) > 0):
            raise ParameterError(
                f"SLIF.thr_jitter = {self.thr_jitter:g} spreads the thresholds at random. Pass key=jax.random.PRNGKey(1), or any other key, "
                "or thr_jitter=0."
            )
        inhibits = not is_traced(self.resist_inh) and np.any(np.asarray(self.resist_inh) > 0)
        if inhibits and self.n_units > 1 and np.shape(self.inh_weights) != (self.n_units, self.n_units):
            raise ParameterError(
                f"SLIF.inh_weights must have shape ({self.n_units}, {self.n_units}), got {np.shape(self.inh_weights)}. "
                "Pass them, or a key that draws them."
            )

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "rfr": "ms", "thr": "1", "threshold": "1", "j": "1"}

    def init(self) -> SLIFState:
        return SLIFState(0.0, self.refract_time, self.thr, 0.0, 0.0, 0.0, clamped=jnp.zeros((), bool))

    def reset(self, state: SLIFState) -> SLIFState:
        """Return what ngc-learn's ``reset()`` makes of the state of a population; the thresholds stay if ``thr_persist``."""
        zero = jnp.zeros_like(state.v)
        thr = state.thr if self.thr_persist else like(state.thr, self.thr)
        return SLIFState(zero, like(zero, self.refract_time), thr, zero, zero, zero, state.clamped)

    def prepare(self, dt: Scalar) -> _Constants:
        return _Constants(jnp.asarray(dt, jnp.float32), reciprocal(self.tau_m))

    def __call__(self, prepared: _Constants, state: SLIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[SLIFState, Spike, Recordable]:
        i = jnp.where(state.clamped, state.j, i) if self.clamp_once else i
        inhibits, awake = self.resist_inh > 0, state.rfr >= self.refract_time
        inhibited = fma(i, self.resist_m, rounded(-state.inhibition * self.resist_inh))
        j = jnp.where(inhibits, inhibited, rounded(i * self.resist_m))
        pull = jnp.where(inhibits, inhibited - state.v, fma(i, self.resist_m, -state.v))
        v = fma(jnp.where(awake, pull * prepared.rate, 0), prepared.dt, state.v)
        fired = surrogate(v - state.thr, at_least=False)
        drifted = fma(-state.thr, self.thr_leak, state.thr + jnp.where(fired > 0, self.thr_gain, 0))
        new = SLIFState(
            v=snap(fired, jnp.zeros_like(v), v),
            rfr=time_since_spike(state.rfr, prepared.dt, fired, prepared.dt),
            thr=jnp.where(self.rho_b > 0, state.thr, drifted),
            fired=fired,
            inhibition=jnp.zeros_like(v),
            j=j,
            clamped=jnp.ones_like(awake),
        )
        spike = jnp.where(awake, fired, jnp.ones_like(fired)) if self.sticky_spikes else fired
        return new, spike, {"v": new.v, "rfr": new.rfr, "thr": new.thr, "threshold": new.thr, "j": j}

    def exchange(self, state: Any, spikes: Array, shown: Mapping[str, Array]) -> tuple[Any, Array, Mapping[str, Array]]:
        together = self.n_units > 1
        total = jnp.broadcast_to(jnp.sum(state.fired), state.v.shape) if together else state.fired
        shared = jnp.maximum(fma(total - 1, jnp.broadcast_to(self.rho_b, state.v.shape), state.thr), _LOWEST_THRESHOLD)
        thr = jnp.where(self.rho_b > 0, shared, state.thr)
        if together and np.ndim(self.inh_weights) > 1:
            state = state._replace(inhibition=spikes @ self.inh_weights)
        return state._replace(thr=thr), spikes, {name: thr if name in ("thr", "threshold") else value for name, value in shown.items()}
