"""From the names and values in an experiment to a model and a stimulus, one value per neuron where they are swept."""

import functools
import inspect
import math
import operator
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from hillock._memory import physical_memory
from hillock._param import ParameterError, Parametrized, declarations, options
from hillock._population import population_size
from hillock._types import Param
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep
from hillock.experiment import catalogue
from hillock.experiment._problems import convert, parameter_problems, place
from hillock.stimuli import AbstractStimulus

_RESERVED = ("type", "preset", "file")


class Built(NamedTuple):
    """The parts of an experiment that are made of parameters."""

    model: AbstractCell | AbstractStep
    stimulus: AbstractStimulus
    neurons: int
    labels: dict[str, Float[np.ndarray, " neurons"]]
    units: dict[str, str]


class Section(NamedTuple):
    """A cell or stimulus as written, found by name."""

    where: str
    kind: Any
    values: dict[str, Param]


def build(raw: Mapping[str, Any], folder: Path, trust: catalogue.Trust) -> tuple[Built | None, list[str]]:
    """Return the model and the stimulus of an experiment, or what is wrong with its cell, stimuli and sweep."""
    lines: list[str] = []
    sections = [section for section in _sections(raw, folder, trust, lines) if section is not None]
    sweep = _sweep(raw.get("sweep", {}), sections, lines)
    neurons = raw.get("neurons")
    neurons = neurons if type(neurons) is int and neurons > 0 else None  # of what else it may be, the schema complains
    lines += _too_many(sweep, neurons or 1)
    if lines or not any(section.where == "cell" for section in sections) or len(sections) < 2:
        return None, lines
    columns = _grid(sweep, neurons or 1)
    modules = [_make(section, columns, lines) for section in sections]
    if lines:
        return None, lines
    model, *terms = modules
    stimulus = functools.reduce(operator.add, terms)
    points = len(next(iter(columns.values()))) if columns else neurons
    try:
        neurons = population_size(model, stimulus, neurons=points)
    except ParameterError as error:
        return None, [str(error)]
    labels = columns | _per_neuron(sections, modules)
    return Built(model, stimulus, neurons, labels, _units(sections, labels)), []


def parameter_places(raw: Mapping[str, Any], folder: Path, trust: catalogue.Trust) -> dict[str, str]:
    """Return where each parameter of the cell and the stimuli belongs, such as 'cell.tau_m' for 'tau_m'."""
    found = [section for section in _sections(raw, folder, trust, []) if section is not None]
    return {name: f"{section.where}.{name}" for section in reversed(found) for name in declarations(section.kind)}


def _sections(raw: Mapping[str, Any], folder: Path, trust: catalogue.Trust, lines: list[str]) -> Iterator[Section | None]:
    """Yield the cell, then each stimulus; what the schema already complains about is passed over."""
    yield find_section("cell", raw.get("cell"), catalogue.find_model, folder, trust, lines)
    stimuli = raw.get("stimulus")
    stimuli = stimuli if isinstance(stimuli, list) else [stimuli]
    for k, part in enumerate(stimuli):
        where = "stimulus" if len(stimuli) == 1 else place("stimulus", k)
        yield find_section(where, part, catalogue.find_stimulus, folder, trust, lines)


def find_section(where: str, part: Any, find: Any, folder: Path, trust: catalogue.Trust, lines: list[str]) -> Section | None:
    """Return what a table names, with its values; None if that cannot be said, the reasons being added to ``lines``.

    Args:
        where: the place of the table in the file.
        part: the table.
        find: looks a name up in the catalogue.
        folder: where relative paths start.
        trust: whether Python files named in it may be run.
        lines: what is wrong so far.

    """
    if not isinstance(part, dict) or not isinstance(part.get("type"), str):
        return None
    try:
        kind = find(part["type"], folder=folder, trust=trust)
        values = {**_preset(kind, part.get("preset")), **{name: value for name, value in part.items() if name not in _RESERVED}}
        if isinstance(part.get("file"), str):
            values = _from_file(kind, folder / part["file"], values)
    except ValueError as error:
        lines.append(f"{where}: {error}")
        return None
    return Section(where, kind, values)


def _preset(kind: type[Parametrized], name: Any) -> Mapping[str, Any]:
    if not isinstance(name, str):
        return {}
    kind.preset(name)  # complains, with the names there are
    return kind.presets[name]


def _sweep(raw: Any, sections: list[Section], lines: list[str]) -> dict[str, Float[np.ndarray, " values"]]:
    """Return the values of each swept parameter by its place, and complain about the parameters of all sections."""
    wanted = dict(_flatten(raw)) if isinstance(raw, dict) else {}
    found: dict[str, Float[np.ndarray, " values"]] = {}
    for section in sections:
        others = [f"{section.where}.{name}" for name in (*_RESERVED, *options(section.kind))]
        lines += [f"sweep.{path} cannot be swept, only parameters can. Run once for each value." for path in others if wanted.pop(path, None)]
        own = {path.removeprefix(f"{section.where}."): path for path in wanted if path.startswith(f"{section.where}.")}
        lines += [
            f"{section.where}: {line}" for line in parameter_problems(section.kind, {**section.values, **{n: wanted[p] for n, p in own.items()}})
        ]
        for name, path in own.items():
            values = wanted.pop(path)
            if name not in declarations(section.kind):
                continue
            if declarations(section.kind)[name].ndim > 0:
                lines.append(f"sweep.{path} is a list for every neuron and cannot be swept. Give one list: {path} = [...].")
            elif not isinstance(values, list) or not values:
                lines.append(f"sweep.{path} must be a list of values, got {values!r}.")
            elif not lines:
                found[path] = np.atleast_1d(convert(section.kind, name, values))
    known = [section.where for section in sections]
    lines += [f"sweep.{path} is not a parameter of this experiment. Sweep those of {catalogue.listed(known)}." for path in wanted if known]
    return found


def _flatten(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        where = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            yield from _flatten(value, where)
        else:
            yield where, value


def _too_many(sweep: Mapping[str, Float[np.ndarray, " values"]], each: int) -> Iterator[str]:
    """Complain about a sweep whose labels alone do not fit into memory."""
    points = math.prod(len(values) for values in sweep.values()) * each
    wanted, there = 8 * points * len(sweep), physical_memory()
    if sweep and wanted > 0.5 * there:
        yield f"sweep makes {points:.3g} neurons, whose labels alone need {wanted / 1e9:.3g} GB; this machine has {there / 1e9:.3g} GB. Sweep fewer values."


def _grid(sweep: Mapping[str, Float[np.ndarray, " values"]], each: int) -> dict[str, Float[np.ndarray, " neurons"]]:
    """Return every combination of the swept values, the last parameter varying fastest, ``each`` neurons for each."""
    if not sweep:
        return {}
    axes = np.meshgrid(*sweep.values(), indexing="ij")
    return {path: np.repeat(axis.reshape(-1), each) for path, axis in zip(sweep, axes, strict=True)}


def _make(section: Section, columns: Mapping[str, Float[np.ndarray, " neurons"]], lines: list[str]) -> Any:
    swept = {name: columns[f"{section.where}.{name}"] for name in declarations(section.kind) if f"{section.where}.{name}" in columns}
    try:
        return section.kind(**{**section.values, **swept})
    except ValueError as error:
        lines.append(f"{section.where}: {error}")
        return None


def _per_neuron(sections: list[Section], modules: list[Any]) -> dict[str, Float[np.ndarray, " neurons"]]:
    """Return the parameters that were given as one value per neuron."""
    return {
        f"{section.where}.{name}": np.asarray(getattr(module, name), float)
        for section, module in zip(sections, modules, strict=True)
        for name, declared in declarations(section.kind).items()
        if declared.ndim == 0 and np.ndim(getattr(module, name)) == 1
    }


def _units(sections: list[Section], labels: Mapping[str, Any]) -> dict[str, str]:
    declared = {f"{section.where}.{name}": found.unit for section in sections for name, found in declarations(section.kind).items()}
    return {path: declared[path] for path in labels}


def _from_file(kind: Any, path: Path, written: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a stimulus that reads a data file: those in the file, and those written besides."""
    if not hasattr(kind, "read"):
        raise ParameterError(f"{kind.__name__} reads no file. Leave 'file' out, or take another stimulus, such as Samples.")
    takes = inspect.signature(kind.read).parameters
    found = kind.read(path, **{name: value for name, value in written.items() if name in takes})
    kept = {name: value for name, value in written.items() if name not in takes}
    return {name: getattr(found, name) for name in declarations(kind)} | kept
