"""What the page is told of a neuron and its inputs, besides their programs: names, sliders, and how Python and the command line write them."""

import re
import shlex
import sys
from pathlib import Path
from typing import Any

import numpy as np

from hillock._param import Parametrized, declarations, defaults, options
from hillock._trace import is_linear
from hillock.cells import AbstractCell, state_units
from hillock.dialects import AbstractStep, DialectStep
from hillock.explorer._controls import Control, orders
from hillock.explorer._kinds import Kind
from hillock.explorer._programs import COLUMNS, Walk
from hillock.stimuli import AbstractStimulus


def cell(model: AbstractCell | AbstractStep) -> dict[str, Any]:
    """Return how a model is written in Python, on the command line and in an experiment file.

    Raises:
        TypeError: it has an option that no text can hold.

    """
    default = "hillock" if isinstance(model, AbstractCell) else model.dialect.name
    name = type(model).__name__
    return {
        "name": name,
        "file": name.lower() if name.isidentifier() else "neuron",
        **written(type(model)),
        "options": _options(model),
        "ownDialect": default,
    }


def kind(one: Kind) -> dict[str, Any]:
    """Return what the page is told of a kind of input."""
    texts = {name: text for name, text in written(one.shown_as).items() if name in ("python", "word", "type")}
    order = [] if one.how == "pulses" else _orders(one.stimulus)
    level = next((c["name"] for c in one.controls if c["label"] in ("offset", "mean")), "")
    level = level or next((c["name"] for c in one.controls if c["unit"] == "nA"), "")
    return {**one.told(), **texts, "orders": order, "level": level}


def neuron(model: AbstractCell | AbstractStep, step: AbstractStep, sliders: list[Control]) -> dict[str, Any]:
    """Return sliders with the defaults of the class, and how the trace is drawn."""
    usual, name = defaults(type(model)), type(model).__name__
    units = step.recordable()
    state = state_units(model.init()) if isinstance(model, AbstractCell) else {}
    others = [other for other in units if other not in ("v", "threshold", "i")]
    return {
        "controls": [{**c, "usual": x if isinstance(x := usual[c["label"]], int | float) else None} for c in sliders],
        "orders": _orders(model),
        "others": [{"name": other, "unit": _unit({**units, **state}.get(other, "1"))} for other in others],
        "vUnit": _unit(units.get("v", "mV")),
        "drawsSpikes": not isinstance(step, DialectStep) or is_linear(step.cell.drift, step.cell.init(), 0.0),
        "rest": f"{name}.t_ref" if isinstance(model, AbstractCell) and "t_ref" in usual else "",
    }


def plane(model: AbstractCell | AbstractStep, walk: Walk | None) -> dict[str, Any]:
    """Return what the page is told of the phase plane: of a second variable its name, unit and first value."""
    start = float(np.asarray(getattr(model.init(), walk.other))) if walk and walk.other else 0.0
    names = {"other": walk.other, "otherUnit": _unit(walk.unit)} if walk else {"other": "", "otherUnit": ""}
    return {**names, "otherStart": start, "columns": COLUMNS, "hasSlope": walk is not None}


def written(kind: type[Parametrized]) -> dict[str, Any]:
    """Return how a class is named: in Python, with its imports, on the command line, and in a file, with remarks."""
    name, module = kind.__name__, kind.__module__
    found = re.match(r"hillock\.(cells|stimuli)\.|hillock\.(dialects)\.(\w+)", module)
    if found and found[3]:
        return {"python": f"hk.dialects.{found[3]}.{name}", "imports": [], "word": f"{found[3]}.{name}", "type": f"{found[3]}.{name}", "remarks": []}
    if found:
        return {"python": f"hk.{found[1]}.{name}", "imports": [], "word": name, "type": name, "remarks": []}
    path = getattr(sys.modules.get(module), "__file__", None)
    if path is None:
        stem, remark = "mycell", f"Put the class {name} into a file mycell.py first."
        return {
            "python": name,
            "imports": [f"# {name} is the class in your notebook"],
            "word": shlex.quote(f"{stem}.py:{name}"),
            "type": f"{stem}.py:{name}",
            "remarks": [remark],
        }
    file = _beside(Path(path))
    return {
        "python": name,
        "imports": [f"from {Path(path).stem} import {name}"],
        "word": shlex.quote(f"{file}:{name}"),
        "type": f"{file}:{name}",
        "remarks": [],
    }


def _beside(path: Path) -> str:
    """Return a path as somebody in the working folder writes it; elsewhere only its name, for nobody else has the same folders."""
    return path.resolve().relative_to(Path.cwd()).as_posix() if path.resolve().is_relative_to(Path.cwd()) else path.name


def _orders(module: AbstractCell | AbstractStep | AbstractStimulus) -> list[dict[str, Any]]:
    known = {f"{type(module).__name__}.{name}" for name in declarations(type(module))}
    return [order for order in orders(module) if {order["lower"], order["upper"]} <= known]


def _options(model: Parametrized) -> list[list[Any]]:
    """Return the options of a model that are not its class's defaults."""
    changed = {name: getattr(model, name) for name, usual in options(type(model)).items() if getattr(model, name) != usual}
    for name, value in changed.items():
        if not isinstance(value, str | int | float):
            raise TypeError(f"The explorer cannot write {type(model).__name__}.{name} = {value!r} into a script. Leave it at its default.")
    return [[name, value] for name, value in changed.items()]


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit.replace("uS", "µS")
