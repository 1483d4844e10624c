"""The parts of a network, made from the tables that name them; what is wrong with them is gathered with its place in the file."""

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hillock._compare import read_spikes
from hillock._param import as_number, declarations, is_required
from hillock.experiment import catalogue
from hillock.experiment._build import find_section
from hillock.experiment._connection_files import read_list, read_matrix
from hillock.experiment._problems import parameter_problems
from hillock.network import SpikeTrains
from hillock.recording import Recording


@dataclasses.dataclass(frozen=True)
class Maker:
    """Makes parts, and remembers what is wrong.

    Attributes:
        folder: where relative paths start.
        trust: whether Python files named in the file may be run.
        lines: what is wrong so far, one line each.

    """

    folder: Path
    trust: catalogue.Trust
    lines: list[str] = dataclasses.field(default_factory=list)

    def part(self, where: str, given: Any, find: Callable[..., Any], own: Mapping[str, Any], section: str) -> Any:
        """Return the cell, stimulus or synapse that a table or a name stands for; None if it cannot be made.

        Args:
            where: the place in the file.
            given: what stands there.
            find: looks a name up in the catalogue.
            own: tables to which the file gives names.
            section: where in the file those are.

        """
        table = {"type": given} if isinstance(given, str) else given
        name = table.get("type") if isinstance(table, dict) else None
        if isinstance(name, str) and isinstance(own.get(name), dict):
            changes = {key: value for key, value in table.items() if key != "type"}
            where, table = where if changes else f"{section}.{name}", {**own[name], **changes}
        before = len(self.lines)
        found = find_section(where, table, find, self.folder, self.trust, self.lines)
        if found is None:
            near = catalogue.did_you_mean(name, list(own)) if isinstance(name, str) else ""
            self.lines[before:] = [line + near for line in self.lines[before:]]
            return None
        problems = parameter_problems(found.kind, found.values)
        self.lines.extend(f"{where}: {problem}" for problem in problems)
        return None if problems else self._called(where, found.kind, found.values)

    def rule(self, where: str, given: Any) -> tuple[Any, Mapping[str, Any]]:
        """Return a connection rule, likewise, and the weights and delays that its file has, if it is read from one.

        Its kernel and positions are tables inside it.
        """
        table = {"type": given} if isinstance(given, str) else given
        if not isinstance(table, dict) or not isinstance(table.get("type"), str):
            return None, {}  # of which the schema complains
        before, beside = len(self.lines), {}
        values = {name: self.plain(f"{where}.{name}", x, catalogue.find_space) if isinstance(x, dict) else x for name, x in table.items()}
        if isinstance(table.get("file"), str):
            found = self._called(where, self._read_rule, {"kind": table["type"], "path": self.folder / values.pop("file")})
            more, beside = found or ({}, {})
            values |= more
        if len(self.lines) > before:
            return None, {}
        return self.plain(where, values, lambda name: catalogue.find_rule(name, folder=self.folder, trust=self.trust)), beside

    def _read_rule(self, kind: str, path: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        if kind == "Explicit":
            return read_list(path)
        if kind == "Matrix":
            return {"matrix": read_matrix(path)}, {}
        raise ValueError(f"{kind} reads no file. Leave 'file' out, or take Explicit or Matrix.")

    def value(self, where: str, given: Any) -> Any:
        """Return a weight, a delay or a start: as written, or the distribution that a table stands for."""
        return self.plain(where, given, catalogue.find_distribution) if isinstance(given, dict) else given

    def plain(self, where: str, given: Mapping[str, Any], find: Callable[[str], Any]) -> Any:
        """Return what a table names: a rule, a kernel, positions or a distribution, each value of it as written."""
        name = given.get("type")
        if not isinstance(name, str):
            self.lines.append(f"{where}.type is missing." if name is None else f"{where}.type must be text, got {name!r}.")
            return None
        try:
            kind = find(name)
        except ValueError as error:
            self.lines.append(f"{where}: {error}")
            return None
        values = {key: value for key, value in given.items() if key != "type"}
        problems = _field_problems(kind, values)
        self.lines.extend(f"{where}: {problem}" for problem in problems)
        return None if problems else self._called(where, kind, values)

    def spike_trains(self, where: str, given: Any, n: int | None) -> SpikeTrains | None:
        """Return given spikes: lists of times, or those in a file, of as many neurons as it has or as ``n`` says."""
        if isinstance(given, dict):
            return self._called(where, self._read_trains, {"where": where, **given, "n": n})
        if not isinstance(given, list) or not all(isinstance(train, list) for train in given):
            self.lines.append(f"{where} must be a list of times (ms) for each neuron, such as [[1.0, 5.5], []], or a file, got {given!r:.60}.")
            return None
        if n is not None and n != len(given):
            self.lines.append(f"{where} has lists for {len(given)} neurons, but n = {n}. Leave n out.")
            return None
        times = self._called("", lambda: [[as_number(t, "ms", f"{where}.{k}") for t in train] for k, train in enumerate(given, 1)], {})
        return None if times is None else self._called(where, SpikeTrains, {"times": times})

    def _read_trains(self, where: str, n: int | None, **keys: Any) -> SpikeTrains:
        unknown = [key for key in keys if key not in ("file", "unit")]
        if unknown or not isinstance(keys.get("file"), str):
            raise ValueError(f"it needs file = '...' and may have unit = '...', got the keys {', '.join(keys)}.")
        found = read_spikes(self.folder / keys["file"], keys.get("unit"))
        times, neurons = (found.spike_times, found.spike_neurons) if isinstance(found, Recording) else found
        who = np.zeros(len(times), np.int64) if neurons is None else neurons
        size = n or (found.neurons if isinstance(found, Recording) else int(who.max(initial=0)) + 1)
        if len(who) and who.max() >= size:
            raise ValueError(f"{keys['file']} has spikes of neuron {who.max()}, counted from 0, but n = {n}.")
        return SpikeTrains([times[who == k] for k in range(size)])

    def _called(self, where: str, make: Callable[..., Any], values: Mapping[str, Any]) -> Any:
        try:
            return make(**values)
        except ValueError as error:
            self.lines.append(f"{where}: {error}" if where else str(error))  # which may name its place itself
            return None


def _field_problems(kind: Any, values: Mapping[str, Any]) -> list[str]:
    """Return which values a class does not take, and which it needs besides."""
    fields = {field.name: field for field in dataclasses.fields(kind) if field.init}
    has = f" It has {', '.join(fields)}." if fields else " It has none."
    lines = [
        f"{kind.__name__} has no parameter {name!r}.{catalogue.did_you_mean(name, list(fields)) or has}" for name in values if name not in fields
    ]
    docs = {name: f" ({found.doc})" for name, found in declarations(kind).items()}
    missing = [f"{name}{docs.get(name, '')}" for name, field in fields.items() if name not in values and is_required(field)]
    return [*lines, f"{kind.__name__} needs {', '.join(missing)}."] if missing else lines
