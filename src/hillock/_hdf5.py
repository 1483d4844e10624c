"""Numbers in HDF5 files of others, such as NWB: shapes are looked at before anything is loaded, links that lead out of the file are not followed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from hillock import _memory
from hillock._extras import require
from hillock.stimuli import FileError

_MOST = 0.1  # of the memory: what is done with the numbers needs several times as much

_DAMAGE = (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError, MemoryError)  # what h5py raises on a damaged file


@contextmanager
def _reading(file: Any, path: str) -> Iterator[None]:
    """Raise FileError where a file turns out to be damaged."""
    try:
        yield
    except FileError:
        raise
    except _DAMAGE:
        raise FileError(f"{file.filename} is damaged: {path} cannot be read.") from None


@contextmanager
def nwb_file(path: Path) -> Iterator[tuple[Any, Any]]:
    """Open an NWB file; yield h5py and the file."""
    h5py: Any = require("h5py", "io", "Reading NWB")
    try:
        file = h5py.File(path, "r")
    except OSError:
        raise FileError(f"{path} is not an NWB file.") from None
    with file:
        yield h5py, file


def spike_units(h5py: Any, file: Any) -> tuple[Float[np.ndarray, " spikes"], Int[np.ndarray, " units"]] | None:
    """Return the spike times (ms) of all units of an NWB file one after the other, and where each unit ends; None if there are none."""
    times, index = (member(h5py, file, f"units/{name}") for name in ("spike_times", "spike_times_index"))
    if times is None or index is None:
        return None
    times, written = 1000.0 * numbers(h5py, file, times), numbers(h5py, file, index)
    if times.ndim != 1 or written.ndim != 1 or (np.diff(written, prepend=0) < 0).any() or (written[-1] if len(written) else 0) != len(times):
        raise FileError(f"{file.filename} is damaged: its units do not divide its {times.size} spike times.")
    return times, written.astype(int)


def member(h5py: Any, group: Any, path: str) -> Any:
    """Return a member of a group, or None; one that is a link out of the file is refused."""
    place = group
    with _reading(group.file, path):
        for part in path.split("/"):
            if not isinstance(place, h5py.Group) or part not in place:
                return None
            if isinstance(place.get(part, getlink=True), h5py.ExternalLink):
                raise FileError(f"{group.file.filename} keeps {path} in another file. Copy it into this one.")
            place = place[part]
    return place


def numbers(h5py: Any, file: Any, data: Any) -> np.ndarray:
    """Return numbers, if they fit into memory."""
    with _reading(file, "a member"):
        if not isinstance(data, h5py.Dataset) or data.dtype.kind not in "iuf" or data.external or data.is_virtual:
            raise FileError(f"{file.filename} has no numbers in {data.name}.")
        needed, there = 8.0 * data.size, _memory.physical_memory()
        if needed > _MOST * there:
            raise FileError(
                f"{file.filename} needs {needed / 1e9:.3g} GB for {data.name} and this machine has {there / 1e9:.3g} GB. Split the recording."
            )
        return np.asarray(data[()], float)
