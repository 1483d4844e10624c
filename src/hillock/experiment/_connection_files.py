"""Connections from files: lists as columns, matrices as SciPy or NumPy saves them."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hillock import _memory
from hillock.stimuli import FileError
from hillock.stimuli._csv import CsvFile
from hillock.stimuli._npz import NpzFile

_ENDS = ("source", "target")
_MOST = 0.5  # of the machine's memory


def read_list(path: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the arguments of the rule Explicit from a CSV or npz file with the columns source and target, and its columns weight and delay, if any.

    Raises:
        FileError: the file is not there, or does not hold such columns.

    """
    _require(path)
    file = (NpzFile if path.suffix == ".npz" else CsvFile).open(path)
    missing = [name for name in _ENDS if name not in file.names]
    if missing:
        raise FileError(f"{path} has no column {missing[0]!r}. It has {', '.join(file.names)}, and a list of connections has {' and '.join(_ENDS)}.")
    wanted = [*_ENDS, *(name for name in ("weight", "delay") if name in file.names)]
    _fits(path, file.size(wanted))
    columns = file.read(wanted)
    for name in _ENDS:
        for row in np.flatnonzero(columns[name] != np.round(columns[name]))[:1]:
            raise FileError(f"{path} has {columns[name][row]:g} in {file.row(int(row))}, column {name!r}. Neurons are whole numbers, counted from 0.")
    ends = {f"{name}s": columns[name].astype(np.int64) for name in _ENDS}
    return ends, {name: columns[name] for name in wanted[2:]}


def read_matrix(path: Path) -> Any:
    """Return a matrix of weights, sources and targets, that ``scipy.sparse.save_npz`` (npz) or ``numpy.save`` (npy) wrote.

    Raises:
        FileError: the file is not there, damaged, or holds no matrix.

    """
    from scipy import sparse  # noqa: PLC0415 - takes 0.3 s, and other networks do without it

    _require(path)
    if path.suffix not in (".npz", ".npy"):
        raise FileError(f"{path} has the ending {path.suffix!r}. A matrix is read from npz (scipy.sparse.save_npz) or npy (numpy.save).")
    _fits(path, path.stat().st_size)
    try:
        return sparse.load_npz(path) if path.suffix == ".npz" else np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise FileError(f"{path} holds no matrix: {str(error).rstrip('.')}.") from None


def _require(path: Path) -> None:
    if not path.is_file():
        raise FileError(f"{path} is a folder. Name a file in it." if path.is_dir() else f"There is no file {path}.")


def _fits(path: Path, needed: float) -> None:
    there = _memory.physical_memory()
    if needed > _MOST * there:
        raise FileError(f"{path} may need {needed / 1e9:.3g} GB and this machine has {there / 1e9:.3g} GB.")
