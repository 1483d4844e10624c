"""The kinds of input on the page, each a stimulus of hillock with values to start from."""

import dataclasses
import math
from typing import Any

import numpy as np

from hillock._checks import choose_key
from hillock._param import defaults
from hillock.explorer._controls import Control, controls, nice
from hillock.stimuli import AbstractStimulus, Constant, GaussianNoise, Pulses, Scaled, Sine, Step, Sum

_PULSES = 8  # the most that a train on the page has
_LABELS = {"Constant": "constant", "Step": "step", "Pulses": "pulses", "Sine": "sine", "GaussianNoise": "noise"}


@dataclasses.dataclass(frozen=True)
class Kind:
    """One kind of input.

    Attributes:
        name: class of the stimulus.
        label: as the page calls it.
        stimulus: what is traced, with the values to start from.
        controls: sliders.
        fixed: values of the parameters that have no slider, by name.
        how: by what rule the page makes the parameters of ``stimulus`` from its sliders: ``"plain"``, they are the same, or ``"pulses"``.
        is_random: whether it needs a key.
        doc: what it is, in one line.

    """

    name: str
    label: str
    stimulus: AbstractStimulus
    controls: list[Control]
    fixed: dict[str, float]
    how: str
    is_random: bool
    doc: str

    @property
    def shown_as(self) -> type[AbstractStimulus]:
        """The class that scripts name."""
        return Pulses if self.how == "pulses" else type(self.stimulus)

    def told(self) -> dict[str, Any]:
        """Return what the page needs to know."""
        return {
            "name": self.name,
            "label": self.label,
            "controls": self.controls,
            "fixed": self.fixed,
            "how": self.how,
            "random": self.is_random,
            "most": _PULSES,
            "doc": self.doc,
            "defaults": _plain_defaults(type(self.stimulus)) if self.how == "plain" else {},
        }


def kinds(drive: float, amplitude: float, duration: float, given: AbstractStimulus | None) -> list[Kind]:
    """Return the kinds of input to offer, that of ``given`` with its values.

    Args:
        drive: the largest current worth looking at (nA).
        amplitude: a current that makes the cell fire (nA).
        duration: of a run (ms).
        given: what the user wants to begin with.

    Raises:
        ValueError: the given stimulus has parameters that are not single numbers.
        TypeError: it is a sum of others, or a multiple of one.

    """
    on, off = nice(duration / 20), round(0.8 * duration)
    usual: list[AbstractStimulus] = [
        Constant(amplitude),
        Step(amplitude, start=on, stop=off),
        _train(3 * amplitude),
        Sine(amplitude / 2, 20.0, offset=amplitude / 2),
        GaussianNoise(round(0.7 * amplitude, 6), amplitude),
    ]
    if given is not None and not isinstance(given, Pulses):
        _refuse(given)
        places = [k for k, one in enumerate(usual) if type(one) is type(given)]
        usual = [given if k in places else one for k, one in enumerate(usual)] if places else [*usual, given]
    return [_kind(one, drive, duration, given, amplitude) for one in usual]


def _train(amplitude: float) -> Sum:
    """Return what a train of pulses is traced as: steps one after the other, whose parameters are numbers; the sum is the same to the last bit."""
    return Sum(tuple(Step(amplitude, start=10.0 * k, stop=10.0 * k + 2.0) for k in range(_PULSES)))


def _refuse(given: AbstractStimulus) -> None:
    if isinstance(given, Sum | Scaled):
        raise TypeError(f"The explorer takes one stimulus as it is, got {type(given).__name__}. Give one of its terms, without a factor.")


def _kind(one: AbstractStimulus, drive: float, duration: float, given: AbstractStimulus | None, amplitude: float) -> Kind:
    if isinstance(one, Sum):
        sliders = _pulse_controls(given if isinstance(given, Pulses) else None, drive, duration, amplitude)
        return Kind("Pulses", _LABELS["Pulses"], one, sliders, {}, "pulses", is_random=False, doc=_first_line(Pulses))
    name = type(one).__name__
    found = controls(one, drive)
    times = {"start", "stop"} if name != "Step" else set()
    fixed = {entry["name"]: entry["value"] for entry in found if entry["label"] in times and entry["value"] in (0.0, math.inf)}
    shown = [_reaching(entry, duration) for entry in found if entry["name"] not in fixed]
    random = _is_random(one)
    return Kind(name, _LABELS.get(name, name), one, shown, fixed, "plain", random, _first_line(type(one)))


def _reaching(entry: Control, duration: float) -> Control:
    """Return a slider that reaches the end of the run if it is a time, and negative currents, for rebound, if it is a level."""
    if entry["label"] in ("start", "stop"):
        return {**entry, "low": 0.0, "high": duration, "step": nice(duration / 200)}
    if entry["label"] == "frequency":
        return {**entry, "low": 0.0, "high": 200.0, "step": 1.0}
    if entry["unit"] == "nA" and entry["low"] < 0 and entry["high"] > 0:
        return {**entry, "low": -round(entry["high"] / 4 / entry["step"]) * entry["step"]}
    return entry


def _pulse_controls(given: Pulses | None, drive: float, duration: float, amplitude: float) -> list[Control]:
    """Return the sliders of a train of pulses: height, how many, width, period, start.

    Raises:
        ValueError: the given pulses are no train of equal ones.

    """
    heights, starts, stops = (np.asarray(x, float) for x in (given.amplitudes, given.starts, given.stops)) if given is not None else (None,) * 3
    values = {
        "amplitude": round(3 * amplitude, 6),
        "count": 5.0,
        "width": nice(duration / 40),
        "period": nice(duration / 8),
        "start": nice(duration / 20),
    }
    if heights is not None and starts is not None and stops is not None:
        apart = np.diff(starts)
        equal = heights.ndim == 1 and len({*heights}) == 1 and np.allclose(stops - starts, stops[0] - starts[0]) and np.allclose(apart, apart[:1])
        if not equal or len(heights) > _PULSES:
            raise ValueError(f"The explorer takes equal pulses at equal intervals, at most {_PULSES}. Write Pulses.train(amplitude, count=5, ...).")
        period = float(apart[0]) if len(apart) else values["period"]
        values = {
            "amplitude": float(heights[0]),
            "count": float(len(heights)),
            "width": float(stops[0] - starts[0]),
            "period": period,
            "start": float(starts[0]),
        }
    top = max(4 * amplitude, drive, values["amplitude"])
    return [
        _slider("amplitude", "nA", "current of each pulse", values, -top / 4, top),
        _slider("count", "", "how many", values, 1.0, float(_PULSES), above=0.0, step=1.0),
        _slider("width", "ms", "how long each lasts", values, 0.0, duration / 4, above=0.0, grid=True),
        _slider("period", "ms", "from one to the next", values, 0.0, duration / 2, above=0.0, grid=True),
        _slider("start", "ms", "when the first begins", values, 0.0, duration, grid=True),
    ]


def _slider(
    label: str,
    unit: str,
    doc: str,
    values: dict[str, float],
    low: float,
    high: float,
    *,
    above: float | None = None,
    grid: bool = False,
    step: float | None = None,
) -> Control:
    step = step or nice((high - low) / 200)
    low = max(low, step) if above is not None else low
    rule = "" if above is None else f"> {above:g}{' ' + unit if unit else ''}"
    ends = {"low": round(low / step) * step, "high": high, "step": step, "above": above, "least": None, "most": None}
    if label == "count":
        ends["most"], rule = float(_PULSES), f"a whole number from 1 to {_PULSES}"
    return {
        "name": f"Pulses.{label}",
        "label": label,
        "unit": unit,
        "doc": doc,
        "value": values[label],
        "rule": rule,
        "grid": grid,
        "whole": label == "count",
        **ends,
    }


def _plain_defaults(kind: type) -> dict[str, Any]:
    return {f"{kind.__name__}.{name}": value for name, value in defaults(kind).items() if isinstance(value, int | float)}


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").partition("\n")[0]


def _is_random(stimulus: AbstractStimulus) -> bool:
    try:
        choose_key(None, stimulus, 0.1)
    except ValueError:  # it draws random numbers and wants a key
        return True
    return False
