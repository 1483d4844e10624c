"""Everything about one thing, as text: from its docstring, its declarations and what it shows when asked."""

import dataclasses
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hillock import dialects
from hillock._contract import check_cell
from hillock._param import ParameterError, Parametrized, declarations, is_required, options
from hillock._table import table
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep, Dialect, find
from hillock.experiment import catalogue
from hillock.integrators import AbstractIntegrator
from hillock.stimuli import AbstractStimulus
from hillock.synapses import AbstractSynapse


def describe(name: str) -> str:
    """Return what there is to know about a cell, replica, stimulus, dialect, integrator or part of a network.

    What shares a name, as a synapse and a kernel do, is described one after the other.

    Raises:
        CatalogueError: nothing has that name.

    """
    return "\n\n".join(_of_one(name, found) for found in catalogue.find_all(name))


def _of_one(name: str, found: Any) -> str:
    if isinstance(found, Dialect):
        return _of_dialect(found)
    if issubclass(found, AbstractIntegrator):
        return "\n\n".join([f"{name}: an integrator", *paragraphs(found)])
    return "\n\n".join(_of_parametrized(name, found))


def first_line(kind: type) -> str:
    """Return what a class is, in one line."""
    return paragraphs(kind)[0].splitlines()[0]


def paragraphs(kind: type) -> list[str]:
    """Return the paragraphs of a class's own docstring, each with the equations or the example that belongs to it."""
    doc = vars(kind).get("__doc__") or ""
    if not doc or doc.startswith(f"{kind.__name__}("):  # the signature that dataclasses put there
        return ["(It has no description.)"]
    found: list[str] = []
    for paragraph in inspect.cleandoc(doc).split("\n\n"):
        if paragraph.startswith("    ") and found:
            found[-1] += f"\n{paragraph}"
        elif paragraph.startswith(">>>"):
            found.append("Example:\n" + textwrap.indent(paragraph, "    "))
        else:
            found.append(paragraph.replace("``", "").replace("::", ":"))
    return found


def parameter_rows(kind: type[Parametrized]) -> list[list[str]]:
    """Return name, default, unit, range and meaning of every parameter."""
    fields = {field.name: field for field in dataclasses.fields(kind)}
    rows = []
    for name, found in declarations(kind).items():
        field = fields[name]
        default = "required" if is_required(field) else _plain(field.default)
        rule = ", ".join(part for part in (found.rule(), "whole steps" if found.on_grid else "") if part)
        rows.append([name, default, "" if found.unit == "1" else found.unit, rule, found.doc])
    return rows


def _plain(value: Any) -> str:
    if value is None or value is dataclasses.MISSING:
        return "-"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _of_parametrized(name: str, kind: Any) -> Iterator[str]:
    first, *rest = paragraphs(kind)
    last = [text for text in rest if text.startswith(("Reference:", "Example:"))]
    yield f"{name}\n{first}"
    yield from (text for text in rest if text not in last)
    rows = parameter_rows(kind)
    if rows:
        yield "Parameters:\n" + textwrap.indent(table(["name", "default", "unit", "range", "meaning"], rows, "<<<<<"), "    ")
    if options(kind):
        yield "Options:\n" + "\n".join(_option(option, default) for option, default in options(kind).items())
    if getattr(kind, "presets", None):
        yield f"Presets: {', '.join(kind.presets)}"
    if issubclass(kind, AbstractCell | AbstractStep):
        yield from _states(kind)
    if issubclass(kind, AbstractSynapse):
        yield f"Weight: in {kind.weight_unit}"
    yield from last
    yield f"In Python: {_home(name, kind)}"


def _option(name: str, default: Any) -> str:
    return f"    {name} (required)" if default is dataclasses.MISSING else f"    {name} = {default!r}"


def _states(kind: Any) -> Iterator[str]:
    """Yield what a cell or replica remembers, and what of it can be recorded, as far as its defaults make one to ask."""
    try:
        model = kind()
    except ParameterError:
        return
    if isinstance(model, AbstractCell):
        check_cell(model)
    state = model.init()
    fields, doc = getattr(state, "_fields", ()), type(state).__doc__ or ""
    meaning = "" if doc.startswith(type(state).__name__) or not fields else f": {doc[:1].lower()}{doc[1:]}"
    yield f"State: {', '.join(fields)}{meaning}"
    step = model if isinstance(model, AbstractStep) else find("hillock").bind(model)
    shown = {**step.recordable(), "i": "nA"}
    yield f"Can be recorded: {', '.join(name if unit == '1' else f'{name} ({unit})' for name, unit in shown.items())}"


def _home(name: str, kind: type) -> str:
    if ":" in name:
        path, _, own = name.rpartition(":")
        return f"from {Path(path).stem} import {own}"
    folders = {AbstractStimulus: "stimuli", AbstractSynapse: "synapses", (AbstractCell, AbstractStep): "dialects" if "." in name else "cells"}
    return f"hk.{next((folder for base, folder in folders.items() if issubclass(kind, base)), 'connections')}.{name}"


def _of_dialect(dialect: Dialect) -> str:
    summary = textwrap.fill(f"A step: {dialect.summary}.", 100, subsequent_indent="    ")
    parts = [f"{dialect.name}: a dialect", summary, f"Arithmetic: {dialect.dtype}"]
    own = catalogue.replicas(dialect.name)
    if own:
        rows = [[name, first_line(kind)] for name, kind in own.items()]
        parts.append("Its neurons under its own names:\n" + textwrap.indent(table(rows[0], rows[1:], "<<"), "    "))
    module = dialects.__name__.replace("hillock", "hk", 1)
    return "\n\n".join([*parts, f"In Python: hk.simulate(cell, stimulus, dialect={dialect.name!r}, ...), {module}.{dialect.name}"])
