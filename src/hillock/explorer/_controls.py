"""Sliders from declarations: every parameter with its unit, its meaning, its bounds and a range that is worth looking at."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from hillock._param import ParameterError, Parametrized, declarations, defaults
from hillock._population import parameters

Control = dict[str, Any]
"""What the page is told of one slider: name, label, unit, meaning, value, low, high and step of the slider, legal bounds, whether on the grid."""

_TICKS = 200  # of a slider, at most
_UNKNOWN = {"mV": 10.0, "ms": 10.0, "1": 1.0, "Hz": 100.0, "mV/ms": 10.0}  # how far to look where nothing but 0 is known
_NICE = (1.0, 2.0, 5.0, 10.0)
_REFUSED = re.compile(r"(\S+) must be (<|≤) (\S+), got ")


def controls(module: Parametrized, drive: float) -> list[Control]:
    """Return a slider for every parameter of a cell or stimulus and of the modules inside it.

    Args:
        module: whose parameters are single numbers.
        drive: the largest current worth looking at (nA).

    Raises:
        ValueError: a parameter holds several values.

    """
    check_numbers(module)
    found, presets = [], module.presets.values()
    usual = defaults(type(module))
    for name, value, declared in parameters(module):
        own = name.rpartition(".")[2]
        if declared.ndim:
            continue  # a list, such as weights to other neurons; it has no slider, and scripts need not name it
        seen = [float(value), *(float(preset[own]) for preset in presets if own in preset)]
        if isinstance(usual.get(own), int | float):
            seen.append(float(usual[own]))
        low, high = slider_range([x for x in seen if math.isfinite(x)], declared, drive)
        step = nice((high - low) / _TICKS)
        low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
        if declared.above is not None and low <= declared.above:
            low += step
        found.append(
            {
                "name": name,
                "label": own,
                "unit": "" if declared.unit == "1" else declared.unit.replace("uS", "µS"),
                "doc": declared.doc,
                "value": float(value),
                "low": round(low, 12),
                "high": round(high, 12),
                "step": step,
                "above": declared.above,
                "least": declared.low,
                "most": declared.high,
                "rule": declared.rule(),
                "grid": declared.on_grid,
            }
        )
    return found


def check_numbers(module: Parametrized) -> None:
    """Raise ValueError unless every parameter of a module is one number, or a list that is the default of its class."""
    usual = defaults(type(module))
    for name, value, declared in parameters(module):
        is_default = declared.ndim > 0 and np.array_equal(value, np.asarray(usual.get(name.rpartition(".")[2])))
        if np.ndim(value) and not is_default:
            raise ValueError(f"{name} must be one number to be explored, got an array of shape {np.shape(value)}. Take one neuron of the population.")


def slider_range(seen: Iterable[float], declared: Any, drive: float) -> tuple[float, float]:
    """Return the ends of a slider that reaches well beyond the values that defaults and presets have, within legal bounds."""
    seen = list(seen) or [0.0]
    least = declared.above if declared.above is not None else declared.low
    least = None if least is None or math.isinf(least) else least
    largest = max(abs(x) for x in seen)
    if declared.unit == "mV" and least is None:  # potentials: a window around them
        low, high = min(seen) - 20.0, max(seen) + 20.0
    else:
        reach = round_up(3.0 * largest) if largest else {"nA": drive}.get(declared.unit, _UNKNOWN.get(declared.unit, 1.0))
        low, high = (least if least is not None else -reach), reach
    low = low if least is None else max(low, least)
    return low, high if declared.high is None else min(high, declared.high)


def orders(module: Parametrized) -> list[dict[str, Any]]:
    """Return which parameters must be less than which others, asked of the class itself: it is offered what it must refuse.

    Each entry has the names ``lower`` and ``upper``, and whether they may be ``equal``.
    """
    kind, found = type(module), {}
    given = {name: getattr(module, name) for name, declared in declarations(kind).items() if not declared.ndim}
    for name in given:
        for other, bound in given.items():
            far = abs(float(bound)) + 1.0
            for value in (float(bound) + far, float(bound) - far) if name != other else ():
                for lower, upper, equal in _refused(module, {**given, name: value}):
                    found[lower, upper] = equal
    return [{"lower": lower, "upper": upper, "equal": equal} for (lower, upper), equal in found.items()]


def _refused(module: Parametrized, values: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """Return the order that a class insists on where it refuses some values."""
    others = {name: getattr(module, name) for name in vars(module) if name not in values}
    try:
        type(module)(**values, **others)
    except ParameterError as error:
        match = _REFUSED.match(str(error))
        return [(match[1], match[3], match[2] == "≤")] if match else []
    return []


def nice(x: float) -> float:
    """Return the least of 1, 2, 5, 10, 20, ... that is not below ``x``, such as 0.2 for 0.13."""
    power = 10.0 ** math.floor(math.log10(x))
    return float(f"{next(n for n in _NICE if n * power >= x * (1 - 1e-9)) * power:.12g}")


def round_up(x: float) -> float:
    """Return the least number of two digits, the second 0 or 5, that is not below ``x``, such as 0.85 for 0.81."""
    unit = 10.0 ** math.floor(math.log10(x)) / 2
    return float(f"{math.ceil(x / unit - 1e-9) * unit:.12g}")
