"""Which format a file has: its suffix says, and in an npz file what is in it; a folder is a recording that was streamed to disk."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hillock.recording import _archive, _network_files, _npz, _nwb, _streamed, _xarray
from hillock.recording._missing import RecordingError
from hillock.recording._recording import Recording

_WRITERS: dict[str, Callable[[Recording, Path], None]] = {".npz": _npz.save, ".nc": _xarray.save, ".nwb": _nwb.save}


def save(rec: Recording, path: str | os.PathLike) -> None:
    """Write a recording to a file: ``.npz``, ``.nc`` (netCDF) or ``.nwb``. The file appears whole or not at all.

    Raises:
        RecordingError: the suffix is none of these.
        FileNotFoundError: the folder does not exist.

    """
    path = Path(path)
    _choose(_WRITERS, path, "written")(rec, path)


def load(path: str | os.PathLike) -> Any:
    """Return the recording in a file, ``.npz`` or ``.nc``, or in a folder: a ``Recording``, or a ``NetworkRecording``.

    Raises:
        RecordingError: it is damaged or not a recording.
        FileNotFoundError: there is no such file.

    """
    path = Path(path)
    if path.is_dir():
        return _streamed.load(path)
    reader = _choose(_READERS, path, "read")
    if not path.is_file():
        raise FileNotFoundError(f"There is no file '{path}'.")
    return reader(path)


def _load_npz(path: Path) -> Any:
    names = _archive.sizes(path)
    if _network_files.END in names:
        raise RecordingError(f"'{path}' is no recording but where one stopped. Pass start='{path}' to simulate.")
    return _network_files.load(path) if _network_files.HEAD in names else _npz.load(path)


_READERS: dict[str, Callable[[Path], Any]] = {".npz": _load_npz, ".nc": _xarray.load}


def _choose(known: dict[str, Callable], path: Path, verb: str) -> Callable:
    if path.suffix.lower() not in known:
        *others, last = known
        raise RecordingError(f"'{path}' cannot be {verb}: the name must end in {', '.join(others)} or {last}.")
    return known[path.suffix.lower()]
