"""Time is an integer: milliseconds become whole steps here and nowhere else.

``int(0.3 / 0.1)`` is 2, and counting down from 3.0 by 0.1 takes 31 steps. Every duration is therefore rounded once, on the
host, and refused where it is not a whole number of steps.
"""

from typing import Any

import numpy as np
from jaxtyping import Float, Int

from hillock._units import UnitError, to_number

_TOLERANCE = 1e-6  # of a step: far above rounding in double precision, far below any duration meant


class TimeError(ValueError):
    """A duration that is not a whole number of steps."""


def whole_steps(duration: float | Float[np.ndarray, "..."], dt: float, name: str) -> Int[np.ndarray, "..."]:
    """Return ``duration`` (ms) as whole steps of ``dt`` (ms); infinite durations become the largest step.

    Args:
        duration: ms, one or many.
        dt: ms, > 0.
        name: what the duration is called, for the message.

    Raises:
        TimeError: a duration is not a whole number of steps.

    """
    ratio = np.asarray(duration, float) / dt
    finite = np.where(np.isfinite(ratio), np.clip(ratio, -_LAST, _LAST), np.where(ratio < 0, -_LAST, _LAST))
    steps = np.rint(finite)
    wrong = np.abs(finite - steps) > _TOLERANCE * np.maximum(1.0, np.abs(steps) * 1e-6)
    if np.any(wrong):
        bad = np.asarray(duration, float)[wrong] if np.ndim(duration) else np.asarray([duration], float)
        below, above = np.floor(bad[0] / dt) * dt, np.ceil(bad[0] / dt) * dt
        raise TimeError(
            f"{name} = {bad[0]:g} ms is not a whole number of steps of dt = {dt:g} ms. Use {below:.10g} or {above:.10g} ms, or change dt."
        )
    return steps.astype(np.int64)


_LAST = 2**31 - 1


def milliseconds(value: Any, name: str) -> float:
    """Return a duration given as a number, text such as ``"1 s"`` or a quantity, in ms.

    Raises:
        TimeError: it is not a time.
    """
    try:
        return float(to_number(value, "ms"))
    except (UnitError, TypeError, ValueError) as error:
        reason = str(error) if isinstance(error, UnitError) else f"must be a time in ms, got {value!r}"
        raise TimeError(f"{name} {reason}.") from None


def check_dt(dt: float) -> float:
    """Return ``dt`` (ms) as a float.

    Raises:
        TimeError: ``dt`` is not a positive, finite number.

    """
    if not (np.isfinite(dt) and dt > 0):
        raise TimeError(f"dt must be > 0 ms and finite, got {dt:g} ms. A common choice is 0.1 ms.")
    return float(dt)
