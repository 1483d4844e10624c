"""A network: parts that fit together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

import equinox as eqx

from hillock._trace import is_traced
from hillock.cells import AbstractCell
from hillock.dialects import AbstractReceivingStep
from hillock.network._parts import Drive, NetworkError, Population, Projection, SpikeTrains
from hillock.network._repr import written
from hillock.stimuli import AbstractStimulus
from hillock.synapses import AbstractSynapse, Receiver


@dataclass(frozen=True)
class Network:
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
        if not self.populations:
            raise NetworkError("Network.populations must hold at least one population, got none.")
        for name, population in self.populations.items():
            if not isinstance(name, str) or not name.isidentifier():
                raise NetworkError(f"The name of a population must be a word of letters, digits and _, got {name!r}.")
            if not isinstance(population, Population | SpikeTrains):
                raise NetworkError(f"Network.populations[{name!r}] must be a Population or SpikeTrains, got {population!r}.")
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

    def _check_projection(self, projection: Projection) -> None:
        if not isinstance(projection, Projection):
            raise NetworkError(f"Network.projections must hold projections, got {projection!r}.")
        for end in (projection.source, projection.target):
            self._require(end, projection.where)
        target = self.populations[projection.target]
        if isinstance(target, SpikeTrains):
            raise NetworkError(f"{projection.where}: {projection.target} has given spikes and receives none. Remove the projection.")
        self._check_port(target, projection.synapse, projection.where)
        source = self.populations[projection.source]
        projection.connect.check(source.n, target.n, projection.source == projection.target, projection.where)

    def _check_port(self, target: Population, synapse: AbstractSynapse | str, where: str) -> None:
        if isinstance(target.cell, AbstractCell):
            if isinstance(synapse, str):
                raise NetworkError(f"{where}: synapse must be a synapse, such as hk.synapses.Exponential('5 ms'), got {synapse!r}.")
            return
        ports = target.cell.ports() if isinstance(target.cell, AbstractReceivingStep) else {}
        kind = type(target.cell).__name__
        if not ports:
            raise NetworkError(f"{where}: {kind} has no synapses. Use a cell of hillock.cells, or a replica that has ports.")
        if not isinstance(synapse, str) or synapse not in ports:
            raise NetworkError(f"{where}: synapse must be the name of a port of {kind}, {' or '.join(map(repr, ports))}, got {synapse!r}.")

    def _check_input(self, name: str, given: Any) -> None:
        where = f"Network.inputs[{name!r}]"
        self._require(name, where)
        target = self.populations[name]
        if isinstance(target, SpikeTrains):
            raise NetworkError(f"{where}: {name} has given spikes and takes no input. Remove it.")
        for one in _listed(given):
            if not isinstance(one, AbstractStimulus | Drive):
                raise NetworkError(f"{where} must be a stimulus, a Drive, or a list of those, got {one!r}.")
            if isinstance(one, Drive):
                self._check_port(target, one.synapse, where)

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
        projections = [(k, p) for k, p in enumerate(self.projections) if p.target == name]
        drives = self.drives(name)
        if not isinstance(population.cell, AbstractCell):
            ports = list(population.cell.ports()) if isinstance(population.cell, AbstractReceivingStep) else []
            return population.cell, {k: ports.index(str(p.synapse)) for k, p in projections}, {j: ports.index(str(d.synapse)) for j, d in enumerate(drives)}
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

        at_projections = {k: port(p.synapse, p.source) for k, p in projections}
        at_drives = {j: port(drive.synapse, "drive") for j, drive in enumerate(drives)}
        names = _distinct(["_".join(each) for each in sources])
        return (Receiver(population.cell, synapses, names) if synapses else population.cell), at_projections, at_drives  # type: ignore[arg-type]


def _same(a: AbstractSynapse, b: AbstractSynapse) -> bool:
    """Return whether two synapses have the same parameters; inside jit, grad or vmap whether they are one object, as values are not known there."""
    return a is b or (not is_traced(a, b) and bool(eqx.tree_equal(a, b)))


def _listed(given: Any) -> tuple[Any, ...]:
    return tuple(given) if isinstance(given, list | tuple) else (given,)


def _distinct(names: list[str]) -> tuple[str, ...]:
    """Return names with a number behind those that would be there twice."""
    return tuple(name if names.count(name) == 1 else f"{name}{names[: k + 1].count(name)}" for k, name in enumerate(names))
