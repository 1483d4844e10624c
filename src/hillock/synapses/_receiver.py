"""A cell together with its synapses: again a cell, so that dialects, integrators and engines need not know the difference."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, NamedTuple

import equinox as eqx

from hillock._types import Param, Scalar, State
from hillock.cells import AbstractCell, state_units
from hillock.synapses._base import AbstractSynapse
from hillock.synapses.gap_junction import GapJunction


class Receiver(AbstractCell):
    """A cell that receives spikes by some ports, each with a synapse of its own.

    The state holds the variables of the cell, then those of each synapse, named ``i_E`` where variable ``i`` belongs to port ``E``. A linear
    cell with linear synapses is linear, and flows exactly.

    Attributes:
        cell: the neuron without synapses.
        synapses: one for each port.
        ports: their names.

    """

    cell: AbstractCell
    synapses: tuple[AbstractSynapse, ...] = eqx.field(converter=tuple)
    ports: tuple[str, ...] = eqx.field(static=True, converter=tuple)

    @property
    def t_ref(self) -> Param:  # type: ignore[override]
        """Refractory time of the cell (ms)."""
        return self.cell.t_ref

    def init(self) -> State:
        return self._join(self.cell.init(), [synapse.init() for synapse in self.synapses])

    def drift(self, state: State, i: Scalar) -> State:
        own, parts = self._split(state)
        return self.deaf_drift(state, sum([synapse.current(part, own.v) for synapse, part in zip(self.synapses, parts, strict=True)], i))

    def deaf_drift(self, state: State, i: Scalar) -> State:
        """Return the time derivative of the state, per ms, of a cell that does not feel the current of its synapses, which go on."""
        own, parts = self._split(state)
        rates = [synapse.drift(part, own.v) for synapse, part in zip(self.synapses, parts, strict=True)]
        return self._join(self.cell.drift(own, i), rates)

    def excess(self, state: State) -> Scalar:
        return self.cell.excess(self._split(state)[0])

    def reset(self, state: State) -> State:
        own, parts = self._split(state)
        return self._join(self.cell.reset(own), parts)

    def felt(self, i: Scalar, arrivals: tuple[Scalar, ...]) -> Scalar:
        """Return the input current (nA) with what flows through gap junctions, which is what arrives at their ports."""
        return sum((w for synapse, w in zip(self.synapses, arrivals, strict=True) if isinstance(synapse, GapJunction)), i)

    def receive(self, state: State, arrivals: tuple[Scalar, ...]) -> State:
        """Return the state after the arrival of spikes, whose weights add up to one number for each port."""
        own, parts = self._split(state)
        v, after = own.v, []
        for synapse, before, w in zip(self.synapses, parts, arrivals, strict=True):
            part, v = synapse.receive(before, v, w)
            after.append(part)
        return self._join(own._replace(v=v), after)

    def weight_units(self) -> Mapping[str, str]:
        """Return the unit of a weight at each port."""
        return {port: synapse.weight_unit for port, synapse in zip(self.ports, self.synapses, strict=True)}

    def _join(self, own: State, parts: list[State]) -> State:
        units = tuple(state_units(own).items())
        for port, part in zip(self.ports, parts, strict=True):
            units += tuple((f"{name}_{port}", unit) for name, unit in state_units(part).items())
        return _state_class(units)(*own, *(value for part in parts for value in part))

    def _split(self, state: State) -> tuple[State, list[State]]:
        kinds = [type(self.cell.init()), *(type(synapse.init()) for synapse in self.synapses)]
        parts, begin = [], 0
        for kind in kinds:
            end = begin + len(kind._fields)
            parts.append(kind(*state[begin:end]))
            begin = end
        return parts[0], parts[1:]


@cache
def _state_class(units: tuple[tuple[str, str], ...]) -> Any:
    """Return the class of states with these variables: one class for each set, so that states of equal receivers have equal types."""
    made: Any = NamedTuple("ReceiverState", [(name, Annotated[Scalar, unit]) for name, unit in units])  # type: ignore[misc]
    made.__reduce__ = lambda state: (_state, (units, tuple(state)))  # it has no place in a module where pickle could find it
    return made


def _state(units: tuple[tuple[str, str], ...], values: tuple[Any, ...]) -> State:
    return _state_class(units)(*values)
