"""What comparing two recordings found: spikes that belong together, those that do not, and the states around the first that differs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from hillock._table import number, table

_SHOWN = 10  # neurons


@dataclass(frozen=True, eq=False)
class Around:
    """What one recording shows around a moment.

    Attributes:
        step: that led to the moment, as the recording counts; None for spike times without steps.
        nearest: time of the neuron's spike that is nearest (ms); None if it never fires.
        t: times of the rows around it (ms); none if no traces of the neuron were recorded.
        traces: recorded quantities of the neuron by name, at those times.

    """

    step: int | None
    nearest: float | None
    t: Float[np.ndarray, " rows"]
    traces: Mapping[str, Float[np.ndarray, " rows"]]


@dataclass(frozen=True, eq=False)
class Divergence:
    """Where two recordings differ for the first time.

    Attributes:
        time: ms.
        neuron: which.
        alone: name of the recording in which it fires alone; empty where potentials part.
        around: what each recording shows there, by name.

    """

    time: float
    neuron: int
    alone: str
    around: Mapping[str, Around]


@dataclass(frozen=True, eq=False)
class Match:
    """Two recordings, spike by spike.

    Attributes:
        names: of the recordings.
        tolerance: ms, between spikes that belong together.
        v_tolerance: mV, by which potentials may differ; None if they were not compared.
        matched, missed, extra: per neuron: spikes that both have, that only the first has, that only the second has.
        lags: ms, how much later the second recording has each matched spike; neuron by neuron, in time.
        divergence: the first spike that only one of them has; None if all are matched.
        v_parts: where potentials first differ by more than v_tolerance; None if nowhere, or if they were not compared.
        causes: the choices by which the second parts from the first, in words, where both recordings say how they were made.

    """

    names: tuple[str, str]
    tolerance: float
    v_tolerance: float | None
    matched: Int[np.ndarray, " neurons"]
    missed: Int[np.ndarray, " neurons"]
    extra: Int[np.ndarray, " neurons"]
    lags: Float[np.ndarray, " pairs"]
    divergence: Divergence | None
    v_parts: Divergence | None
    causes: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether every spike of each recording is matched."""
        return self.divergence is None

    def table(self) -> str:
        """Return the comparison as lines of text."""
        a, b = self.names
        pairs, only_a, only_b = (int(counts.sum()) for counts in (self.matched, self.missed, self.extra))
        lines = [f"{_spikes(pairs + only_a)} of {a}, {pairs + only_b} of {b}: {pairs} matched within {self.tolerance:g} ms"]
        if len(self.lags) and np.abs(self.lags).max() > 0:
            sign, word = (1, "later") if self.lags.mean() >= 0 else (-1, "earlier")
            mean, low, high = (number(float(value)) for value in (sign * self.lags.mean(), *sorted((sign * self.lags.min(), sign * self.lags.max()))))
            lines.append(f"matched spikes of {b} are {word} by {mean} ms on average ({low} to {high} ms)")
        differ = np.flatnonzero(self.missed + self.extra)
        if len(differ):
            rows = [tuple(str(int(value)) for value in (k, self.matched[k], self.missed[k], self.extra[k])) for k in differ[:_SHOWN]]
            lines.append(table(("neuron", "matched", f"only {a}", f"only {b}"), rows, ">>>>"))
        if len(differ) > _SHOWN:
            lines.append(f"and {len(differ) - _SHOWN} more neurons that differ")
        if self.divergence is not None:
            lines += self._spike_alone(self.divergence)
        if self.v_parts is not None:
            lines.append(f"potentials of neuron {self.v_parts.neuron} differ by more than {self.v_tolerance:.2g} mV from {self.v_parts.time:g} ms")
            if self.divergence is None:
                lines += _rows(self.v_parts)
        lines += [f"cause: {cause}" for cause in self.causes]
        return "\n".join(lines)

    def _spike_alone(self, found: Divergence) -> list[str]:
        other = self.names[1] if found.alone == self.names[0] else self.names[0]
        step, near = found.around[found.alone].step, found.around[other].nearest
        at = f"{found.time:g} ms" + ("" if step is None else f" (step {step})")
        nearest = "which never does" if near is None else f"whose nearest spike is at {near:g} ms"
        return [f"first divergence: neuron {found.neuron} fires at {at} in {found.alone} and not in {other}, {nearest}", *_rows(found)]


def _spikes(count: int) -> str:
    return f"{count} spike{'' if count == 1 else 's'}"


def _rows(found: Divergence) -> list[str]:
    """Return the states around a divergence, a table for each recording that has them."""
    lines = []
    for name, around in found.around.items():
        if len(around.t):
            rows = [(f"{t:g}", *(f"{values[k]:.6g}" for values in around.traces.values())) for k, t in enumerate(around.t)]
            text = table(("t (ms)", *around.traces), rows, ">" * (1 + len(around.traces)))
            lines += [f"{name} around it:", *(f"    {line}" for line in text.splitlines())]
    return lines
