"""ngc-learn's ``AdExCell``."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx
from jaxtyping import Array, Float

from hillock._arithmetic import fma, xla_exp
from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.ngclearn._dialect import dialect
from hillock.dialects.ngclearn._rules import Pace, advance, check_integration, check_units, like, pace, per_unit, reciprocal, snap, term
from hillock.surrogates import AbstractSurrogate


class AdExState(NamedTuple):
    """Compartments of an ``AdExCell``."""

    v: Scalar
    w: Scalar


class _Constants(NamedTuple):
    v: Pace
    w: Pace
    sharpness: Float[Array, ""]


class AdEx(AbstractStep):
    """ngc-learn's ``AdExCell``, bit for bit in single precision.

    Rule::

        v' = v + dt (-(v - v_rest) + v_sharpness exp((v - intrinsic_mem_thr)/v_sharpness) - resist_m w + resist_m j)/tau_m
        w' = w + dt (-w + a (v - v_rest))/tau_w
        s = [v' > thr],  v ← v_reset and w ← w' + b where s

    When: to repeat a model of ngc-learn exactly. ``hillock.cells.AdEx`` is the published model, with its exponential bounded.

    Limits: each variable is advanced with the other frozen, by rk2 too, which is then no better than Euler. There is no refractoriness, and
    the exponential is not bounded: where it overflows, the reset by products with 0 and 1 leaves NaN in v and w for good (pass
    ``check_finite=False`` to see it).

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.dialects.ngclearn.AdEx(), hk.stimuli.Constant(19.0), duration=160, dt=0.1)
    >>> rec.spike_steps
    array([ 416,  939, 1549])

    Reference: ngc-learn 3.2.1, ``ngclearn/components/neurons/spiking/adExCell.py``, after Brette & Gerstner (2005), J. Neurophysiol.
    94:3637, doi:10.1152/jn.00686.2005.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_m: Param = param(15.0, "ms", "membrane time constant", above=0.0)
    resist_m: Param = param(1.0, "MΩ", "membrane resistance")
    tau_w: Param = param(400.0, "ms", "time constant of adaptation", above=0.0)
    v_sharpness: Param = param(2.0, "mV", "steepness of the upstroke", above=0.0)
    intrinsic_mem_thr: Param = param(-55.0, "mV", "potential at which a spike takes off")
    thr: Param = param(5.0, "mV", "peak at which the spike is cut")
    v_rest: Param = param(-72.0, "mV", "resting potential")
    v_reset: Param = param(-75.0, "mV", "potential after a spike")
    a: Param = param(0.1, "uS", "adaptation driven by the potential")
    b: Param = param(0.75, "nA", "adaptation added by each spike")
    v0: Param = param(-70.0, "mV", "potential at the start")
    w0: Param = param(0.0, "nA", "adaptation at the start")
    n_units: int = eqx.field(static=True, default=1)
    integration_type: str = eqx.field(static=True, default="euler")

    def __post_init__(self):
        self.thr = per_unit(self.thr, "mV", self.n_units)

    def __check_init__(self):
        check_integration("AdEx", self.integration_type)
        check_units("AdEx.thr", self.thr, self.n_units)
        require_below(self, "v_reset", "thr")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "w": "nA", "threshold": "mV"}

    def init(self) -> AdExState:
        return AdExState(self.v0, self.w0)

    def reset(self, state: AdExState) -> AdExState:
        """Return what ngc-learn's ``reset()`` makes of the state of a population."""
        return AdExState(like(state.v, self.v0), like(state.w, self.w0))

    def prepare(self, dt: Scalar) -> _Constants:
        return _Constants(pace(self.tau_m, dt, self.n_units), pace(self.tau_w, dt, self.n_units), reciprocal(self.v_sharpness))

    def __call__(self, prepared: _Constants, state: AdExState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[AdExState, Spike, Recordable]:
        drive = term(self.integration_type, self.resist_m, i)
        adaptation = term(self.integration_type, -self.resist_m, state.w)
        coupling = term(self.integration_type, state.v - self.v_rest, self.a)

        def slope_v(v: Scalar) -> Scalar:
            e = xla_exp((v - self.intrinsic_mem_thr) * prepared.sharpness)
            upstroke = fma(self.v_sharpness, e, -(v - self.v_rest))
            return drive(adaptation(upstroke))

        v = advance(self.integration_type, slope_v, state.v, prepared.v)
        w = advance(self.integration_type, lambda w: coupling(-w), state.w, prepared.w)
        spike = surrogate(v - self.thr, at_least=False)
        new = AdExState(v=snap(spike, self.v_reset, v), w=snap(spike, w + self.b, w))
        return new, spike, {"v": new.v, "w": new.w, "threshold": self.thr}
