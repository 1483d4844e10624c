"""Networks and their parts as Python text that makes them again."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from hillock._trace import is_traced

_MOST = 12  # values that are written out
_LONG = 60  # characters that tell what something is
_FOLDERS = ("cells", "synapses", "connections", "stimuli", "dialects", "plasticity")


def written(network: Any) -> str:
    """Return the Python text of a network, one part a line, for ``import hillock as hk``.

    Long arrays are not written out; where one stands the text says its shape and is no Python.
    """
    blocks = [("populations", [f"{name!r}: {part(one)}" for name, one in network.populations.items()], "{}")]
    if network.projections:
        blocks.append(("projections", [part(projection) for projection in network.projections], "[]"))
    if network.inputs:
        blocks.append(("inputs", [f"{name!r}: {_text(given, full=True)}" for name, given in network.inputs.items()], "{}"))
    inner = "".join(
        f"    {name}={signs[0]}\n" + "".join(f"        {line},\n" for line in lines) + f"    {signs[1]},\n" for name, lines, signs in blocks
    )
    return f"hk.Network(\n{inner})"


def brief(value: Any) -> str:
    """Return a cell, synapse, rule, stimulus or distribution in one line, such as 'LIF(tau_m=10)': what differs from the defaults."""
    return _text(value, full=False)


def shown(value: Any) -> str:
    """Return what somebody gave in place of something else, in one line of a message and not longer than that needs."""
    text = " ".join(repr(value).split())
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."


def whole(value: Any) -> str:
    """Return the same with all values, such as 'Exponential(tau_syn=5)'."""
    return _module(value, full=False, defaults=True)


def part(one: Any) -> str:
    """Return a population, projection or input in one line."""
    given = {field.name: getattr(one, field.name) for field in dataclasses.fields(one)}
    if type(one).__name__ == "SpikeTrains":
        return f"hk.SpikeTrains([{', '.join(_text(train, full=True) for train in given['times'])}])"
    leading = {"Population": ("cell", "n"), "Projection": ("source", "target")}.get(type(one).__name__, ())
    first = [_text(given.pop(name), full=True) for name in leading]
    rest = [f"{name}={_text(value, full=True)}" for name, value in given.items() if value is not None and not (name == "start" and not value)]
    return f"hk.{type(one).__name__}({', '.join([*first, *rest])})"


def _text(value: Any, *, full: bool) -> str:
    """Return Python text of a value; in full with the modules of classes, else as short as can be."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name!r}: {_text(one, full=full)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(_text(one, full=full) for one in value)}]"
    if isinstance(value, tuple):
        return f"({', '.join(_text(one, full=full) for one in value)}{',' if len(value) == 1 else ''})"
    if isinstance(value, bool | str | None):
        return repr(value)
    if dataclasses.is_dataclass(value):
        return part(value) if type(value).__name__ == "Drive" else _module(value, full=full)
    return _numbers(value, full=full)


def _numbers(value: Any, *, full: bool) -> str:
    """Return text of a number, an array or a sparse matrix."""
    if is_traced(value):
        return f"<traced, shape {np.shape(value)}>"
    small = _sparse(value) and np.prod(value.shape) <= _MOST
    array = value.toarray() if small else value
    if _sparse(array):
        return f"<sparse matrix of shape {array.shape}>"
    if np.ndim(array) == 0 and np.asarray(array).dtype.kind in "iuf":
        return _number(float(array)) if full else f"{float(array):g}"
    return _array(np.asarray(array), full=full) if np.ndim(array) else repr(value)


def _sparse(value: Any) -> bool:
    """Return whether it is one of SciPy's compressed matrices, which are not loaded for this question."""
    return type(value).__module__.startswith("scipy.sparse")


def _number(value: float) -> str:
    if np.isfinite(value):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return f"float('{value}')"


def _array(values: np.ndarray, *, full: bool) -> str:
    if values.size <= _MOST and full:
        return repr(values.tolist())
    return f"<{values.size} values>" if not full else f"<array of shape {values.shape}>"


def _module(value: Any, *, full: bool, defaults: bool = False) -> str:
    """Return a module with those of its values that are not the defaults, or with all."""
    shown = []
    for field in dataclasses.fields(value):
        default = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
        given = getattr(value, field.name)
        if field.init and (defaults or not _same(given, default)):
            shown.append(f"{field.name}={_text(given, full=full)}")
    home = _home(type(value))
    home = home if full else home.removeprefix("hk.dialects.") if home.startswith("hk.dialects.") else ""  # as 'hillock list' has it
    return f"{home}{type(value).__name__}({', '.join(shown)})"


def _same(given: Any, default: Any) -> bool:
    if default is dataclasses.MISSING or is_traced(given) or (given is None) != (default is None):
        return False
    return given is default or (np.shape(given) == np.shape(default) and bool(np.all(np.asarray(given) == np.asarray(default))))


def _home(kind: type) -> str:
    """Return where a class is found, such as 'hk.cells.'; a user's own has no place."""
    package, _, rest = kind.__module__.partition(".")
    folder, _, inner = rest.partition(".")
    if package != "hillock" or folder not in _FOLDERS:
        return ""
    return f"hk.{folder}.{inner.partition('.')[0]}." if folder == "dialects" else f"hk.{folder}."
