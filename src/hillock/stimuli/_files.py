"""Numbers in columns, from CSV and npz files, with one sentence for each thing that can be wrong with them."""

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from os import PathLike
from pathlib import Path
from typing import NamedTuple, TextIO

import numpy as np
from jaxtyping import Float

from hillock import _memory

_UNEVEN = 1e-3  # of a step: times written with few decimals are accepted, a missing row is not


class FileError(ValueError):
    """A file that is missing, too large, or does not hold what is asked of it."""


class _Table(NamedTuple):
    """A file with its columns."""

    path: Path
    columns: Mapping[str, Float[np.ndarray, "samples ..."]]
    first_line: int
    """What row 0 is called in messages: its line in a text file."""

    def row(self, index: int) -> str:
        return f"line {index + self.first_line}" if self.first_line else f"index {index}"


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
    if not path.is_file():
        raise FileError(f"There is no file {path}.{_near(path.name, _siblings(path))}")
    wanted = [column] if isinstance(column, str) else None if column is None else list(column)
    names, first_line = _npz_names(path) if path.suffix == ".npz" else _csv_names(path)
    wanted = _choose(path, names, wanted, time)
    table = _load(path, names, [*wanted, *([time] if time in names else [])], first_line)
    spacing = _spacing(table, time, dt, time_factor)
    for name in wanted:
        _check_finite(table, name)
    arrays = [table.columns[name] for name in wanted]
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


def _load(path: Path, names: Sequence[str], wanted: Sequence[str], first_line: int) -> _Table:
    needed = _npz_bytes(path, wanted) if path.suffix == ".npz" else 8.0 * path.stat().st_size / 2 * len(wanted) / len(names)
    there = _memory.physical_memory()
    if needed > 0.5 * there:
        raise FileError(f"{path} may need {needed / 1e9:.3g} GB and this machine has {there / 1e9:.3g} GB. Split the file, or play fewer columns.")
    columns = _npz_columns(path, wanted) if path.suffix == ".npz" else _csv_columns(path, names, wanted, first_line)
    table = _Table(path, columns, first_line)
    if any(len(values) == 0 for values in columns.values()):
        raise FileError(f"{path} holds no samples.")
    return table


def _csv_names(path: Path) -> tuple[list[str], int]:
    """Return the names of the columns, and the line of the first row."""
    with path.open(encoding="utf-8-sig") as file:
        cells = [cell.strip().strip('"') for cell in file.readline().split(",")]
    if cells == [""]:
        raise FileError(f"{path} is empty.")
    try:
        [float(cell) for cell in cells]
    except ValueError:
        return cells, 2
    return [str(k) for k in range(len(cells))], 1


def _csv_columns(path: Path, names: Sequence[str], wanted: Sequence[str], first_line: int) -> dict[str, Float[np.ndarray, " samples"]]:
    index = [names.index(name) for name in wanted]
    try:
        with path.open(encoding="utf-8-sig") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that there are no rows is said below
            rows = np.loadtxt(_lines(path, file), delimiter=",", skiprows=first_line - 1, usecols=index, ndmin=2, comments=None)
    except FileError:
        raise
    except ValueError as error:
        raise FileError(_why_no_number(path, names, str(error), first_line)) from None
    return {name: rows[:, k] for k, name in enumerate(wanted)}


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    """Yield the lines of a file; only the last may be empty, so that row and line numbers agree."""
    empty = 0
    for number, line in enumerate(file, 1):
        if line.strip():
            if empty:
                raise FileError(f"{path} has an empty line {empty}. Remove it, or restore what was there.")
            yield line
        else:
            empty = empty or number


def _why_no_number(path: Path, names: Sequence[str], message: str, first_line: int) -> str:
    found = re.search(r"string '(.*)' to float64 at row (\d+), column (\d+)", message)
    if found:
        text, row, column = found[1], int(found[2]), int(found[3])
        return f"{path} has {text!r} instead of a number in line {row + first_line}, column {names[column - 1]!r}."
    found = re.search(r"index \d+ at row (\d+) with (\d+) columns", message)
    if found:
        return f"{path} has {found[2]} instead of {len(names)} columns in line {int(found[1]) + first_line - 1}."
    return f"{path} cannot be read as comma-separated numbers: {message.rstrip('.')}."


def _npz_names(path: Path) -> tuple[list[str], int]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return list(file.files), 0
    except (ValueError, OSError, zipfile.BadZipFile):
        raise FileError(f"{path} is not an npz file.") from None


def _npz_bytes(path: Path, wanted: Sequence[str]) -> float:
    with zipfile.ZipFile(path) as file:
        return float(sum(file.getinfo(f"{name}.npy").file_size for name in wanted))


def _npz_columns(path: Path, wanted: Sequence[str]) -> dict[str, Float[np.ndarray, "samples ..."]]:
    columns = {}
    with np.load(path, allow_pickle=False) as file:
        for name in wanted:
            try:
                array = file[name]
            except ValueError:  # a pickled object
                array = np.zeros(0, object)
            if array.dtype.kind not in "iuf" or array.ndim not in (1, 2):
                raise FileError(f"{path} has no numbers of shape (samples,) or (samples, neurons) in {name!r}.")
            columns[name] = array.astype(float)
    return columns


def _check_finite(table: _Table, name: str) -> None:
    bad = np.argwhere(~np.isfinite(table.columns[name]))
    if len(bad):
        value = table.columns[name][tuple(bad[0])]
        raise FileError(f"{table.path} has {value:g} in {table.row(int(bad[0][0]))}, column {name!r}. Every sample must be a finite number.")


def _spacing(table: _Table, time: str, dt: float | None, factor: float) -> float:
    """Return the time from one sample to the next (ms)."""
    if time not in table.columns:
        if dt is None:
            raise FileError(
                f"{table.path} has no column {time!r} with times. Say how far apart the samples are, such as dt=0.1, or name it: time='...'."
            )
        return dt
    _check_finite(table, time)
    times = table.columns[time] * factor
    if len(times) < 2 and dt is None:
        raise FileError(f"{table.path} has only one sample, whose spacing cannot be known. Pass dt.")
    found = float(times[-1] - times[0]) / (len(times) - 1) if len(times) > 1 else float(dt or 0.0)
    gaps = np.diff(times)
    uneven = np.flatnonzero(~(np.abs(gaps - found) <= _UNEVEN * abs(found)) | (gaps <= 0))
    if len(uneven):
        usual = float(np.median(gaps))
        odd = int(np.argmax(np.abs(gaps - usual)))
        raise FileError(f"{table.path} is not evenly sampled: {gaps[odd]:g} ms before {table.row(odd + 1)}, {usual:g} ms elsewhere. Resample it.")
    found = round(found, 9)  # what decimal times lose in binary
    if dt is not None and abs(dt - found) > _UNEVEN * found:
        raise FileError(f"{table.path} is sampled every {found:g} ms by its column {time!r}, but dt = {dt:g} ms was given. Leave dt out.")
    return found
