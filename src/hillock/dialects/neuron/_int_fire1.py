"""NEURON's leaky integrate-and-fire cell for delta pulses."""

from typing import ClassVar

from hillock._param import param
from hillock._types import Param, Scalar
from hillock.cells import AbstractCell
from hillock.dialects.neuron._rules import THRESHOLD, Potential


class IntFire1(AbstractCell):
    """NEURON's ``IntFire1``: events move the potential at once, and it leaks away.

    Flow::

        tau dm/dt = -m
        m = m + w at an event of weight w, which is lost within refrac of a spike

    Threshold: m > 1. Reset: m ← 0, where it stays for refrac.

    When: to repeat a NEURON script exactly, with ``engine="exact"`` and ``Impulses``. ``hillock.cells.LIF`` has the same equations in mV and nA.

    Limits: NEURON's ``M()`` shows 2 for 0.5 ms after a spike, then -1 until refrac is over; here it is 0. Events at the same time are
    added up first; NEURON takes them one by one, and those after the one that fires are lost.

    >>> import hillock as hk
    >>> events = hk.stimuli.Impulses([0.9, 0.9, 0.9, 0.9], times=[1.0, 2.5, 7.0, 8.1])  # the third is lost: 4.5 ms after a spike
    >>> neuron = hk.dialects.neuron.IntFire1(tau="10 ms", refrac="5 ms")
    >>> hk.simulate(neuron, events, duration=20, dt=1, dialect="neuron", engine="exact").spike_times
    array([2.5])

    Reference: Carnevale & Hines (2006), The NEURON Book, chapter 10, doi:10.1017/CBO9780511541612; ``intfire1.mod`` of NEURON 9.0.2.
    """

    t_ref: ClassVar[Param] = property(lambda cell: cell.refrac)  # pyright: ignore[reportAssignmentType]  (the same time under hillock's name)

    tau: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    refrac: Param = param(5.0, "ms", "refractory time", low=0.0, on_grid=True)

    def init(self) -> Potential:
        return Potential(v=0.0)

    def drift(self, state: Potential, i: Scalar) -> Potential:
        return Potential(v=i - state.v / self.tau)

    def excess(self, state: Potential) -> Scalar:
        return state.v - THRESHOLD

    def reset(self, state: Potential) -> Potential:
        return Potential(v=0.0)
