"""Recordings in files: columns of CSV and npz, time series and units of NWB."""

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from hillock._fit._nwb import read_nwb
from hillock._param import as_number
from hillock.stimuli import FileError
from hillock.stimuli._csv import CsvFile
from hillock.stimuli._files import read_columns
from hillock.stimuli._npz import NpzFile


class Held(NamedTuple):
    """What a file holds, in ms, nA and mV; ``given`` says that the spike times came from the user, not from the file."""

    current: Any
    v: Any
    spikes: Any
    dt: float
    given: bool


def read_target(path: str | PathLike[str], current: str | None, v: str | None, spikes: Any, dt: float | None, units: tuple[str, str, str]) -> Held:
    """Return what is in a file; see ``Target.read``."""
    if Path(path).suffix == ".nwb":
        if isinstance(spikes, str):
            raise FileError(f"In an NWB file spikes are units, counted from 0, not {spikes!r}. Pass spikes=0, or times in ms.")
        return Held(*read_nwb(Path(path), current, v, spikes, dt), given=not (spikes is None or isinstance(spikes, int)))
    if isinstance(spikes, int):
        raise FileError(f"In {path} spikes are a column. Pass its name, or spike times in ms.")
    names = _names(Path(path))
    current, v = current or "i", v or ("v" if "v" in names else None)
    marks = spikes if isinstance(spikes, str) else "spike" if spikes is None and "spike" in names else None
    wanted = [name for name in (current, v, marks) if name is not None]
    values, spacing = read_columns(path, wanted, "t", dt, as_number(f"1 {units[0]}", "ms", "units"))
    columns = dict(zip(wanted, values.reshape(len(values), -1).T, strict=True))
    i = columns[current] * as_number(f"1 {units[1]}", "nA", "units")
    potential = None if v is None else columns[v] * as_number(f"1 {units[2]}", "mV", "units")
    times: Sequence[float] | Float[np.ndarray, " spikes"] | None = spikes if not isinstance(spikes, str) else None
    if marks is not None:
        times = _marked(columns[marks], f"{path}, column {marks!r},") * spacing
    return Held(i, potential, times, spacing, given=marks is None)


def _names(path: Path) -> Sequence[str]:
    """Return the names of the columns; of what is no file of columns none, which the reader then says."""
    try:
        return (NpzFile if path.suffix == ".npz" else CsvFile).open(path).names if path.is_file() else ()
    except UnicodeDecodeError:
        return ()


def _marked(marks: Float[np.ndarray, " samples"], where: str) -> Float[np.ndarray, " spikes"]:
    other = marks[(marks != 0) & (marks != 1)]
    if len(other):
        raise FileError(f"{where} must be 1 where the neuron fires and 0 elsewhere, got {other[0]:g}. Mark each spike in one sample.")
    return np.flatnonzero(marks).astype(float)
