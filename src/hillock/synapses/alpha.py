"""The synaptic current that rises and falls with one time constant."""

import math
from typing import ClassVar, NamedTuple

from hillock._param import param
from hillock._types import Nanoamperes, Param, Scalar
from hillock.synapses._base import AbstractSynapse


class AlphaState(NamedTuple):
    """Synaptic current (nA) and the current that it follows (nA)."""

    i: Nanoamperes
    i_rise: Nanoamperes


class Alpha(AbstractSynapse):
    """A current that follows an alpha function, whose peak is the weight (nA), one tau_syn after the spike.

    Flow::

        tau_syn di/dt = i_rise - i
        tau_syn di_rise/dt = -i_rise

    Arrival: i_rise ← i_rise + e w, so that after one spike i(t) = w t/tau_syn exp(1 - t/tau_syn).

    When: a postsynaptic current with a rise, for one parameter. With a linear cell the whole neuron is linear, and exact at any dt. NEST's
    neurons named alpha have this synapse.

    Limits: rise and decay are tied, see DoubleExponential; no reversal potential, see ConductanceAlpha.

    >>> import hillock as hk
    >>> hk.synapses.Alpha("2 ms").tau_syn
    2.0

    Reference: Rotter & Diesmann (1999), Biol. Cybern. 81:381, doi:10.1007/s004220050570.
    """

    weight_unit: ClassVar[str] = "nA"

    tau_syn: Param = param(2.0, "ms", "time from a spike to the peak of its current", above=0.0)

    def init(self) -> AlphaState:
        return AlphaState(0.0, 0.0)

    def drift(self, state: AlphaState, v: Scalar) -> AlphaState:
        return AlphaState((state.i_rise - state.i) / self.tau_syn, -state.i_rise / self.tau_syn)

    def receive(self, state: AlphaState, v: Scalar, w: Scalar) -> tuple[AlphaState, Scalar]:
        return AlphaState(state.i, state.i_rise + math.e * w), v

    def current(self, state: AlphaState, v: Scalar) -> Scalar:
        return state.i
