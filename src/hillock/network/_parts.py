"""What a network is made of. Each part checks what it can know by itself; what depends on others is checked by the network."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from hillock._population import population_size
from hillock._trace import is_traced
from hillock._units import UnitError, to_number
from hillock.cells import AbstractCell, AbstractCoupled, state_units
from hillock.connections import AbstractRule, AbstractValue, Matrix
from hillock.dialects import AbstractStep
from hillock.stimuli import AbstractStimulus
from hillock.synapses import AbstractSynapse


class NetworkError(ValueError):
    """A network that contradicts itself, or the run that is asked of it."""


@dataclass(frozen=True)
class Population:
    """Neurons of one kind.

    Attributes:
        cell: a cell, or a replica from a dialect's file; parameters hold one value, or one per neuron.
        n: how many neurons.
        start: what variables are before the first step, where that is not what the cell says: a number, text with a unit, a distribution from
            ``hillock.connections``, or one value per neuron.

    """

    cell: AbstractCell | AbstractStep
    n: int
    start: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self):
        if not isinstance(self.cell, AbstractCell | AbstractStep):
            raise NetworkError(f"Population.cell must be a cell or a replica, got {self.cell!r}. For example Population(hk.cells.LIF(), 100).")
        if isinstance(self.cell, AbstractCoupled):
            raise NetworkError(f"{type(self.cell).__name__} joins its neurons within a step and has no place in a network. Use LIF and projections.")
        if isinstance(self.n, bool) or not isinstance(self.n, int | np.integer) or self.n < 1:
            raise NetworkError(f"Population.n must be a whole number ≥ 1, got {self.n!r}.")
        population_size(self.cell, neurons=int(self.n))
        units = self.units()
        for name in self.start:
            if name not in units:
                raise NetworkError(f"{type(self.cell).__name__} has no variable {name!r} to start with. It has {', '.join(units)}.")
        object.__setattr__(self, "start", MappingProxyType({name: _value(x, units[name], f"start.{name}", self.n) for name, x in self.start.items()}))

    def units(self) -> Mapping[str, str]:
        """Return the variables that can be given a start, and the unit of each."""
        return state_units(self.cell.init()) if isinstance(self.cell, AbstractCell) else self.cell.recordable()


@dataclass(frozen=True)
class SpikeTrains:
    """Neurons whose spikes are given: recorded, or made up.

    Attributes:
        times: for each neuron the times of its spikes (ms, any order). A spike at time t falls into the step that holds t.

    """

    times: tuple[Float[np.ndarray, " spikes"], ...]

    def __init__(self, times: Iterable[Any]):
        trains = tuple(np.asarray(train, float) for train in times)
        if not trains:
            raise NetworkError("SpikeTrains.times must hold one list of times (ms) per neuron, got none. A neuron that never fires has [].")
        for k, train in enumerate(trains):
            if train.ndim != 1 or not np.isfinite(train).all() or (train < 0).any():
                raise NetworkError(f"SpikeTrains.times must be lists of finite times ≥ 0 ms, got {times!r:.80} for neuron {k}.")
        object.__setattr__(self, "times", tuple(np.sort(train) for train in trains))

    @property
    def n(self) -> int:
        """How many neurons."""
        return len(self.times)

    def events(self, dt: float) -> tuple[Int[np.ndarray, " spikes"], Int[np.ndarray, " spikes"]]:
        """Return step and neuron of every spike, by step, then neuron; rounding errors of a time on the grid do not move it a step."""
        steps = np.concatenate([np.floor(train / dt + 1e-6) for train in self.times]).astype(np.int64)
        neurons = np.repeat(np.arange(self.n, dtype=np.int32), [len(train) for train in self.times])
        order = np.lexsort((neurons, steps))
        return steps[order], neurons[order]

    def __repr__(self) -> str:
        return f"SpikeTrains({self.n} neurons, {sum(map(len, self.times))} spikes)"


@dataclass(frozen=True)
class Projection:
    """Connections from one population to another, or to itself.

    Attributes:
        source, target: names of populations.
        synapse: what a spike does to its target; the name of a port, where the target is a replica that brings its own synapses.
        connect: which neurons are joined.
        weight: of a connection, in the unit of the synapse: a number, text with a unit, a distribution, a matrix (sources, targets), or one
            value for each connection that a rule lists. The entries of a ``Matrix`` by default.
        delay: from a spike to its arrival (ms), likewise; whole steps. The shortest the dialect has by default.

    """

    source: str
    target: str
    synapse: AbstractSynapse | str
    connect: AbstractRule
    weight: Any = None
    delay: Any = None

    def __post_init__(self):
        if not isinstance(self.synapse, AbstractSynapse | str):
            raise NetworkError(f"{self.where}: synapse must be a synapse or the name of a replica's port, got {self.synapse!r}.")
        if not isinstance(self.connect, AbstractRule):
            raise NetworkError(f"{self.where}: connect must be a connection rule, got {self.connect!r}. For example hk.connections.FixedProbability(0.1).")
        if is_traced(self.delay):
            instead = "Close over it, or mark it static."
            raise NetworkError(f"{self.where}: delay shapes the compiled program, so it cannot be an argument of jit, grad or vmap. {instead}")
        object.__setattr__(self, "delay", None if self.delay is None else _value(self.delay, "ms", f"{self.where}: delay"))
        if self.weight is None and not isinstance(self.connect, Matrix):
            raise NetworkError(f"{self.where}: weight is missing. Only the rule Matrix brings its own.")
        if self.weight is not None:
            unit = self.synapse.weight_unit if isinstance(self.synapse, AbstractSynapse) else "1"
            object.__setattr__(self, "weight", _value(self.weight, unit, f"{self.where}: weight"))

    @property
    def where(self) -> str:
        """What messages call it."""
        return f"Projection {self.source} → {self.target}"


@dataclass(frozen=True)
class Drive:
    """Spikes from outside the network, independent for each neuron, that arrive at a synapse of its own without any delay.

    Attributes:
        spikes: a stimulus whose value is the number of spikes in a step, such as ``hillock.stimuli.PoissonSpikes``.
        synapse: what a spike does, as in a projection.
        weight: of each spike, in the unit of the synapse; a number, text with a unit, or one value per neuron.

    """

    spikes: AbstractStimulus
    synapse: AbstractSynapse | str
    weight: Any

    def __post_init__(self):
        if not isinstance(self.spikes, AbstractStimulus):
            raise NetworkError(f"Drive.spikes must be a stimulus that counts spikes, got {self.spikes!r}. For example PoissonSpikes('800 Hz').")
        if not isinstance(self.synapse, AbstractSynapse | str):
            raise NetworkError(f"Drive.synapse must be a synapse or the name of a replica's port, got {self.synapse!r}.")
        if isinstance(self.synapse, AbstractSynapse):
            object.__setattr__(self, "weight", _value(self.weight, self.synapse.weight_unit, "Drive.weight"))


def _value(value: Any, unit: str, where: str, n: int | None = None) -> Any:
    """Return a number, an array or a distribution in ``unit``.

    Raises:
        NetworkError: it is none of these, not finite, or has not one value for each of ``n`` neurons.

    """
    if isinstance(value, AbstractValue):
        return value.resolved(unit, where)
    if is_traced(value):
        return _traced(value, where, n)
    try:
        number = to_number(value, unit)
        array = np.asarray(number, float)
    except UnitError as error:
        raise NetworkError(f"{where} {error}.") from None
    except (TypeError, ValueError):
        raise NetworkError(f"{where} must be a number in {unit}, values or a distribution, got {value!r:.60}.") from None
    if not np.isfinite(array).all():
        raise NetworkError(f"{where} must be finite, got {array[~np.isfinite(array)].flat[0]:g} {unit}.")
    if n is not None and array.ndim and array.shape != (n,):
        raise NetworkError(f"{where} must be one value or one for each of {n} neurons, got an array of shape {array.shape}.")
    return float(array) if array.ndim == 0 else array


def _traced(value: Any, where: str, n: int | None) -> Array:
    """Return values inside jit, grad or vmap, of which no more than the shape is known."""
    array = jnp.asarray(value)
    if n is not None and array.ndim and array.shape != (n,):
        raise NetworkError(f"{where} must be one value or one for each of {n} neurons, got an array of shape {array.shape}.")
    return array
