"""What a network file may contain."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from hillock.experiment._schema import Part, Place, Run, Section, WholeNumber, names, numbers, several

_WORDS = ("population", "populations", "projection", "projections", "input", "inputs")

# What a file of one neuron has, or a hurried hand writes, and where it belongs in a network.
ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "populations": "population",
        "projections": "projection",
        "inputs": "input",
        "stimulus": "input",
        "neurons": "population.NAME.n",
        "start": "population.NAME.start",
        "weight": "projection.weight",
        "delay": "projection.delay",
        "synapses": "synapse",
        "cells": "cell",
    }
)


def is_network(raw: Mapping[str, Any]) -> bool:
    """Return whether some plain data describes a network and not a single neuron."""
    return any(word in raw for word in _WORDS)


def _named(value: Any) -> Any:
    """Return a name alone as the table that has it."""
    return {"type": value} if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Named = Annotated[Part, BeforeValidator(_named)]
Ends = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]


class PopulationPart(Section):
    """Neurons of one kind, or spikes that are given."""

    n: WholeNumber | None = Field(None, ge=1, lt=2**31)
    cell: Named | None = None
    start: dict[str, Any] = Field(default_factory=dict)
    spikes: Any = None


class ProjectionPart(Section):
    """Connections from each of some populations to each of others."""

    source: Ends
    target: Ends
    synapse: Named
    connect: Named
    weight: Any = None
    delay: Any = None


class InputPart(Section):
    """A current into some populations, or spikes from outside."""

    target: Ends
    stimulus: Named | None = None
    spikes: Named | None = None
    synapse: Named | None = None
    weight: Any = None


class NetworkOutput(Place):
    """Where the results of a network go, likewise; ``"folder"`` is a folder of that name, written while the network runs."""

    data: Literal["npz", "folder", "none"] = "npz"


class NetworkSchema(Run):
    """A network file."""

    key: WholeNumber | None = Field(None, ge=0, lt=2**64)
    cell: dict[str, Part] = Field(default_factory=dict)
    synapse: dict[str, Part] = Field(default_factory=dict)
    population: Annotated[dict[str, PopulationPart], Field(min_length=1)]
    projection: Annotated[list[ProjectionPart], BeforeValidator(several)] = Field(default_factory=list)
    input: Annotated[list[InputPart], BeforeValidator(several)] = Field(default_factory=list)
    record: dict[str, Annotated[list[str], BeforeValidator(names)]] = Field(default_factory=dict)
    every: WholeNumber = Field(1, ge=1)
    of: dict[str, Annotated[list[WholeNumber], BeforeValidator(numbers)]] = Field(default_factory=dict)
    output: NetworkOutput = NetworkOutput()
