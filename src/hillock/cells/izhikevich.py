"""The Izhikevich cell."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, NamedTuple

import jax.numpy as jnp

from hillock._param import param, require_below
from hillock._types import Millivolts, Param, Scalar
from hillock.cells._base import AbstractCell


class IzhikevichState(NamedTuple):
    """Membrane potential (mV) and recovery variable (mV/ms)."""

    v: Millivolts
    u: Annotated[Scalar, "mV/ms"]


class Izhikevich(AbstractCell):
    """Izhikevich's cell: a quadratic upstroke and a linear recovery variable.

    Flow::

        dv/dt = 0.04 v² + 5 v + 140 - u + i
        du/dt = a (b v - u)

    Threshold: v > v_th, the peak of the spike. Reset: v ← c, u ← u + d.

    When: many firing patterns at little cost, by the published four numbers; the presets are the types of the paper's figure 2: RS regular
    spiking, IB intrinsically bursting, CH chattering, FS fast spiking, LTS low-threshold spiking, TC thalamo-cortical, RZ resonator. The
    paper drives most of them with i = 10.

    Limits: parameters are in the published form, with v in mV and t in ms. The published current is a plain number, in effect mV/ms: here a
    stimulus of 1 nA counts as 1, a capacitance of 1 nF. The paper steps by 1 ms and overshoots; small steps give slightly other
    intervals. Not a membrane: no conductance, no reversal potential. The drift is evaluated at no more than v_th, which changes nothing
    before the reset and keeps coarse steps finite.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.Izhikevich.preset("CH"), hk.stimuli.Constant(10.0), duration=100, dt=0.05)
    >>> bool(rec.isi().max() > 5 * rec.isi().min())  # bursts, and silence between them
    True

    Reference: Izhikevich (2003), IEEE Trans. Neural Netw. 14:1569, eqs. 1-3 and figure 2, doi:10.1109/TNN.2003.820440.
    """

    a: Param = param(0.02, "1/ms", "rate of recovery", above=0.0)
    b: Param = param(0.2, "1/ms", "sensitivity of the recovery to the potential")
    c: Param = param(-65.0, "mV", "potential after a spike")
    d: Param = param(8.0, "mV/ms", "rise of the recovery variable with each spike")
    v_th: Param = param(30.0, "mV", "peak at which the spike is cut")
    v_init: Param = param(-65.0, "mV", "potential at time 0, where u = b v_init")
    t_ref: Param = param(0.0, "ms", "refractory time", low=0.0, on_grid=True)

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
        {
            "RS": {"a": 0.02, "b": 0.2, "c": -65.0, "d": 8.0},
            "IB": {"a": 0.02, "b": 0.2, "c": -55.0, "d": 4.0},
            "CH": {"a": 0.02, "b": 0.2, "c": -50.0, "d": 2.0},
            "FS": {"a": 0.1, "b": 0.2, "c": -65.0, "d": 2.0},
            "LTS": {"a": 0.02, "b": 0.25, "c": -65.0, "d": 2.0},
            "TC": {"a": 0.02, "b": 0.25, "c": -65.0, "d": 0.05},
            "RZ": {"a": 0.1, "b": 0.26, "c": -65.0, "d": 2.0},
        }
    )

    def __check_init__(self):
        require_below(self, "c", "v_th")

    def init(self) -> IzhikevichState:
        return IzhikevichState(v=self.v_init, u=self.b * self.v_init)

    def drift(self, state: IzhikevichState, i: Scalar) -> IzhikevichState:
        v = jnp.minimum(state.v, self.v_th)
        return IzhikevichState(
            v=(0.04 * v + 5.0) * v + 140.0 - state.u + i,
            u=self.a * (self.b * v - state.u),
        )

    def excess(self, state: IzhikevichState) -> Scalar:
        return state.v - self.v_th

    def reset(self, state: IzhikevichState) -> IzhikevichState:
        return IzhikevichState(v=self.c, u=state.u + self.d)
