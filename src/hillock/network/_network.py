"""A network: parts that fit together."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

import equinox as eqx
import numpy as np

from hillock._param import ParameterError
from hillock._population import population_size
from hillock._trace import is_traced
from hillock.cells import AbstractCell, state_units
from hillock.dialects import AbstractReceivingStep
from hillock.network._data import AbstractPart
from hillock.network._parts import Drive, NetworkError, Population, Projection, SpikeTrains
from hillock.network._repr import brief, shown, written
from hillock.plasticity import AbstractShortTerm
from hillock.stimuli import AbstractStimulus
from hillock.stimuli._base import counting
from hillock.synapses import AbstractSynapse, GapJunction, Receiver


@dataclass(frozen=True, eq=False)
class Network(AbstractPart):
    """Populations of neurons, projections between them, and inputs.

    Immutable plain data: nothing is connected until it is simulated.

    >>> import hillock as hk
    >>> net = hk.Network({"E": hk.Population(hk.cells.LIF(), 80), "I": hk.Population(hk.cells.LIF(), 20)})
    >>> net.n
    100

    Attributes:
        populations: by name.
        projections: between them.
        inputs: for some populations a stimulus, a drive, or a list of those.

    """

    populations: Mapping[str, Population | SpikeTrains]
    projections: Sequence[Projection] = ()
    inputs: Mapping[str, AbstractStimulus | Drive | Sequence[AbstractStimulus | Drive]] = field(default_factory=dict)

    def __post_init__(self):
        self._check_kinds()
        if not self.populations:
            raise NetworkError("Network.populations must hold at least one population, got none.")
        for name, population in self.populations.items():
            if not isinstance(name, str) or not name.isidentifier():
                raise NetworkError(f"The name of a population must be a word of letters, digits and _, got {name!r}.")
            if not isinstance(population, Population | SpikeTrains):
                raise NetworkError(f"Network.populations[{name!r}] must be a Population or SpikeTrains, got {shown(population)}.")
        for what, value in (("populations", self.populations), ("inputs", self.inputs)):
            object.__setattr__(self, what, MappingProxyType(dict(value)))
        object.__setattr__(self, "projections", tuple(self.projections))
        for projection in self.projections:
            self._check_projection(projection)
        for name, given in self.inputs.items():
            self._check_input(name, given)

    def __repr__(self) -> str:
        return written(self)

    @property
    def n(self) -> int:
        """How many neurons there are."""
        return sum(population.n for population in self.populations.values())

    def _check_kinds(self) -> None:
        for what, value in (("populations", self.populations), ("inputs", self.inputs)):
            if not isinstance(value, Mapping):
                raise NetworkError(f"Network.{what} must be a dictionary from names of populations, got {shown(value)}.")
        if isinstance(self.projections, Mapping) or not isinstance(self.projections, Iterable):
            raise NetworkError(f"Network.projections must be a list of projections, got {shown(self.projections)}.")

    def _check_projection(self, projection: Projection) -> None:
        if not isinstance(projection, Projection):
            raise NetworkError(f"Network.projections must hold projections, got {shown(projection)}.")
        for end in (projection.source, projection.target):
            self._require(end, projection.where)
        target = self.populations[projection.target]
        if isinstance(target, SpikeTrains):
            raise NetworkError(f"{projection.where}: {projection.target} has given spikes and receives none. Remove the projection.")
        self._check_port(target, projection.synapse, projection.where)
        _require_size(projection.synapse, target.n, projection.where)
        source = self.populations[projection.source]
        if isinstance(projection.synapse, GapJunction) and not (isinstance(source, Population) and isinstance(source.cell, AbstractCell)):
            has = "has given spikes" if isinstance(source, SpikeTrains) else f"is made of {type(source.cell).__name__}"
            raise NetworkError(f"{projection.where}: gap junctions join cells of hillock.cells, and {projection.source} {has}. Use another synapse.")
        if projection.plasticity is not None:
            _require_size(projection.plasticity, source.n, projection.where)
        projection.connect.check(source.n, target.n, projection.source == projection.target, projection.where)

    def _check_port(self, target: Population, synapse: AbstractSynapse | str, where: str) -> None:
        if isinstance(target.cell, AbstractCell):
            if isinstance(synapse, str):
                raise NetworkError(f"{where}: synapse must be a synapse, such as hk.synapses.Exponential('5 ms'), got {shown(synapse)}.")
            return
        ports = target.cell.ports() if isinstance(target.cell, AbstractReceivingStep) else {}
        kind = type(target.cell).__name__
        if not ports:
            raise NetworkError(f"{where}: {kind} has no synapses. Use a cell of hillock.cells, or a replica that has ports.")
        if not isinstance(synapse, str) or synapse not in ports:
            raise NetworkError(f"{where}: synapse must be the name of a port of {kind}, {' or '.join(map(repr, ports))}, got {shown(synapse)}.")

    def _check_input(self, name: str, given: Any) -> None:
        where = f"Network.inputs[{name!r}]"
        self._require(name, where)
        target = self.populations[name]
        if isinstance(target, SpikeTrains):
            raise NetworkError(f"{where}: {name} has given spikes and takes no input. Remove it.")
        for one in _listed(given):
            if not isinstance(one, AbstractStimulus | Drive):
                raise NetworkError(f"{where} must be a stimulus, a Drive, or a list of those, got {shown(one)}.")
            if isinstance(one, Drive):
                self._check_port(target, one.synapse, where)
                _require_size(one.spikes, target.n, where)
                _require_size(one.synapse, target.n, where)
                if np.ndim(one.weight) and len(one.weight) != target.n:
                    raise NetworkError(f"{where}: Drive.weight must be one value or one for each of {target.n} neurons, got {len(one.weight)}.")
            elif any(counting(one)):
                raise NetworkError(f"{where} must be a current, got {brief(one)}, which counts spikes. Put it into a Drive, or take Poisson.")
            else:
                _require_size(one, target.n, where)

    def _require(self, name: str, where: str) -> None:
        if name not in self.populations:
            near = get_close_matches(str(name), self.populations, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise NetworkError(f"{where}: there is no population {name!r}. There are {', '.join(self.populations)}.{hint}")

    def stimuli(self, name: str) -> tuple[AbstractStimulus, ...]:
        """Return the currents that are fed into a population."""
        return tuple(one for one in _listed(self.inputs.get(name, ())) if isinstance(one, AbstractStimulus))

    def drives(self, name: str) -> tuple[Drive, ...]:
        """Return the spikes from outside that a population gets."""
        return tuple(one for one in _listed(self.inputs.get(name, ())) if isinstance(one, Drive))

    def receiver(self, name: str) -> tuple[Any, Mapping[int, int], Mapping[int, int]]:
        """Return a population's cell with all its synapses, and the numbers of the ports at which projections and drives arrive.

        What has the same synapse, with the same parameters, shares a port, whose name is made of the names of its sources.
        """
        population = self.populations[name]
        assert isinstance(population, Population)
        projections = [(k, p) for k, p in enumerate(self.projections) if name in _receivers(p)]
        drives = self.drives(name)
        if not isinstance(population.cell, AbstractCell):
            ports = list(population.cell.ports()) if isinstance(population.cell, AbstractReceivingStep) else []
            return (
                population.cell,
                {k: ports.index(str(p.synapse)) for k, p in projections},
                {j: ports.index(str(d.synapse)) for j, d in enumerate(drives)},
            )
        synapses: list[AbstractSynapse] = []
        sources: list[list[str]] = []

        def port(synapse: AbstractSynapse | str, source: str) -> int:
            assert isinstance(synapse, AbstractSynapse)
            found = next((k for k, known in enumerate(synapses) if _same(known, synapse)), len(synapses))
            if found == len(synapses):
                synapses.append(synapse)
                sources.append([])
            if source not in sources[found]:
                sources[found].append(source)
            return found

        at_projections = {k: port(p.synapse, "gap" if isinstance(p.synapse, GapJunction) else p.source) for k, p in projections}
        at_drives = {j: port(drive.synapse, "drive") for j, drive in enumerate(drives)}
        names = _distinct(["_".join(each) for each in sources])
        _require_distinct(name, population.cell, synapses, names)
        return (Receiver(population.cell, synapses, names) if synapses else population.cell), at_projections, at_drives  # type: ignore[arg-type]


def _same(a: AbstractSynapse, b: AbstractSynapse) -> bool:
    """Return whether two synapses have the same parameters; inside jit, grad or vmap whether they are one object, as values are not known there."""
    return a is b or (not is_traced(a, b) and bool(eqx.tree_equal(a, b)))


def _receivers(projection: Projection) -> tuple[str, ...]:
    """Return the populations at which something arrives by a projection: both, if they are joined by gap junctions."""
    return (projection.source, projection.target) if isinstance(projection.synapse, GapJunction) else (projection.target,)


def _listed(given: Any) -> tuple[Any, ...]:
    return tuple(given) if isinstance(given, list | tuple) else (given,)


def require_network(given: Any, where: str) -> None:
    """Raise TypeError for what is no network."""
    if not isinstance(given, Network):
        raise TypeError(f"{where} takes a network, hk.Network(populations, projections, inputs), got {shown(given)}.")


def _require_size(part: AbstractStimulus | AbstractSynapse | AbstractShortTerm | str, n: int, where: str) -> None:
    """Raise NetworkError if a part has values for another number of neurons."""
    try:
        population_size(*(() if isinstance(part, str) else (part,)), neurons=n)
    except ParameterError as error:
        raise NetworkError(f"{where}: {error}") from None


def _distinct(names: list[str]) -> tuple[str, ...]:
    """Return names with a number behind those that would be there twice, one that makes no other name."""
    taken, chosen = {name for name in names if names.count(name) == 1}, []
    for name in names:
        counted = (f"{name}{k}" for k in itertools.count(1))
        chosen.append(name if names.count(name) == 1 else next(one for one in counted if one not in taken))
        taken.add(chosen[-1])
    return tuple(chosen)


def _require_distinct(population: str, cell: AbstractCell, synapses: list[AbstractSynapse], ports: tuple[str, ...]) -> None:
    """Raise NetworkError if two variables of a population would have one name."""
    own = [f"{name}_{port}" for synapse, port in zip(synapses, ports, strict=True) for name in state_units(synapse.init())]
    names = [*state_units(cell.init()), *own]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise NetworkError(f"Two variables of population {population} would be called {twice!r}. Rename a population that projects to it.")
