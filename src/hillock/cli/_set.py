"""``--set path=value``: one change of an experiment's data."""

import tomllib
from collections.abc import Sequence
from typing import Any

from hillock.cli._talk import UsageError

_RESERVED = ("type", "preset", "file")  # keys of a cell or stimulus that are not parameters
_SINGLE = ("type", "preset", "duration", "dt", "dialect", "integrator", "engine", "dtype", "threads", "neurons", "key", "every")  # nor swept


def change(raw: dict[str, Any], text: str) -> None:
    """Carry out one change; several values for a parameter, separated by commas, become a sweep.

    Raises:
        UsageError: the text is not ``path=value``, the path leads nowhere, or several values are given for what is no parameter.

    """
    path, sign, written = text.partition("=")
    *way, name = path.strip().split(".")
    if not sign or not name or not all(way):
        raise UsageError(f"--set needs path=value, such as cell.tau_m=30, got {text!r}.")
    section, way = _section(raw, way, name)
    is_toml, value = _value(written)
    if way[:1] in (["cell"], ["stimulus"]) and name not in _RESERVED:
        swept = _section(raw, ["sweep", *way], name)[0]
        swept.pop(name, None)  # what the file said
        if not is_toml and "," in written:
            swept[name] = [_value(item)[1] for item in written.split(",")]
            return
    if not is_toml and "," in written and name in _SINGLE:
        raise UsageError(f"--set {path.strip()} takes one value, got {written.strip()!r}. Only parameters are swept; run once for each value.")
    section[name] = value


def change_network(raw: dict[str, Any], text: str) -> None:
    """Carry out one change of a network's data, such as ``population.E.n=100``; projections and inputs are counted from one.

    Raises:
        UsageError: the text is not ``path=value``, or the path leads nowhere.

    """
    path, sign, written = text.partition("=")
    *way, name = path.strip().split(".")
    if not sign or not name or not all(way):
        raise UsageError(f"--set needs path=value, such as population.E.n=100, got {text!r}.")
    table: Any = raw
    for k, part in enumerate(way):
        if isinstance(table, list):
            number = int(part) if part.isdecimal() else 0
            if not 1 <= number <= len(table):
                here = ".".join(way[:k])
                raise UsageError(f"--set {path.strip()} leads nowhere: {here} has the numbers 1 to {len(table)}. Write {here}.1.{name}.")
            table = table[number - 1]
        else:
            table = table.setdefault(part, {})
        if not isinstance(table, dict | list):
            raise UsageError(f"--set {path.strip()} leads nowhere: {'.'.join(way[: k + 1])} is {table!r}, not a table.")
    if isinstance(table, list):
        here = ".".join(way)
        raise UsageError(f"--set {path.strip()} leads nowhere: {here} has the numbers 1 to {len(table)}. Write {here}.1.{name}.")
    table[name] = _value(written)[1]


def _section(raw: dict[str, Any], way: Sequence[str], name: str) -> tuple[dict[str, Any], list[str]]:
    """Return the table that a path leads to, and the path as messages and sweeps write it."""
    written = ".".join([*way, name])
    if way and way[0] == "stimulus":
        return _stimulus(raw.get("stimulus"), way[1:], name)
    table: Any = raw
    for part in way:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            raise UsageError(f"--set {written} leads nowhere: {part} is not a table. Name a key of the experiment, such as cell.tau_m.")
    return table, list(way)


def _stimulus(found: Any, number: Sequence[str], name: str) -> tuple[dict[str, Any], list[str]]:
    """Return one stimulus: the only one, or the one of that number, counted from one."""
    sections = [section for section in (found if isinstance(found, list) else [found]) if isinstance(section, dict)]
    choices = ["stimulus"] if len(sections) == 1 else [f"stimulus.{k + 1}" for k in range(len(sections))]
    wanted = ".".join(["stimulus", *number])
    if len(sections) == 1 and wanted == "stimulus.1":
        wanted = "stimulus"
    if wanted not in choices:
        instead = " or ".join(f"{choice}.{name}" for choice in choices) or "--stimulus first"
        raise UsageError(f"--set {'.'.join(['stimulus', *number, name])} names no stimulus. Write {instead}.")
    return sections[choices.index(wanted)], wanted.split(".")


def _value(text: str) -> tuple[bool, Any]:
    """Return whether a text is a TOML value, and that value or else the text itself."""
    try:
        found = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return False, text.strip()
    value = found.get("value")
    return (True, value) if len(found) == 1 and isinstance(value, int | float | str | list | dict) else (False, text.strip())
