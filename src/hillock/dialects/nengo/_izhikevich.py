"""Nengo's Izhikevich neuron."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.nengo._dialect import dialect
from hillock.dialects.nengo._rules import seconds
from hillock.surrogates import AbstractSurrogate

_PEAK = 30.0
_LOWEST_INPUT = -30.0
_MS = 1000.0  # in one second: the equation is in ms, dt in s


class IzhikevichState(NamedTuple):
    """Membrane potential (mV) and recovery."""

    v: Scalar
    recovery: Scalar


class Izhikevich(AbstractStep):
    """Nengo's ``Izhikevich``, bit for bit.

    Rule::

        J is at least -30
        v = v + 1000 dt (0.04 v² + 5 v + 140 - recovery + J)
        spike if v ≥ 30:  v = reset_voltage
        recovery = recovery + 1000 dt tau_recovery (coupling v - recovery)    with the new v
        recovery = recovery + reset_recovery where it fired

    When: to repeat a Nengo model exactly. ``hillock.cells.Izhikevich`` has presets.

    Limits: forward Euler, which overshoots the peak at the end of the upstroke: intervals depend on dt. ``tau_recovery`` is a rate (1/ms)
    in spite of its name. Both variables start at 0 unless told otherwise, far above rest, so that most neurons fire at once;
    Nengo draws them between 0 and 1.

    >>> import hillock as hk
    >>> neuron = hk.dialects.nengo.Izhikevich(voltage=-65, recovery=-13)
    >>> hk.simulate(neuron, hk.stimuli.Constant(10.0), duration=120, dt=0.1).spike_steps.tolist()
    [33, 270, 721, 1172]

    Reference: Izhikevich (2003), IEEE Trans. Neural Netw. 14:1569, eqs. 1-3, doi:10.1109/TNN.2003.820440.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_recovery: Param = param(0.02, "1/ms", "rate of recovery", above=0.0)
    coupling: Param = param(0.2, "1", "recovery driven by the potential", low=0.0)
    reset_voltage: Param = param(-65.0, "mV", "potential after a spike")
    reset_recovery: Param = param(8.0, "1", "recovery added by each spike")
    amplitude: Param = param(1.0, "1", "area of a spike in 'output'", above=0.0)
    voltage: Param = param(0.0, "mV", "potential at the start")
    recovery: Param = param(0.0, "1", "recovery at the start")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "recovery": "1", "output": "1/s", "threshold": "mV"}

    def init(self) -> IzhikevichState:
        return IzhikevichState(v=self.voltage, recovery=self.recovery)

    def prepare(self, dt: Scalar) -> Scalar:
        return seconds(dt)

    def __call__(
        self, prepared: Scalar, state: IzhikevichState, i: Scalar, surrogate: AbstractSurrogate
    ) -> tuple[IzhikevichState, Spike, Recordable]:
        v, u = state
        slope = rounded(0.04 * rounded(v * v)) + rounded(5.0 * v) + 140.0 - u + jnp.maximum(i, _LOWEST_INPUT)
        v = v + rounded(rounded(slope * _MS) * prepared)
        spike = surrogate(v - _PEAK, at_least=True)
        v = jnp.where(spike > 0, self.reset_voltage, v)
        recovers = rounded(rounded(self.tau_recovery * (rounded(self.coupling * v) - u)) * _MS)
        u = u + rounded(recovers * prepared)
        new = IzhikevichState(v, jnp.where(spike > 0, u + self.reset_recovery, u))
        return new, spike, {**new._asdict(), "output": spike * (self.amplitude / prepared), "threshold": _PEAK}
