"""A constant current."""

from hillock._param import param
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractStimulus, Moment


class Constant(AbstractStimulus):
    """The same current at every time: i(t) = amplitude.

    When: what a neuron does in the long run: whether it fires (rheobase), how fast (f-I curve).

    >>> import hillock as hk
    >>> hk.stimuli.Constant("300 pA")
    Constant(amplitude=0.3)
    """

    amplitude: Param = param(unit="nA", doc="current")

    def init(self) -> State:
        return ()

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        return state, self.amplitude
