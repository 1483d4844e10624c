"""Nengo's LIF neuron."""

import math
from collections.abc import Mapping
from typing import ClassVar

from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.nengo._dialect import dialect
from hillock.dialects.nengo._rules import THRESHOLD, Leaky, Membrane, Timing, advance, timing
from hillock.surrogates import AbstractSurrogate


class LIF(AbstractStep):
    """Nengo's ``LIF``, bit for bit up to the last bit of its exponential and logarithm, which are rounded correctly here.

    Rule::

        r = r - dt,  moves = dt - r, between 0 and dt
        v = v - (J - v) (exp(-moves/tau_rc) - 1)
        spike if v > 1:  r = tau_ref + dt + tau_rc log(1 - (v - 1)/(J - 1)),  v = 0
        v is at least min_voltage

    r, recorded as ``refractory_time``, is counted from the crossing inside the step, so the step in which it ends moves v by a part of
    dt. ``output`` is amplitude/dt in the step of a spike.

    When: to repeat a Nengo model exactly, and where rates should hardly depend on dt: of all simulators on a grid it comes closest to the
    exact intervals. ``hillock.cells.LIF`` with ``dialect="nengo"`` holds v for whole steps.

    Limits: J = gain x + bias is the stimulus, a plain number; the threshold is 1 and the reset 0. One spike per step at most: a neuron that
    would fire faster loses spikes. With tau_ref < dt the step of a spike may outlast the rest: what is left of it is lost. The
    potential at the start is ``voltage``, 0 here; Nengo draws it between 0 and 1. Times are seconds.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.nengo.LIF(tau_ref="5 ms"), hk.stimuli.Constant(1.5), duration=100, dt=1).spike_steps
    array([21, 48, 75])

    Reference: Bekolay et al. (2014), Front. Neuroinform. 7:48, doi:10.3389/fninf.2013.00048; ``nengo/neurons.py`` of Nengo 4.1.0.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_rc: Param = param(0.02, "s", "membrane time constant", above=0.0)
    tau_ref: Param = param(0.002, "s", "refractory time, from the crossing", low=0.0)
    min_voltage: Param = param(0.0, "1", "lowest potential", low=-math.inf, high=0.0)
    amplitude: Param = param(1.0, "1", "area of a spike in 'output'", above=0.0)
    voltage: Param = param(0.0, "1", "potential at the start", high=1.0)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "refractory_time": "s", "output": "1/s", "threshold": "1"}

    def init(self) -> Membrane:
        return Membrane(v=self.voltage, refractory_time=0.0)

    def prepare(self, dt: Scalar) -> Timing:
        return timing(dt, self.tau_rc)

    def __call__(self, prepared: Timing, state: Membrane, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Membrane, Spike, Recordable]:
        new, spike = advance(prepared, state, i, Leaky(self.tau_rc, self.tau_ref, self.min_voltage), surrogate)
        return new, spike, {**new._asdict(), "output": spike * (self.amplitude / prepared.dt), "threshold": THRESHOLD}
