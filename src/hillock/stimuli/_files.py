"""Sampled currents from files: which columns, how far apart, and one sentence for each thing that can be wrong with them."""

from collections.abc import Sequence
from difflib import get_close_matches
from os import PathLike
from pathlib import Path

import numpy as np
from jaxtyping import Float

from hillock import _memory
from hillock.stimuli._columns import AbstractFile, Columns, FileError
from hillock.stimuli._csv import CsvFile
from hillock.stimuli._npz import NpzFile

_UNEVEN = 1e-3  # of a step: times written with few decimals are accepted, a missing row is not


def read_columns(
    path: str | PathLike[str], column: str | Sequence[str] | None, time: str, dt: float | None, time_factor: float
) -> tuple[Float[np.ndarray, "samples ..."], float]:
    """Return samples and their spacing (ms).

    Args:
        path: the file.
        column: one name, several for one column per neuron, or None where there is only one.
        time: name of the column with times.
        dt: ms, where the file has no times.
        time_factor: ms per unit of the times in the file.

    Raises:
        FileError: the file cannot be read, or the columns are not there, not numbers, or not evenly spaced.

    """
    path = Path(path)
    if path.is_dir():
        raise FileError(f"{path} is a folder. Name a CSV or npz file in it.")
    if not path.is_file():
        raise FileError(f"There is no file {path}.{_near(path.name, _siblings(path))}")
    wanted = [column] if isinstance(column, str) else None if column is None else list(column)
    try:
        file = (NpzFile if path.suffix == ".npz" else CsvFile).open(path)
    except UnicodeDecodeError:
        raise FileError(f"{path} is not text. Samples are read from CSV (text) or npz files.") from None
    wanted = _choose(path, file.names, wanted, time)
    columns = _load(file, [*wanted, *([time] if time in file.names else [])])
    spacing = _spacing(file, columns, time, dt, time_factor)
    for name in wanted:
        _check_finite(file, columns, name)
    arrays = [columns[name] for name in wanted]
    return arrays[0] if len(arrays) == 1 else np.stack(arrays, axis=-1), spacing


def _siblings(path: Path) -> list[str]:
    return [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []


def _near(name: str, known: Sequence[str]) -> str:
    found = get_close_matches(name, known, 1)
    return f" Did you mean {found[0]}?" if found else ""


def _choose(path: Path, names: Sequence[str], wanted: list[str] | None, time: str) -> list[str]:
    """Return the names of the columns to play, all of which are there."""
    others = [name for name in names if name != time]
    if wanted is None:
        if len(others) != 1:
            raise FileError(f"{path} has the columns {', '.join(names)}. Say which to play: column={(others or ['i'])[0]!r}.")
        return others
    for name in wanted:
        if name not in names:
            raise FileError(f"{path} has no column {name!r}.{_near(name, names)} It has {', '.join(names)}.")
    return wanted


def _load(file: AbstractFile, wanted: Sequence[str]) -> Columns:
    """Return columns that fit into memory and hold at least one sample."""
    needed, there = file.size(wanted), _memory.physical_memory()
    if needed > 0.5 * there:
        raise FileError(
            f"{file.path} may need {needed / 1e9:.3g} GB and this machine has {there / 1e9:.3g} GB. Split the file, or play fewer columns."
        )
    columns = file.read(wanted)
    if any(len(values) == 0 for values in columns.values()):
        raise FileError(f"{file.path} holds no samples.")
    return columns


def _check_finite(file: AbstractFile, columns: Columns, name: str) -> None:
    bad = np.argwhere(~np.isfinite(columns[name]))
    if len(bad):
        value = columns[name][tuple(bad[0])]
        raise FileError(f"{file.path} has {value:g} in {file.row(int(bad[0][0]))}, column {name!r}. Every sample must be a finite number.")


def _spacing(file: AbstractFile, columns: Columns, time: str, dt: float | None, factor: float) -> float:
    """Return the time from one sample to the next (ms)."""
    if time not in columns:
        if dt is None:
            raise FileError(
                f"{file.path} has no column {time!r} with times. Say how far apart the samples are, such as dt=0.1, or name it: time='...'."
            )
        return dt
    _check_finite(file, columns, time)
    times = columns[time] * factor
    if len(times) < 2 and dt is None:
        raise FileError(f"{file.path} has only one sample, whose spacing cannot be known. Pass dt.")
    found = float(times[-1] - times[0]) / (len(times) - 1) if len(times) > 1 else float(dt or 0.0)
    gaps = np.diff(times)
    uneven = np.flatnonzero(~(np.abs(gaps - found) <= _UNEVEN * abs(found)) | (gaps <= 0))
    if len(uneven):
        usual = float(np.median(gaps))
        odd = int(np.argmax(np.abs(gaps - usual)))
        raise FileError(f"{file.path} is not evenly sampled: {gaps[odd]:g} ms before {file.row(odd + 1)}, {usual:g} ms elsewhere. Resample it.")
    found = round(found, 9)  # what decimal times lose in binary
    if dt is not None and abs(dt - found) > _UNEVEN * found:
        raise FileError(f"{file.path} is sampled every {found:g} ms by its column {time!r}, but dt = {dt:g} ms was given. Leave dt out.")
    return found
