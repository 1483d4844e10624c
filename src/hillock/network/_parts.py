"""What a network is made of. Each part checks what it can know by itself; what depends on others is checked by the network."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from hillock._population import population_size
from hillock._trace import is_traced
from hillock._units import UnitError, to_number
from hillock.cells import AbstractCell, AbstractCoupled, state_units
from hillock.connections import AbstractRule, AbstractValue, Matrix
from hillock.dialects import AbstractStep
from hillock.network._amounts import NetworkError, amount, require_weight
from hillock.network._data import AbstractPart
from hillock.network._repr import brief, part, shown
from hillock.plasticity import AbstractShortTerm
from hillock.stimuli import AbstractStimulus
from hillock.stimuli._base import counting
from hillock.synapses import AbstractSynapse, GapJunction

_MOST_STEPS = 2**31 - 1  # more than that no run has


@dataclass(frozen=True, eq=False)
class Population(AbstractPart):
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
            raise NetworkError(f"Population.cell must be a cell or a replica, got {shown(self.cell)}. For example Population(hk.cells.LIF(), 100).")
        if isinstance(self.cell, AbstractCoupled):
            raise NetworkError(f"{type(self.cell).__name__} joins its neurons within a step and has no place in a network. Use LIF and projections.")
        if isinstance(self.n, bool) or not isinstance(self.n, int | np.integer) or self.n < 1:
            raise NetworkError(f"Population.n must be a whole number ≥ 1, got {self.n!r}.")
        object.__setattr__(self, "n", int(self.n))
        population_size(self.cell, neurons=self.n)
        units = self.units()
        if not isinstance(self.start, Mapping):
            raise NetworkError(f"Population.start must be a dictionary such as {{'{next(iter(units))}': ...}}, got {shown(self.start)}.")
        for name in self.start:
            if name not in units:
                raise NetworkError(f"{type(self.cell).__name__} has no variable {name!r} to start with. It has {', '.join(units)}.")
        object.__setattr__(self, "start", MappingProxyType({name: amount(x, units[name], f"start.{name}", self.n) for name, x in self.start.items()}))

    def __repr__(self) -> str:
        return part(self)

    def units(self) -> Mapping[str, str]:
        """Return the variables that can be given a start, and the unit of each."""
        return state_units(self.cell.init()) if isinstance(self.cell, AbstractCell) else self.cell.recordable()


@dataclass(frozen=True, eq=False)
class SpikeTrains(AbstractPart):
    """Neurons whose spikes are given: recorded, or made up.

    Attributes:
        times: for each neuron the times of its spikes (ms, any order). A spike at time t acts as one that a neuron of its target's dialect fires
            at t, so that recorded spikes act as they did; one that is not on the grid counts from the grid's time before it.

    """

    times: tuple[Float[np.ndarray, " spikes"], ...]

    def __init__(self, times: Iterable[Any]):
        if isinstance(times, str | Mapping) or not isinstance(times, Iterable):
            raise NetworkError(f"SpikeTrains.times must hold one list of times (ms) per neuron, got {shown(times)}.")
        trains = tuple(_train(train, k) for k, train in enumerate(times))
        if not trains:
            raise NetworkError("SpikeTrains.times must hold one list of times (ms) per neuron, got none. A neuron that never fires has [].")
        object.__setattr__(self, "times", tuple(np.sort(train) for train in trains))

    @property
    def n(self) -> int:
        """How many neurons."""
        return len(self.times)

    def events(self, dt: float, stamp: int) -> tuple[Int[np.ndarray, " spikes"], Int[np.ndarray, " spikes"]]:
        """Return step and neuron of every spike, by step, then neuron; rounding errors of a time on the grid do not move it a step.

        A spike of step k is at (k + stamp)·dt, so one at 0 ms may be of a step before the first.
        """
        counted = np.concatenate([np.floor(train / dt + 1e-6) for train in self.times])
        if counted.max(initial=0.0) > _MOST_STEPS:
            latest = max(train[-1] for train in self.times if len(train))
            raise NetworkError(
                f"SpikeTrains.times must be below {_MOST_STEPS} steps of dt = {dt:g} ms, got {latest:g} ms. Leave out what comes after the run."
            )
        steps = counted.astype(np.int64) - stamp
        neurons = np.repeat(np.arange(self.n, dtype=np.int32), [len(train) for train in self.times])
        order = np.lexsort((neurons, steps))
        return steps[order], neurons[order]

    def __repr__(self) -> str:
        return f"SpikeTrains({self.n} neurons, {sum(map(len, self.times))} spikes)"


def _train(train: Any, k: int) -> Float[np.ndarray, " spikes"]:
    """Return the times of neuron k in ms."""
    try:
        times = np.asarray(to_number(train, "ms"), float)
    except UnitError as error:
        raise NetworkError(f"SpikeTrains.times of neuron {k} {error}.") from None
    except (TypeError, ValueError):
        times = np.array(np.nan)
    if times.ndim != 1 or not np.isfinite(times).all() or (times < 0).any():
        raise NetworkError(f"SpikeTrains.times must be lists of finite times ≥ 0 ms, got {shown(train)} for neuron {k}.")
    return times


@dataclass(frozen=True, eq=False)
class Projection(AbstractPart):
    """Connections from one population to another, or to itself.

    Attributes:
        source, target: names of populations.
        synapse: what a spike does to its target; the name of a port, where the target is a replica that brings its own synapses.
        connect: which neurons are joined.
        weight: of a connection, in the unit of the synapse: a number, text with a unit, a distribution, a matrix (sources, targets), or one
            value for each connection that a rule lists. The entries of a ``Matrix`` by default.
        delay: from a spike to its arrival (ms), likewise; whole steps. The shortest the dialect has by default.
        plasticity: what each spike of a source is worth; the same by default.

    """

    source: str
    target: str
    synapse: AbstractSynapse | str
    connect: AbstractRule
    weight: Any = None
    delay: Any = None
    plasticity: AbstractShortTerm | None = None

    def __post_init__(self):
        if not isinstance(self.synapse, AbstractSynapse | str):
            raise NetworkError(f"{self.where}: synapse must be a synapse or the name of a replica's port, got {shown(self.synapse)}.")
        if not isinstance(self.connect, AbstractRule):
            raise NetworkError(
                f"{self.where}: connect must be a connection rule, got {shown(self.connect)}. For example hk.connections.FixedProbability(0.1)."
            )
        if is_traced(self.delay):
            instead = "Close over it, or mark it static."
            raise NetworkError(f"{self.where}: delay shapes the compiled program, so it cannot be an argument of jit, grad or vmap. {instead}")
        self._check_kind()
        object.__setattr__(self, "delay", None if self.delay is None else amount(self.delay, "ms", f"{self.where}: delay"))
        if self.weight is None and not isinstance(self.connect, Matrix):
            raise NetworkError(f"{self.where}: weight is missing. Only the rule Matrix brings its own.")
        if self.weight is not None:
            unit = self.synapse.weight_unit if isinstance(self.synapse, AbstractSynapse) else "1"
            object.__setattr__(self, "weight", amount(self.weight, unit, f"{self.where}: weight"))
        given = self.connect.weights if self.weight is None and isinstance(self.connect, Matrix) else self.weight
        require_weight(given, self.synapse, f"{self.where}: weight")

    def _check_kind(self) -> None:
        """Refuse what no spike travels by, and a rule that is none."""
        if self.plasticity is not None and not isinstance(self.plasticity, AbstractShortTerm):
            example = "For example hk.plasticity.TsodyksMarkram(U=0.5)."
            raise NetworkError(f"{self.where}: plasticity must be a rule of short-term plasticity, got {shown(self.plasticity)}. {example}")
        for what in ("delay", "plasticity"):
            if isinstance(self.synapse, GapJunction) and getattr(self, what) is not None:
                raise NetworkError(f"{self.where}: no spike travels through gap junctions, so they have no {what}. Leave it out.")

    def __repr__(self) -> str:
        return part(self)

    @property
    def where(self) -> str:
        """What messages call it."""
        return f"Projection {self.source} → {self.target}"


@dataclass(frozen=True, eq=False)
class Drive(AbstractPart):
    """Spikes from outside the network, independent for each neuron, that arrive at a synapse of its own without any delay.

    Attributes:
        spikes: a stimulus whose value is the number of spikes in a step, such as ``hillock.stimuli.PoissonSpikes`` or one of your own that is an
            ``hillock.stimuli.AbstractCounting``.
        synapse: what a spike does, as in a projection.
        weight: of each spike, in the unit of the synapse; a number, text with a unit, or one value per neuron.

    """

    spikes: AbstractStimulus
    synapse: AbstractSynapse | str
    weight: Any

    def __post_init__(self):
        if not isinstance(self.spikes, AbstractStimulus) or not all(counting(self.spikes)):
            raise NetworkError(f"Drive.spikes must be a stimulus that counts spikes, got {shown(self.spikes)}. For example PoissonSpikes('800 Hz').")
        if isinstance(self.synapse, GapJunction):
            raise NetworkError(
                "Drive.synapse must be one at which spikes arrive, and none do at gap junctions. Join two populations by a Projection."
            )
        if not isinstance(self.synapse, AbstractSynapse | str):
            raise NetworkError(f"Drive.synapse must be a synapse or the name of a replica's port, got {shown(self.synapse)}.")
        unit = self.synapse.weight_unit if isinstance(self.synapse, AbstractSynapse) else "1"
        object.__setattr__(self, "weight", amount(self.weight, unit, "Drive.weight"))
        if isinstance(self.weight, AbstractValue) or np.ndim(self.weight) > 1:
            got = brief(self.weight) if isinstance(self.weight, AbstractValue) else f"an array of shape {np.shape(self.weight)}"
            raise NetworkError(f"Drive.weight must be one value, or one for each neuron, got {got}.")
        require_weight(self.weight, self.synapse, "Drive.weight")

    def __repr__(self) -> str:
        return part(self)
