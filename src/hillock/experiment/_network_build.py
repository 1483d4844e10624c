"""From the names and values in a network file to a network."""

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hillock.cells import AbstractCell
from hillock.experiment import catalogue
from hillock.experiment._making import Maker
from hillock.experiment._problems import place
from hillock.network import Drive, Network, Population, Projection, SpikeTrains

Populations = dict[str, Population | SpikeTrains]


def build_network(raw: Mapping[str, Any], folder: Path, trust: catalogue.Trust) -> tuple[Network | None, list[str]]:
    """Return the network that some plain data describes, or what is wrong with its parts.

    What the schema complains about is passed over.
    """
    maker = Maker(folder, trust)
    own = {section: _own(raw, section, maker) for section in ("cell", "synapse")}
    parts = {name: part for name, part in _table(raw.get("population")).items() if isinstance(part, dict)}
    made = {name: _population(f"population.{name}", part, own["cell"], maker) for name, part in parts.items()}
    populations = {name: one for name, one in made.items() if one is not None}
    for what in ("record", "of"):
        for name in _table(raw.get(what)):
            _is_there(f"{what}.{name}", name, parts, maker)
    projections = [found for k, part in _tables(raw, "projection") for found in _projections(k, part, own["synapse"], parts, populations, maker)]
    inputs = [found for k, part in _tables(raw, "input") for found in _inputs(k, part, own["synapse"], parts, populations, maker)]
    if maker.lines or not populations:
        return None, maker.lines
    fed = {name: [one for target, one in inputs if target == name] for name, _ in inputs}
    return Network(populations, projections, fed), []


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _tables(raw: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the tables of a list with their places, or the only one."""
    found = raw.get(name, [])
    for k, part in enumerate(found if isinstance(found, list) else [found]):
        if isinstance(part, dict):
            yield place(name, k) if isinstance(found, list) and len(found) > 1 else name, part


def _ends(value: Any) -> list[str]:
    return [name for name in (value if isinstance(value, list) else [value]) if isinstance(name, str)]


def _own(raw: Mapping[str, Any], section: str, maker: Maker) -> Mapping[str, Any]:
    """Return the cells or synapses to which the file gives names, each tried out, whether it is used or not."""
    known, find = {"cell": (catalogue.all_cells(), catalogue.find_model), "synapse": (catalogue.all_synapses(), catalogue.find_synapse)}[section]
    found = _table(raw.get(section))
    for name, part in found.items():
        if name in known:
            maker.lines.append(f"{section}.{name} has the name of a {section} of hillock. Choose another name.")
        elif isinstance(part, dict):
            maker.part(f"{section}.{name}", part, find, {}, section)
        elif name == "type":
            maker.lines.append(f"{section} needs a name in a network: [{section}.NAME], which populations and projections use.")
    return {name: part for name, part in found.items() if isinstance(part, dict) and name not in known}


def _population(where: str, part: Mapping[str, Any], own: Mapping[str, Any], maker: Maker) -> Population | SpikeTrains | None:
    before = len(maker.lines)
    if part.get("spikes") is not None:
        extra = [f"{where}.{name} is not for given spikes. Leave it out, or leave out spikes." for name in ("cell", "start") if name in part]
        maker.lines.extend(extra)
        n = part.get("n")
        return maker.spike_trains(f"{where}.spikes", part["spikes"], n if type(n) is int else None)
    maker.lines.extend(f"{where}.{name} is missing." for name in ("cell", "n") if part.get(name) is None)
    cell = maker.part(f"{where}.cell", part.get("cell"), catalogue.find_model, own, "cell")
    start = {name: maker.value(f"{where}.start.{name}", value) for name, value in _table(part.get("start")).items()}
    n = part.get("n")
    if cell is None or len(maker.lines) > before or type(n) is not int or n < 1:  # of n the schema complains
        return None
    try:
        return Population(cell, n, start)
    except ValueError as error:
        text = str(error)
        maker.lines.append(f"{where}.{text}" if text.startswith("start.") else f"{where}: {text}")
        return None


def _is_there(where: str, name: str, parts: Mapping[str, Any], maker: Maker) -> bool:
    if name in parts or not parts:  # of a file without populations the schema complains
        return name in parts
    hint = catalogue.did_you_mean(name, list(parts)) or f" There are {', '.join(parts)}."
    maker.lines.append(f"{where}: there is no population {name!r}.{hint}")
    return False


def _projections(
    where: str, part: Mapping[str, Any], own: Mapping[str, Any], parts: Mapping[str, Any], populations: Populations, maker: Maker
) -> Iterator[Projection]:
    """Yield a projection from every source to every target of a table."""
    sources, targets = ([n for n in _ends(part.get(end)) if _is_there(f"{where}.{end}", n, parts, maker)] for end in ("source", "target"))
    before = len(maker.lines)
    values = {name: maker.value(f"{where}.{name}", part.get(name)) for name in ("weight", "delay")}
    connect, beside = maker.rule(f"{where}.connect", part.get("connect"))
    twice = [name for name in beside if values[name] is not None]
    maker.lines.extend(f"{where}.{name} is also a column of the file of connections. Leave one of them out." for name in twice)
    values |= beside
    synapses = {name: _synapse(f"{where}.synapse", part.get("synapse"), populations.get(name), own, maker) for name in targets or [""]}
    if len(maker.lines) > before or connect is None:
        return
    for source, target in itertools.product(sources, targets):
        ends = {"source": source, "target": target, "synapse": synapses[target]}
        if synapses[target] is not None and source in populations and target in populations:
            yield from _checked(where, populations, Projection, connect=connect, maker=maker, **ends, **values)


def _checked(where: str, populations: Populations, kind: Any, *, maker: Maker, **values: Any) -> Iterator[Any]:
    """Yield a part if it fits the populations; else say why not, in place of the name that the part has in Python its place in the file."""
    try:
        made = kind(**values)
        if isinstance(made, Projection):
            Network(populations, [made])
    except ValueError as error:
        ends = f"Projection {values.get('source')} → {values.get('target')}"
        text = str(error)
        path = text.startswith(tuple(f"{ends}: {name}{sign}" for name in ("weight", "delay") for sign in " :"))
        maker.lines.append(text.replace(f"{ends}: ", f"{where}." if path else f"{where}: "))
    else:
        yield made


def _synapse(where: str, given: Any, target: Population | SpikeTrains | None, own: Mapping[str, Any], maker: Maker) -> Any:
    """Return a synapse, or the name of a port where the target is a replica that brings its own."""
    if isinstance(target, Population) and not isinstance(target.cell, AbstractCell) and isinstance(given, str):
        return given
    return maker.part(where, given, catalogue.find_synapse, own, "synapse")


def _inputs(
    where: str, part: Mapping[str, Any], own: Mapping[str, Any], parts: Mapping[str, Any], populations: Populations, maker: Maker
) -> Iterator[tuple[str, Any]]:
    """Yield the targets of a table, each with its stimulus or drive."""
    before = len(maker.lines)
    kinds = [name for name in ("stimulus", "spikes") if part.get(name) is not None]
    if len(kinds) != 1:
        maker.lines.append(
            f"{where} must have either stimulus, a current, or spikes, with synapse and weight, got {' and '.join(kinds) or 'neither'}."
        )
    needed = ("synapse", "weight") if kinds == ["spikes"] else ()
    maker.lines.extend(f"{where}.{name} is missing." for name in needed if part.get(name) is None)
    if kinds == ["stimulus"]:
        maker.lines.extend(f"{where}.{name} is for spikes. Leave it out." for name in ("synapse", "weight") if part.get(name) is not None)
    made = [maker.part(f"{where}.{name}", part[name], catalogue.find_stimulus, {}, "") for name in kinds]
    for target in _ends(part.get("target")):
        there = _is_there(f"{where}.target", target, parts, maker)
        synapse: Any = _synapse(f"{where}.synapse", part["synapse"], populations.get(target), own, maker) if needed and "synapse" in part else None
        if len(maker.lines) > before or not there or target not in populations:
            continue
        try:
            one = Drive(made[0], synapse, part["weight"]) if needed else made[0]
            Network(populations, (), {target: one})
        except ValueError as error:
            text = str(error).replace(f"Network.inputs['{target}']", where).replace("Drive.", f"{where}.")
            maker.lines.append(text)
        else:
            yield target, one
