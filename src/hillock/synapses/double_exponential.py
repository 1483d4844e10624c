"""The synaptic current with a rise and a decay of their own."""

from typing import ClassVar, NamedTuple

from hillock._param import param
from hillock._types import Nanoamperes, Param, Scalar
from hillock.synapses._base import AbstractSynapse
from hillock.synapses._rise import jump_for_peak


class DoubleExponentialState(NamedTuple):
    """Synaptic current (nA) and the current that it follows (nA)."""

    i: Nanoamperes
    i_rise: Nanoamperes


class DoubleExponential(AbstractSynapse):
    """A current that is the difference of two exponentials, whose peak is the weight (nA).

    Flow::

        tau_decay di/dt = i_rise - i
        tau_rise di_rise/dt = -i_rise

    Arrival: i_rise ← i_rise + n w, with n = (tau_rise/tau_decay)^(tau_decay/(tau_rise - tau_decay)), so that after one spike i(t) is
    proportional to exp(-t/tau_decay) - exp(-t/tau_rise) and peaks at w.

    When: a postsynaptic current fitted to a recording. With a linear cell the whole neuron is linear, and exact at any dt.

    Limits: no reversal potential, see ConductanceDoubleExponential. Equal time constants give Alpha, and exchanging them changes nothing.

    >>> import hillock as hk
    >>> hk.synapses.DoubleExponential("0.5 ms", "5 ms")
    DoubleExponential(tau_rise=0.5, tau_decay=5.0)

    Reference: Dayan & Abbott (2001), Theoretical Neuroscience, MIT Press, sect. 5.8, here of a current.
    """

    weight_unit: ClassVar[str] = "nA"

    tau_rise: Param = param(0.5, "ms", "rise time constant", above=0.0)
    tau_decay: Param = param(5.0, "ms", "decay time constant", above=0.0)

    def init(self) -> DoubleExponentialState:
        return DoubleExponentialState(0.0, 0.0)

    def drift(self, state: DoubleExponentialState, v: Scalar) -> DoubleExponentialState:
        return DoubleExponentialState((state.i_rise - state.i) / self.tau_decay, -state.i_rise / self.tau_rise)

    def receive(self, state: DoubleExponentialState, v: Scalar, w: Scalar) -> tuple[DoubleExponentialState, Scalar]:
        return DoubleExponentialState(state.i, state.i_rise + jump_for_peak(self.tau_rise, self.tau_decay) * w), v

    def current(self, state: DoubleExponentialState, v: Scalar) -> Scalar:
        return state.i
