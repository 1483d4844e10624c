"""How far a recording is from the solution of its equations: error bars on spike times, counts, rates and potentials."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

_DIGITS = 3


@dataclass(frozen=True, eq=False)
class Errors:
    """The errors of a run against its solution, from ``simulate(..., check="exact")``.

    A time is what the recording says, in the convention of its dialect: where a spike is stamped with the start of the step in which it occurs, that
    is part of the error. Spikes are paired in order, each with the one nearest to it once what the last pair was late by is taken off.

    Attributes:
        method: ``"exact"``, against spikes at real times of the same equations; ``"halving"``, against the same step with dt/256.
        v_unit: of the potential.
        matched, missed, extra: per neuron: spikes that both have, that only the solution has, that only the recording has.
        largest, mean: per neuron: size of the difference in time of matched spikes (ms); NaN where none is matched.
        rates: per neuron: firing rate of the recording minus that of the solution (Hz).
        v: per neuron: the largest difference in potential at recorded grid points, but for those at which only one of two matched spikes has occurred;
            NaN where the potential is not known.

    """

    method: str
    v_unit: str
    matched: Int[np.ndarray, " neurons"]
    missed: Int[np.ndarray, " neurons"]
    extra: Int[np.ndarray, " neurons"]
    largest: Float[np.ndarray, " neurons"]
    mean: Float[np.ndarray, " neurons"]
    rates: Float[np.ndarray, " neurons"]
    v: Float[np.ndarray, " neurons"]

    @property
    def spike_time_largest(self) -> float:
        """Largest difference in time of matched spikes (ms); NaN if none is matched."""
        return _largest(self.largest)

    @property
    def spike_time_mean(self) -> float:
        """Mean difference in time, without its sign, over all matched spikes (ms); NaN if none is matched."""
        pairs = int(self.matched.sum())
        return float(np.nansum(self.mean * self.matched) / pairs) if pairs else math.nan

    @property
    def rate(self) -> float:
        """Mean rate of the neurons minus that of the solution (Hz)."""
        return float(self.rates.mean())

    @property
    def v_largest(self) -> float:
        """Largest difference in potential (mV, or its unit); NaN if the model has no potential to compare."""
        return _largest(self.v)

    def plain(self) -> dict[str, Any]:
        """Return the errors of all neurons together as plain data; None where there is nothing to compare."""
        numbers = {name: getattr(self, name) for name in ("spike_time_largest", "spike_time_mean", "rate", "v_largest")}
        counts = {name: int(getattr(self, name).sum()) for name in ("matched", "missed", "extra")}
        return {"method": self.method, **counts, **{name: None if math.isnan(value) else value for name, value in numbers.items()}}

    def table(self) -> str:
        """Return the errors as lines of text."""
        against = "spikes at real times" if self.method == "exact" else "the same step with dt/256"
        matched, missed, extra = (int(counts.sum()) for counts in (self.matched, self.missed, self.extra))
        lines = [f"errors against {against}:"]
        if matched:
            each = f"{_number(self.spike_time_largest)} ms at most, {_number(self.spike_time_mean)} ms on average"
            lines.append(f"    spike times  {each} ({matched} matched)")
        lines.append(f"    spikes       {missed} missed, {extra} extra")
        lines.append(f"    rate         {self.rate:+.{_DIGITS}g} Hz")
        if not math.isnan(self.v_largest):
            lines.append(f"    potential    {_number(self.v_largest)}{'' if self.v_unit == '1' else f' {self.v_unit}'} at most, at grid points")
        return "\n".join(lines)

    __str__ = table


def _largest(values: Float[np.ndarray, " neurons"]) -> float:
    known = values[~np.isnan(values)]
    return float(known.max()) if len(known) else math.nan


def _number(value: float) -> str:
    return f"{value:.{_DIGITS}g}"
