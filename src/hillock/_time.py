"""Time is an integer: milliseconds become whole steps here and nowhere else.

``int(0.3 / 0.1)`` is 2, and counting down from 3.0 by 0.1 takes 31 steps. Every duration is therefore rounded once, on the
host, and refused where it is not a whole number of steps.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from hillock._units import UnitError, to_number

_TOLERANCE = 1e-6  # of a step: above what double precision loses in 2³¹ steps, far below any duration meant
_MOST_STEPS = 2**31 - 1


class TimeError(ValueError):
    """A duration that is not a whole number of steps."""


def whole_steps(duration: float | Float[np.ndarray, "..."], dt: float, name: str, *, endless: bool = False) -> Int[np.ndarray, "..."]:
    """Return ``duration`` (ms) as whole steps of ``dt`` (ms); infinite durations become the largest step.

    Args:
        duration: ms, one or many.
        dt: ms, > 0.
        name: what the duration is called, for the message.
        endless: whether infinity makes sense for it, for the message.

    Raises:
        TimeError: a duration is not a whole number of steps, or not a number, or finite but too long to be counted.

    """
    given = np.asarray(duration)
    precision = np.finfo(given.dtype).eps if given.dtype.kind == "f" else 0.0
    given = given.astype(float)
    ratio = given / dt
    infinite = np.isinf(given)
    steps = np.rint(np.where(infinite, np.copysign(_MOST_STEPS, ratio), ratio))
    # a float32 is itself a rounded number; where it cannot tell steps apart it is taken at its word
    tolerance = np.clip(2 * precision * np.abs(steps), _TOLERANCE, 0.1)
    _refuse(given, np.isnan(ratio), lambda bad: f"{name} must be a number, got {bad:g}.")
    _refuse(given, np.abs(steps) > _MOST_STEPS, lambda bad: _too_long(bad, dt, name, "inf" if endless else "a shorter time"))
    _refuse(given, ~infinite & (np.abs(ratio - steps) > tolerance), lambda bad: _off_grid(bad, dt, name))
    return steps.astype(np.int64)


def _refuse(given: Float[np.ndarray, "..."], wrong: Bool[np.ndarray, "..."], message: Callable[[float], str]) -> None:
    if wrong.any():
        raise TimeError(message(float(given[wrong].flat[0])))


def _too_long(bad: float, dt: float, name: str, instead: str) -> str:
    counted = f"{name} = {bad:g} ms is {bad / dt:.3g} steps of dt = {dt:g} ms, more than the {_MOST_STEPS} that can be counted."
    return f"{counted} Use a larger dt, or {instead}."


def _off_grid(bad: float, dt: float, name: str) -> str:
    below, above = np.floor(bad / dt) * dt, np.ceil(bad / dt) * dt
    return f"{name} = {bad:.10g} ms is not a whole number of steps of dt = {dt:g} ms. Use {below:.10g} or {above:.10g} ms, or change dt."


def check_dt(dt: float) -> float:
    """Return ``dt`` (ms) as a float.

    Raises:
        TimeError: ``dt`` is not a positive, finite number.

    """
    if not (np.isfinite(dt) and dt > 0):
        raise TimeError(f"dt must be > 0 ms and finite, got {dt:g} ms. A common choice is 0.1 ms.")
    return float(dt)


def milliseconds(value: Any, name: str) -> float:
    """Return a time as a user gives it, such as ``"1 s"``, in ms.

    Raises:
        TimeError: it is not one time.

    """
    try:
        number = np.asarray(to_number(value, "ms"))
    except UnitError as error:
        raise TimeError(f"{name} {error}.") from None
    if number.dtype.kind not in "iuf" or number.ndim != 0:
        raise TimeError(f"{name} must be one time in ms, got {value!r}.")
    return float(number)
