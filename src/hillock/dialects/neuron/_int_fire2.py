"""NEURON's integrate-and-fire cell for slow exponential currents."""

from typing import ClassVar, NamedTuple

from hillock._param import param, require_below
from hillock._types import Param, Scalar
from hillock.cells import AbstractCell
from hillock.dialects.neuron._rules import THRESHOLD


class IntFire2State(NamedTuple):
    """Potential m, and the current i that drives it."""

    v: Scalar
    i_syn: Scalar


class IntFire2(AbstractCell):
    """NEURON's ``IntFire2``: events add to a current that decays more slowly than the membrane forgets.

    Flow::

        taus di_syn/dt = ib - i_syn
        taum dm/dt = i_syn - m
        i_syn = i_syn + w at an event of weight w

    Threshold: m > 1. Reset: m ← 0; i_syn goes on.

    When: to repeat a NEURON script exactly, with ``engine="exact"`` and ``Impulses``.

    Limits: taum < taus; NEURON raises a smaller taus to taum + 0.1 ms without a word. NEURON's spike times come from Newton's method, which
    it stops at steps below 10⁻⁶ of exp(-t/taum): they are within 10⁻⁹ ms of those here. No refractory time. NEURON's i is recorded as
    ``i_syn``; ``i`` is the stimulus.

    >>> import hillock as hk
    >>> neuron = hk.dialects.neuron.IntFire2(taum=10, taus=20, ib=1.6)
    >>> rec = hk.simulate(neuron, hk.stimuli.Constant(0.0), duration=30, dt=1, dialect="neuron", engine="exact")
    >>> rec.spike_times.round(4)  # every 10 ln(1.6/0.6)
    array([ 9.8083, 19.6166, 29.4249])

    Reference: Carnevale & Hines (2006), The NEURON Book, chapter 10, doi:10.1017/CBO9780511541612; ``intfire2.mod`` of NEURON 9.0.2.
    """

    t_ref: ClassVar[Param] = 0.0

    taum: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    taus: Param = param(20.0, "ms", "decay time of the current, longer than taum", above=0.0)
    ib: Param = param(0.0, "1", "current without events")

    def __check_init__(self):
        require_below(self, "taum", "taus")

    def init(self) -> IntFire2State:
        return IntFire2State(v=0.0, i_syn=self.ib)

    def drift(self, state: IntFire2State, i: Scalar) -> IntFire2State:
        return IntFire2State(v=(state.i_syn - state.v) / self.taum, i_syn=i + (self.ib - state.i_syn) / self.taus)

    def excess(self, state: IntFire2State) -> Scalar:
        return state.v - THRESHOLD

    def reset(self, state: IntFire2State) -> IntFire2State:
        return IntFire2State(v=0.0, i_syn=state.i_syn)
