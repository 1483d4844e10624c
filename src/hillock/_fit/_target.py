"""What a fit aims at: a recorded current, and the potential and spikes that it led to; checked before any work."""

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any, Self

import numpy as np
from jaxtyping import Float, Int

from hillock._fit._read import read_target
from hillock._param import as_number
from hillock._time import check_dt, milliseconds
from hillock.recording import Recording
from hillock.stimuli import Samples

_SHORTEST = 100.0  # ms: several membrane time constants, without which nothing can be told apart
_LEVEL = -20.0  # mV: above every threshold, below the peak of most spikes
_VOLTS = 0.2  # a potential given in volts stays below it in size
_PICOAMPERES = 100.0  # nA: more than any electrode passes into a cell, and little in pA
_AMPERES = 1e-6  # nA: less than one channel passes, and much in A


class TargetError(ValueError):
    """A recording that cannot be fitted."""


@dataclass(frozen=True, eq=False)
class Target:
    """A recording of one neuron that a model is to be fitted to.

    Made by ``Target.from_arrays``, ``Target.from_recording`` and ``Target.read``, which convert and check.

    Attributes:
        current: nA, each sample held for dt.
        dt: ms.
        v: mV, at the same samples; None if only spikes are known.
        spikes: ms, ascending; the first sample of the current begins at 0.
        stamp: ``v[k]`` is the potential at (k + stamp)·dt: 0 where current and potential are sampled at once, 1 in recordings of hillock.

    """

    current: Float[np.ndarray, " samples"]
    dt: float
    v: Float[np.ndarray, " samples"] | None
    spikes: Float[np.ndarray, " spikes"]
    stamp: int = 0

    @classmethod
    def from_arrays(
        cls,
        current: Any,
        v: Any = None,
        *,
        spikes: Any = None,
        dt: float | str | None = None,
        level: float | str = _LEVEL,
        stamp: int = 0,
    ) -> Self:
        """Return the target of arrays, or of quantities.

        Args:
            current: nA, one number per sample; or ``Samples``, which bring their dt.
            v: mV, one number per sample of the current.
            spikes: spike times (ms). By default, where v rises through ``level``.
            dt: ms from one sample to the next.
            level: mV.
            stamp: see the class.

        Raises:
            TargetError: it cannot be fitted; the message says why.

        """
        if isinstance(current, Samples):
            if dt is not None:
                raise TargetError(f"Samples bring their own dt = {float(current.dt):g} ms. Leave dt out.")
            current, dt = current.values, float(current.dt)
        if dt is None:
            raise TargetError("An array does not say how far apart its samples are. Pass dt, such as dt=0.1 (ms).")
        step = check_dt(milliseconds(dt, "dt"))
        i = _column(current, "nA", "current")
        _check_current(i)
        if step * len(i) < _SHORTEST:
            raise TargetError(f"The recording lasts {step * len(i):g} ms, too short for a fit. Record at least {_SHORTEST:g} ms, better seconds.")
        potential = None if v is None else _column(v, "mV", "v")
        if potential is not None:
            _check_potential(potential, len(i))
        elif spikes is None:
            raise TargetError("A fit needs something to fit. Pass v (mV), spikes (ms), or both.")
        if spikes is None:
            assert potential is not None
            steps = _crossings(potential, float(as_number(level, "mV", "level"))) + stamp
            return cls(i, step, potential, steps * step, stamp)
        return cls(i, step, potential, _check_spikes(spikes, step, len(i)), stamp)

    @classmethod
    def from_recording(cls, rec: Recording, neuron: int = 0) -> Self:
        """Return the target of a simulated neuron: its input ``"i"``, its ``"v"`` if recorded, and its spikes.

        Raises:
            TargetError: the input was not recorded in every step, or the neuron never fires.
            RecordingError: there is no such neuron.

        """
        if "i" not in rec.traces or rec.every != 1:
            raise TargetError("A fit needs the input in every step of the recording. Pass record=['i', 'v'] and every=1 to simulate.")
        column, start = rec.column(neuron), rec.first_step * rec.dt
        v = rec["v"][:, column] if "v" in rec.traces else None
        return cls.from_arrays(rec["i"][:, column], v, spikes=rec.times(neuron) - start, dt=rec.dt, stamp=rec.stamp)

    @classmethod
    def read(
        cls,
        path: str | PathLike[str],
        *,
        current: str | None = None,
        v: str | None = None,
        spikes: str | int | Sequence[float] | None = None,
        dt: float | str | None = None,
        units: tuple[str, str, str] = ("ms", "nA", "mV"),
        level: float | str = _LEVEL,
        stamp: int = 0,
    ) -> Self:
        """Return the target in a file.

        A CSV or npz file has a column for each of: the time, named t, unless ``dt`` is given; the current, named i; the potential, named v;
        spikes, named spike, which is 1 in the samples where the neuron fires and 0 elsewhere. The last two may be absent. An NWB file (extra
        ``io``) has the current as a stimulus, the potential as an acquisition, and spikes as units.

        Args:
            path: ends in ``.npz`` or ``.nwb``, or is read as CSV.
            current, v: names of columns or, in NWB, of time series, if not the usual ones.
            spikes: the name of the column; in NWB which of the units, 0 by default if there is one; or spike times (ms).
            dt: ms, where the file has no times.
            units: of time, current and potential in a CSV or npz file. NWB files name theirs.
            level: mV; where v rises through it is a spike, if the file names none.
            stamp: see the class; 1 for what hillock wrote.

        Raises:
            FileError: the file is not as described.
            TargetError: it cannot be fitted.

        """
        held = read_target(path, current, v, spikes, None if dt is None else milliseconds(dt, "dt"), units)
        times = held.spikes if held.given or held.spikes is None else held.spikes + stamp * held.dt
        return cls.from_arrays(held.current, held.v, spikes=times, dt=held.dt, level=level, stamp=stamp)

    @property
    def duration(self) -> float:
        """Length (ms)."""
        return len(self.current) * self.dt

    @property
    def spike_steps(self) -> Int[np.ndarray, " spikes"]:
        """The step at whose end each spike is."""
        return np.maximum(np.ceil(self.spikes / self.dt - 1e-6).astype(int) - 1, 0)


def _column(given: Any, unit: str, name: str) -> Float[np.ndarray, " samples"]:
    values = np.asarray(as_number(given, unit, name), float)
    if values.ndim == 2 and 1 in values.shape:
        values = values.ravel()
    if values.ndim != 1 or not len(values):
        raise TargetError(f"{name} must be one number per sample, got an array of shape {values.shape}. Choose one neuron and one sweep.")
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        raise TargetError(f"{name} has {values[bad[0]]:g} at sample {bad[0]}. Every sample must be a number: cut the stretch out or repair it.")
    return values


def _check_current(i: Float[np.ndarray, " samples"]) -> None:
    most = float(np.abs(i).max())
    if np.ptp(i) == 0:
        raise TargetError(f"The current is {i[0]:g} nA throughout, which tells few parameters apart. Record with a current that changes.")
    if most > _PICOAMPERES:
        raise TargetError(f"The current reaches {most:g} nA, which looks like pA. Convert it to nA: current / 1000.")
    if most < _AMPERES:
        raise TargetError(f"The current reaches only {most:g} nA, which looks like amperes. Convert it to nA: current * 1e9.")


def _check_potential(v: Float[np.ndarray, " samples"], samples: int) -> None:
    if len(v) != samples:
        raise TargetError(f"v has {len(v)} samples and current has {samples}. Cut both to the same stretch, sampled at the same rate.")
    if np.abs(v).max() < _VOLTS:
        raise TargetError(f"v lies between {v.min():g} and {v.max():g} mV, which looks like volts. Convert it to mV: v * 1000.")


def _crossings(v: Float[np.ndarray, " samples"], level: float) -> Int[np.ndarray, " spikes"]:
    found = np.flatnonzero((v[1:] > level) & (v[:-1] <= level)) + 1
    if not len(found):
        raise TargetError(f"v never rises through {level:g} mV, so it shows no spikes. Pass spikes (ms), or the level that spikes rise through.")
    return found


def _check_spikes(spikes: Any, dt: float, samples: int) -> Float[np.ndarray, " spikes"]:
    times = np.atleast_1d(np.asarray(as_number(spikes if not isinstance(spikes, list | tuple) else np.asarray(spikes, float), "ms", "spikes"), float))
    if times.ndim != 1 or not np.isfinite(times).all():
        raise TargetError(f"spikes must be a list of finite times in ms, got an array of shape {times.shape}. Choose one neuron.")
    if not len(times):
        raise TargetError("The recording has no spikes. Use a stronger current, or a stretch in which the neuron fires.")
    end = samples * dt
    outside = times[(times < 0) | (times > end * (1 + 1e-9))]
    if len(outside):
        raise TargetError(f"A spike at {outside[0]:g} ms is outside the recording, 0 to {end:g} ms. Count times from its first sample, in ms.")
    close = np.flatnonzero(np.diff(np.ceil(times / dt - 1e-6)) < 1)
    if len(close):
        first, second = times[close[0]], times[close[0] + 1]
        raise TargetError(f"spikes must ascend, one per sample at most, got {first:g} ms before {second:g} ms. Sort them and drop duplicates.")
    return times
