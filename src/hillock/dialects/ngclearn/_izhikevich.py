"""ngc-learn's ``IzhikevichCell``."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp

from hillock._arithmetic import fma, rounded
from hillock._param import param, require_below
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.ngclearn._dialect import dialect
from hillock.dialects.ngclearn._rules import Pace, advance, check_integration, check_units, like, pace, per_unit, snap, term
from hillock.surrogates import AbstractSurrogate


class IzhikevichState(NamedTuple):
    """Compartments of an ``IzhikevichCell``."""

    v: Scalar
    w: Scalar


class _Constants(NamedTuple):
    v: Pace
    w: Pace


class Izhikevich(AbstractStep):
    """ngc-learn's ``IzhikevichCell``, bit for bit in single precision.

    Rule::

        s = [v > v_thr]                                       on the potential before the step
        v' = v + dt (0.04 v² + 5 v + 140 - w + resist_m j)/tau_m
        w' = w + dt (coupling_factor v - w)/tau_w
        v ← v_reset and w ← w + w_reset where s, else v' and w'

    When: to repeat a model of ngc-learn exactly. The presets are those of its lecture on this cell; ``hillock.cells.Izhikevich`` has the published ones.

    Limits: a spike is reported one step after v passed v_thr, and v is recorded there for one step: at dt = 0.5 it peaks near 130 mV.
    ``w_reset`` is an increment. Each variable is advanced with the other frozen, by rk2 too, which is then no better than Euler.

    >>> import hillock as hk
    >>> cell = hk.dialects.ngclearn.Izhikevich.preset("CH")
    >>> hk.simulate(cell, hk.stimuli.Constant(10.0), duration=10, dt=0.01).spike_steps
    array([291, 428, 577, 742, 927])

    Reference: ngc-learn 3.2.1, ``ngclearn/components/neurons/spiking/izhikevichCell.py``, after Izhikevich (2003), IEEE Trans. Neural
    Netw. 14:1569, doi:10.1109/TNN.2003.820440.
    """

    dialect: ClassVar[Dialect] = dialect
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
        {
            "RS": {},
            "FS": {"tau_w": 10.0},
            "CH": {"v_reset": -50.0, "w_reset": 2.0},
            "IB": {"v_reset": -55.0, "w_reset": 4.0},
            "LTS": {"w_reset": 2.0, "coupling_factor": 0.25},
        }
    )

    tau_m: Param = param(1.0, "ms", "membrane time constant", above=0.0)
    resist_m: Param = param(1.0, "MΩ", "membrane resistance")
    v_thr: Param = param(30.0, "mV", "peak after which the spike is cut")
    v_reset: Param = param(-65.0, "mV", "potential after a spike")
    tau_w: Param = param(50.0, "ms", "time constant of recovery", above=0.0)
    w_reset: Param = param(8.0, "mV", "recovery added by each spike")
    coupling_factor: Param = param(0.2, "1", "recovery driven by the potential")
    v0: Param = param(-65.0, "mV", "potential at the start")
    w0: Param = param(-14.0, "mV", "recovery at the start")
    n_units: int = eqx.field(static=True, default=1)
    integration_type: str = eqx.field(static=True, default="euler")

    def __post_init__(self):
        self.v_thr = per_unit(self.v_thr, "mV", self.n_units)

    def __check_init__(self):
        check_integration("Izhikevich", self.integration_type)
        check_units("Izhikevich.v_thr", self.v_thr, self.n_units)
        require_below(self, "v_reset", "v_thr")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "w": "mV", "threshold": "mV"}

    def init(self) -> IzhikevichState:
        return IzhikevichState(self.v0, self.w0)

    def reset(self, state: IzhikevichState) -> IzhikevichState:
        """Return what ngc-learn's ``reset()`` makes of the state of a population."""
        return IzhikevichState(like(state.v, self.v0), like(state.w, self.w0))

    def prepare(self, dt: Scalar) -> _Constants:
        return _Constants(pace(self.tau_m, dt, self.n_units), pace(self.tau_w, dt, self.n_units))

    def __call__(
        self, prepared: _Constants, state: IzhikevichState, i: Scalar, surrogate: AbstractSurrogate
    ) -> tuple[IzhikevichState, Spike, Recordable]:
        drive = term(self.integration_type, i, self.resist_m)
        recovery = term(self.integration_type, state.v, self.coupling_factor)

        def slope_v(v: Scalar) -> Scalar:
            quadratic = fma(v, jnp.full_like(v, 5), rounded(rounded(v * v) * 0.04)) + 140
            return drive(quadratic - state.w)

        spike = surrogate(state.v - self.v_thr, at_least=False)
        v = advance(self.integration_type, slope_v, state.v, prepared.v)
        w = advance(self.integration_type, lambda w: recovery(-w), state.w, prepared.w)
        new = IzhikevichState(v=snap(spike, self.v_reset, v), w=snap(spike, state.w + self.w_reset, w))
        return new, spike, {"v": new.v, "w": new.w, "threshold": self.v_thr}
