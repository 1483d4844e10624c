"""Spike times in files of others: CSV, npz and NWB. Nothing in a file is executed, and its size is looked at before it is read."""

import re
import zipfile
import zlib
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from hillock import _memory
from hillock._hdf5 import nwb_file, spike_units
from hillock._param import as_number
from hillock.recording import Recording, RecordingError, load
from hillock.recording._archive import read_member
from hillock.stimuli import FileError
from hillock.stimuli._csv import CsvFile

_TIME = ("time", "times", "t", "spike_time", "spike_times", "timestamp", "timestamps")
_NEURON = ("neuron", "neurons", "i", "id", "neuron_id", "spike_neurons", "unit", "sender", "senders")
_MOST = 0.1  # of the memory: comparing needs several times the file
_LARGEST = 2**31 - 1  # the number of a neuron
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, OverflowError, NotImplementedError, RuntimeError)


class Spikes(NamedTuple):
    """Spikes as a file has them: times (ms) and neurons, in any order; ``neurons`` is None where the file does not say."""

    times: Float[np.ndarray, " spikes"]
    neurons: Int[np.ndarray, " spikes"] | None


def read_spikes(path: str | PathLike[str], unit: str | None = None) -> Spikes | Recording:
    """Return the spikes in a file, or the recording in a file that hillock wrote.

    Args:
        path: ``.csv`` or ``.txt`` (a column of times and perhaps one of neurons, with or without names), ``.npz`` (``spike_times`` and
            perhaps ``spike_neurons``, or a recording), ``.nc`` (a recording) or ``.nwb`` (units).
        unit: of the times in CSV and npz files, by default that in the column's name, or else ms; the others say themselves.

    Raises:
        FileError: the file is not there, not of such a kind, damaged, or does not fit into memory.
        RecordingError: it looks like a recording and is none.

    """
    path = Path(path)
    if path.is_dir() or not path.is_file():
        raise FileError(f"{path} is a folder. Name a file in it." if path.is_dir() else f"There is no file {path}.")
    if path.suffix == ".nc" or (path.suffix == ".npz" and "recording.npy" in _members(path)):
        return load(path)
    readers = {".npz": _read_npz, ".nwb": _read_nwb, ".csv": _read_csv, ".txt": _read_csv}
    if path.suffix not in readers:
        raise FileError(f"{path} has the ending {path.suffix!r}. Spike times are read from csv, txt, npz and nwb, recordings from npz and nc.")
    _check_size(path, path.stat().st_size)
    found = readers[path.suffix](path, unit)
    for row in np.flatnonzero(~np.isfinite(found.times))[:1]:
        raise FileError(f"{path} has {found.times[row]:g} as the time of spike {row + 1}, and it must be a finite number.")
    return found


def _check_size(path: Path, needed: float) -> None:
    there = _memory.physical_memory()
    if needed > _MOST * there:
        raise FileError(f"{path} needs {needed / 1e9:.3g} GB and this machine has {there / 1e9:.3g} GB. Split the file.")


def _factor(unit: str) -> float:
    """Return ms per unit."""
    return float(as_number(f"1 {unit}", "ms", "unit"))


def _whole(path: Path, values: np.ndarray) -> Int[np.ndarray, " spikes"]:
    bad = values[~((values >= 0) & (values <= _LARGEST) & (values == np.round(values)))]
    if len(bad):
        raise FileError(f"{path} has {bad[0]:g} as the number of a neuron, and they are whole numbers, counted from 0.")
    return values.astype(np.int64)


def _read_csv(path: Path, unit: str | None) -> Spikes:
    try:
        file = CsvFile.open(path)
    except UnicodeDecodeError:
        raise FileError(f"{path} is not text. Spike times are read from csv, txt, npz and nwb.") from None
    if file.first_line == 1:  # no names
        if len(file.names) > 2:
            raise FileError(f"{path} has {len(file.names)} columns without names. Spikes have a time and perhaps a neuron.")
        time, neuron = file.names[0], file.names[1] if len(file.names) == 2 else None
    else:
        time, neuron, written = _columns(path, file.names)
        if unit and written and _factor(unit) != _factor(written):
            raise FileError(f"{path} has its times in {written} by its column {time!r}, but the unit {unit} was given. Leave unit out.")
        unit = unit or written
    wanted = [time, *([neuron] if neuron is not None else [])]
    _check_size(path, file.size(wanted))
    columns = file.read(wanted) if _has_rows(path, file.first_line) else {name: np.zeros(0) for name in wanted}
    return Spikes(columns[time] * _factor(unit or "ms"), None if neuron is None else _whole(path, columns[neuron]))


def _has_rows(path: Path, first_line: int) -> bool:
    """Return whether there is anything below the names; a neuron may be silent."""
    with path.open(encoding="utf-8-sig") as file:
        return any(line.strip() for number, line in enumerate(file, 1) if number >= first_line)


def _columns(path: Path, names: Sequence[str]) -> tuple[str, str | None, str | None]:
    """Return the names of the columns of times and neurons, and the unit that the first is named with: time, t_ms, time (s), ..."""
    times, neurons, unit = [], [], None
    for name in names:
        found = re.fullmatch(r"\s*([a-z_ ]+?)[\s_]*[\[(]?(ms|us|µs|s)?[\])]?\s*", name.lower())
        if name.lower() in _NEURON:
            neurons.append(name)
        elif name.lower() in _TIME or (found and found[1].replace(" ", "_") in _TIME):
            times.append(name)
            unit = None if name.lower() in _TIME or not found else found[2]
    if len(times) != 1 or len(neurons) > 1 or len(names) != len(times) + len(neurons):
        raise FileError(f"{path} has the columns {', '.join(names)}. Spikes have a column time and perhaps one named neuron, and no others.")
    return times[0], neurons[0] if neurons else None, unit


def _members(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except _DAMAGE:
        raise FileError(f"{path} is not an npz file.") from None


def _read_npz(path: Path, unit: str | None) -> Spikes:
    held = _members(path)
    if "spike_times.npy" not in held:
        names = ", ".join(name.removesuffix(".npy") for name in held) or "nothing"
        raise FileError(f"{path} has no array spike_times. It has {names}. Save it with np.savez(path, spike_times=..., spike_neurons=...).")
    times = _array(path, "spike_times")
    neurons = _whole(path, _array(path, "spike_neurons")) if "spike_neurons.npy" in held else None
    if neurons is not None and len(neurons) != len(times):
        raise FileError(f"{path} has {len(times)} spike_times and {len(neurons)} spike_neurons. Each spike needs one of both.")
    return Spikes(times * _factor(unit or "ms"), neurons)


def _array(path: Path, name: str) -> np.ndarray:
    try:
        with zipfile.ZipFile(path) as archive:
            announced = archive.getinfo(f"{name}.npy")
            _check_size(path, announced.file_size)
            array = read_member(archive, announced, path)
    except FileError:
        raise
    except RecordingError as error:
        raise FileError(str(error)) from None
    except _DAMAGE:
        raise FileError(f"{path} is damaged: {name} cannot be read.") from None
    if array.dtype.kind not in "iuf" or array.ndim != 1:
        raise FileError(f"{path} has no numbers of shape (spikes,) in {name}.")
    return array.astype(float)


def _read_nwb(path: Path, _: str | None) -> Spikes:
    with nwb_file(path) as (h5py, file):
        found = spike_units(h5py, file)
    if found is None:
        raise FileError(f"{path} has no units with spike times.")
    times, ends = found
    return Spikes(times, np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0)))
