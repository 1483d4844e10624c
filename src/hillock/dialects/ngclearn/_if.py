"""ngc-learn's ``IFCell``."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from hillock._arithmetic import rounded
from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.ngclearn._dialect import dialect
from hillock.dialects.ngclearn._rules import Pace, advance, check_integration, check_units, like, masked, pace, per_unit, snap, time_since_spike
from hillock.surrogates import AbstractSurrogate


class IFState(NamedTuple):
    """Compartments of an ``IFCell``: mV, and ms since the last spike."""

    v: Scalar
    rfr: Scalar


class _Constants(NamedTuple):
    dt: Float[Array, ""]
    v: Pace


class IF(AbstractStep):
    """ngc-learn's ``IFCell``, without a leak, bit for bit in single precision.

    Rule::

        v' = v + dt resist_m j [rfr >= refract_time]/tau_m
        s = [v' > thr],  rfr ← 0 where s, else rfr + dt
        v ← max(v_reset where s else v', v_rest)              if lower_clamp_voltage
        v ← v'                                                else: the reset is computed and never stored

    When: to repeat a model of ngc-learn exactly. ``hillock.cells.IntegrateAndFire`` is a neuron without a leak that is reset whatever happens.

    Limits: a v_reset below v_rest is lifted to v_rest, and without the clamp a cell that once fired does not stop.

    >>> import hillock as hk
    >>> cell = hk.dialects.ngclearn.IF(tau_m=10.0)
    >>> hk.simulate(cell, hk.stimuli.Constant(9.0), duration=40, dt=0.5).spike_steps
    array([28, 46, 64])

    Reference: ngc-learn 3.2.1, ``ngclearn/components/neurons/spiking/IFCell.py``.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_m: Param = param(unit="ms", doc="membrane time constant", above=0.0)
    resist_m: Param = param(1.0, "MΩ", "membrane resistance", above=0.0)
    thr: Param = param(-52.0, "mV", "threshold")
    v_rest: Param = param(-65.0, "mV", "potential at the start, and the lowest if clamped")
    v_reset: Param = param(-60.0, "mV", "potential after a spike")
    refract_time: Param = param(0.0, "ms", "time for which the input is masked after a spike", low=0.0)
    n_units: int = eqx.field(static=True, default=1)
    integration_type: str = eqx.field(static=True, default="euler")
    lower_clamp_voltage: bool = eqx.field(static=True, default=True)

    def __post_init__(self):
        self.thr = per_unit(self.thr, "mV", self.n_units)

    def __check_init__(self):
        check_integration("IF", self.integration_type)
        check_units("IF.thr", self.thr, self.n_units)
        require_below(self, "v_reset", "thr")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "rfr": "ms", "threshold": "mV"}

    def init(self) -> IFState:
        return IFState(self.v_rest, self.refract_time)

    def reset(self, state: IFState) -> IFState:
        """Return what ngc-learn's ``reset()`` makes of the state of a population."""
        return IFState(like(state.v, self.v_rest), like(state.rfr, self.refract_time))

    def prepare(self, dt: Scalar) -> _Constants:
        return _Constants(jnp.asarray(dt, jnp.float32), pace(self.tau_m, dt, self.n_units))

    def __call__(self, prepared: _Constants, state: IFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[IFState, Spike, Recordable]:
        drive = masked(rounded(i * self.resist_m), state.rfr < self.refract_time)
        v = advance(self.integration_type, lambda _: drive, state.v, prepared.v)
        spike = surrogate(v - self.thr, at_least=False)
        kept = jnp.maximum(snap(spike, self.v_reset, v), self.v_rest) if self.lower_clamp_voltage else v
        new = IFState(kept, time_since_spike(state.rfr, prepared.dt, spike, jnp.zeros_like(state.rfr)))
        return new, spike, {"v": new.v, "rfr": new.rfr, "threshold": self.thr}
