"""A cell whose input is spikes that reach it through a synapse, at any time."""

from typing import ClassVar

import jax
import jax.numpy as jnp

from hillock._param import ParameterError
from hillock._types import Param, Scalar, State
from hillock.cells import AbstractCell
from hillock.synapses._base import AbstractSynapse
from hillock.synapses._receiver import Receiver
from hillock.synapses.gap_junction import GapJunction


class Driven(AbstractCell):
    """A cell with one synapse, to which all of its input goes: a charge of 1 pC is a spike of weight 1, in the unit of the synapse.

    When: one neuron driven by a given train of spikes in continuous time, by ``Impulses`` and the engine exact, which has no networks. The synapse may be any
    that spikes reach; with a linear one, a linear cell stays linear, and its spikes are found to 10⁻⁹ ms.

    Limits: no current besides the cell's own ``i_e``.

    >>> import hillock as hk
    >>> cell = hk.synapses.Driven(hk.cells.LIF(), hk.synapses.Exponential("5 ms"))
    >>> train = hk.stimuli.Impulses([0.8, 0.8], times=[1.25, 2.6])  # two spikes of 0.8 nA
    >>> hk.simulate(cell, train, duration=20, dt=0.1, engine="exact").spike_times.round(6)
    array([4.559363])
    """

    t_ref: ClassVar[Param] = property(lambda driven: driven.cell.t_ref)  # pyright: ignore[reportAssignmentType]

    cell: AbstractCell
    synapse: AbstractSynapse

    def __check_init__(self):
        if isinstance(self.synapse, GapJunction):
            raise ParameterError("Driven.synapse must be one that spikes reach, got GapJunction. Join two populations of a network by it.")

    @property
    def receiver(self) -> Receiver:
        """The cell with its synapse, as networks have it."""
        return Receiver(self.cell, (self.synapse,), ("in",))  # pyright: ignore[reportCallIssue]  (t_ref is the cell's)

    def init(self) -> State:
        return self.receiver.init()

    def drift(self, state: State, i: Scalar) -> State:
        receiver = self.receiver
        moment = jnp.zeros_like(jnp.asarray(i))
        _, arrival = jax.jvp(lambda w: receiver.receive(state, (w,)), (moment,), (jnp.ones_like(moment),))  # what a spike of weight 1 changes
        return jax.tree.map(lambda rate, jump: rate + jump * i, receiver.drift(state, moment), arrival)

    def excess(self, state: State) -> Scalar:
        return self.receiver.excess(state)

    def reset(self, state: State) -> State:
        return self.receiver.reset(state)
