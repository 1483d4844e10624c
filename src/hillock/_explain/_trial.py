"""What simulations show: the run itself, and a longer one under a lasting current."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jaxtyping import Float, Int

from hillock._explain._subject import Subject, take
from hillock._simulate import SimulationError, simulate
from hillock.dialects import DialectStep
from hillock.preflight import Doubt
from hillock.preflight._steps import time_constants
from hillock.recording import Recording
from hillock.stimuli import Constant

Values = Float[np.ndarray, " looked"]

_MOST_NUMBERS = 30_000_000  # of traces: 120 MB
_LONG, _LONGEST = 1000.0, 10_000.0  # ms, of a run in which a cell adapts
_MANY_TIME_CONSTANTS = 10
_MOST_STEPS = 2_000_000


@dataclass(frozen=True, eq=False)
class Trial:
    """The run itself, seen at the neurons that are looked at; NaN where it shows nothing.

    Attributes:
        recording: None if it failed.
        failure: what it failed with, or an empty string.
        counts: spikes of every neuron of the run.
        highest_v, gap, largest_current, first_spike, rate: see ``Explanation``.
        path: the states that one neuron went through, by variable; empty for a replica.
        follows: that neuron, as an index into those looked at: the one that fired most.

    """

    recording: Recording | None
    failure: str
    counts: Int[np.ndarray, " neurons"]
    highest_v: Values
    gap: Values
    largest_current: Values
    first_spike: Values
    rate: Values
    path: Mapping[str, Float[np.ndarray, " rows"]]
    follows: int


@contextmanager
def no_doubts() -> Iterator[None]:
    """Keep simulations from saying what is going to be explained."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Doubt)
        yield


def quiet(*arguments: Any, **options: Any) -> Recording:
    """Simulate without a doubt being said."""
    with no_doubts():
        return simulate(*arguments, **options)


def try_it(subject: Subject) -> Trial:
    """Simulate what is explained and look at it.

    Raises:
        ValueError: an argument is wrong, as in ``simulate``.

    """
    states = [name for name in subject.step.recordable() if name != "threshold"] if subject.cell is not None else ["v"]
    names = [*states, "threshold", "i"]
    held = [name for name in names if name in (*subject.step.recordable(), "i")]
    steps = round(subject.duration / subject.dt)
    looked = subject.looked[:: -(-len(subject.looked) * steps * len(held) // _MOST_NUMBERS)] if len(subject.looked) > 1 else subject.looked
    times = {"duration": subject.duration, "dt": subject.dt, "neurons": subject.neurons, "key": subject.key}
    nothing = np.full(len(subject.looked), np.nan)
    try:
        rec = quiet(subject.model, subject.stimulus, record=held, of=looked, **times, **subject.options)
    except SimulationError as error:
        zero = np.zeros(subject.neurons, np.int64)
        return Trial(None, str(error), zero, nothing, nothing, nothing, nothing, nothing, {}, 0)
    counts = rec.counts()
    seen = np.searchsorted(subject.looked, looked)
    follows = int(np.argmax(counts[looked]))
    first = np.full(subject.neurons, np.nan)
    first[rec.spike_neurons[::-1]] = rec.spike_times[::-1]  # the earliest is written last
    return Trial(
        rec,
        "",
        counts,
        highest_v=_put(nothing, seen, rec["v"].max(axis=0)) if "v" in held else nothing,
        gap=_put(nothing, seen, _gap(rec, counts[looked])) if {"v", "threshold"} <= set(held) else nothing,
        largest_current=_put(nothing, seen, rec["i"].max(axis=0)),
        first_spike=first[subject.looked],
        rate=1000 * counts[subject.looked] / rec.duration,
        path={name: np.asarray(rec[name][:, follows], float) for name in states} if subject.cell is not None else {},
        follows=int(seen[follows]),
    )


def _put(empty: Values, places: Int[np.ndarray, " seen"], values: Float[np.ndarray, " seen"]) -> Values:
    filled = empty.copy()
    filled[places] = values
    return filled


def _gap(rec: Recording, counts: Int[np.ndarray, " seen"]) -> Float[np.ndarray, " seen"]:
    nearest = (rec["threshold"].astype(float) - rec["v"].astype(float)).min(axis=0)
    return np.where(counts > 0, 0.0, np.maximum(nearest, 0.0))


def settle(subject: Subject, current: Values) -> tuple[Values, Values]:
    """Return the rates (Hz) at which neurons begin to fire under lasting currents (nA), and at which they go on, adapted.

    The first is 1/(first interval), the other 1/(mean interval) of the second half of a run of ten of the longest time constants, 1 s at least.
    """
    longest = max([tau for _, tau in time_constants(subject.cell or subject.model) if np.isfinite(tau)], default=0.0)
    wanted = min(max(_LONG, subject.duration, _MANY_TIME_CONSTANTS * longest), _LONGEST)
    steps = min(int(np.ceil(wanted / subject.dt)), _MOST_STEPS)
    model = take(subject.model, subject.looked)
    try:
        rec = quiet(model, Constant(current), duration=steps * subject.dt, dt=subject.dt, neurons=len(current), **subject.options)
    except SimulationError:
        return np.full(len(current), np.nan), np.full(len(current), np.nan)
    trains = rec.trains()
    onset = np.array([1000 / (train[1] - train[0]) if len(train) > 1 else np.nan for train in trains])
    late = [train[train > rec.duration / 2] for train in trains]
    return onset, np.array([1000 * (len(train) - 1) / (train[-1] - train[0]) if len(train) > 1 else 0.0 for train in late])


def resting_steps(subject: Subject) -> Values:
    """Return for how many steps each neuron is refractory after a spike; NaN for a replica, whose rule is its own."""
    if not isinstance(subject.step, DialectStep):
        return np.full(len(subject.looked), np.nan)
    count = subject.step.dialect.count
    with jax.enable_x64(True):  # as the engine counts
        return np.array([float(count(np.float64(t_ref), np.float64(subject.dt))) for t_ref in subject.each(subject.step.cell.t_ref)])
