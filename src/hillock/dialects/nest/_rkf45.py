"""One substep of the adaptive Runge–Kutta–Fehlberg method, with the step control of the GNU Scientific Library.

The result depends on which substeps are taken, and so would the spikes; the rule that chooses them is that of the library's manual
(Ordinary Differential Equations, "Adaptive Step-size Control").
"""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp

from hillock._types import Flag, Scalar

Values = tuple[Scalar, ...]
Rates = Callable[[Values], Values]

# Fehlberg (1969), NASA TR R-315, table III: the stages, the fifth-order result, and what it differs from the fourth-order one by.
_STAGES = (
    (1 / 4,),
    (3 / 32, 9 / 32),
    (1932 / 2197, -7200 / 2197, 7296 / 2197),
    (8341 / 4104, -32832 / 4104, 29440 / 4104, -845 / 4104),
    (-6080 / 20520, 41040 / 20520, -28352 / 20520, 9295 / 20520, -5643 / 20520),
)
_RESULT = (902880 / 7618050, 0.0, 3953664 / 7618050, 3855735 / 7618050, -1371249 / 7618050, 277020 / 7618050)
_ERROR = (1 / 360, 0.0, -128 / 4275, -2197 / 75240, 1 / 50, 2 / 55)


class Substep(NamedTuple):
    """Where a substep arrived (ms), the size to try next (ms), the values, and whether they moved."""

    t: Scalar
    h: Scalar
    y: Values
    accepted: Flag


def substep(rates: Rates, y: Values, t: Scalar, h: Scalar, dt: Scalar, tolerance: Scalar, relative: bool) -> Substep:
    """Try to advance by ``h``, or by what is left until ``dt``.

    Args:
        rates: time derivative of the values.
        y, t: values, and the time (ms) since the start of the step.
        h: size to try (ms).
        dt: the whole step (ms).
        tolerance: of each value, per substep.
        relative: whether the tolerance grows with what the value would move in the substep.

    """
    last = h > dt - t
    h = jnp.where(last, dt - t, h)
    k = [rates(y)]
    for row in _STAGES:
        k.append(rates(_combine(y, h, row, k)))
    moved = _combine(y, h, _RESULT, k)
    errors = _combine(tuple(jnp.zeros_like(x) for x in y), h, _ERROR, k)
    allowed = tuple(tolerance * jnp.abs(h * rate) + tolerance for rate in rates(moved)) if relative else (tolerance,) * len(y)
    ratio = jnp.stack([jnp.abs(error) / limit for error, limit in zip(errors, allowed, strict=True)]).max()
    shrunk = h * jnp.clip(0.9 * ratio ** (-1 / 5), 0.2, 1.0)
    grown = h * jnp.clip(0.9 * ratio ** (-1 / 6), 1.0, 5.0)
    failed = (ratio > 1.1) & (t + shrunk > t)
    proposed = jnp.where(failed, shrunk, jnp.where(ratio < 0.5, grown, h))
    arrived = jnp.where(last, dt, t + h)
    return Substep(jnp.where(failed, t, arrived), proposed, tuple(jnp.where(failed, a, b) for a, b in zip(y, moved, strict=True)), ~failed)


def _combine(y: Values, h: Scalar, weights: tuple[float, ...], k: list[Values]) -> Values:
    """Return y + h·Σ weight·k."""
    return tuple(x + h * sum(w * rate[n] for w, rate in zip(weights, k, strict=True) if w) for n, x in enumerate(y))
