"""Nengo's LIF neuron with an adapting current."""

import math
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.nengo._dialect import dialect
from hillock.dialects.nengo._rules import THRESHOLD, Leaky, Membrane, Timing, advance, timing
from hillock.surrogates import AbstractSurrogate


class AdaptiveLIFState(NamedTuple):
    """Membrane potential, time left to rest (s), and adaptation."""

    v: Scalar
    refractory_time: Scalar
    adaptation: Scalar


class _Prepared(NamedTuple):
    membrane: Timing
    fraction: Scalar


class AdaptiveLIF(AbstractStep):
    """Nengo's ``AdaptiveLIF``, bit for bit up to the last bit of its exponential and logarithm, which are rounded correctly here.

    Rule::

        the rule of LIF, with J - n in place of J, gives v, r and output
        n = n + dt/tau_n (inc_n output - n)

    n is recorded as ``adaptation``. ``output`` is amplitude/dt in the step of a spike, so a spike adds amplitude inc_n/tau_n.

    When: to repeat a Nengo model exactly. ``hillock.cells.LIF`` adapts by its threshold instead of its input.

    Limits: those of ``LIF``. n decays by forward Euler: unstable for dt > 2 tau_n.

    >>> import hillock as hk
    >>> neuron = hk.dialects.nengo.AdaptiveLIF(tau_n=0.1, inc_n=0.02)
    >>> hk.simulate(neuron, hk.stimuli.Constant(1.5), duration=150, dt=1).spike_steps
    array([ 21,  51,  87, 129])

    Reference: Bekolay et al. (2014), Front. Neuroinform. 7:48, doi:10.3389/fninf.2013.00048; ``nengo/neurons.py`` of Nengo 4.1.0.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_n: Param = param(1.0, "s", "time constant of adaptation", above=0.0)
    inc_n: Param = param(0.01, "s", "adaptation added by each spike, times tau_n", low=0.0)
    tau_rc: Param = param(0.02, "s", "membrane time constant", above=0.0)
    tau_ref: Param = param(0.002, "s", "refractory time, from the crossing", low=0.0)
    min_voltage: Param = param(0.0, "1", "lowest potential", low=-math.inf, high=0.0)
    amplitude: Param = param(1.0, "1", "area of a spike in 'output'", above=0.0)
    voltage: Param = param(0.0, "1", "potential at the start", high=1.0)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "refractory_time": "s", "adaptation": "1", "output": "1/s", "threshold": "1"}

    def init(self) -> AdaptiveLIFState:
        return AdaptiveLIFState(v=self.voltage, refractory_time=0.0, adaptation=0.0)

    def prepare(self, dt: Scalar) -> _Prepared:
        membrane = timing(dt, self.tau_rc)
        return _Prepared(membrane, membrane.dt / self.tau_n)

    def __call__(
        self, prepared: _Prepared, state: AdaptiveLIFState, i: Scalar, surrogate: AbstractSurrogate
    ) -> tuple[AdaptiveLIFState, Spike, Recordable]:
        before = Membrane(state.v, state.refractory_time)
        neuron = Leaky(self.tau_rc, self.tau_ref, self.min_voltage)
        (v, refractory_time), spike = advance(prepared.membrane, before, i - state.adaptation, neuron, surrogate)
        output = spike * (self.amplitude / prepared.membrane.dt)
        change = rounded(prepared.fraction * (rounded(self.inc_n * output) - state.adaptation))
        new = AdaptiveLIFState(v, refractory_time, state.adaptation + change)
        return new, spike, {**new._asdict(), "output": output, "threshold": THRESHOLD}
