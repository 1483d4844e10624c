"""Which format a file has: its suffix says."""

import os
from collections.abc import Callable
from pathlib import Path

from hillock.recording import _npz, _nwb, _xarray
from hillock.recording._recording import Recording, RecordingError

_WRITERS: dict[str, Callable[[Recording, Path], None]] = {".npz": _npz.save, ".nc": _xarray.save, ".nwb": _nwb.save}
_READERS: dict[str, Callable[[Path], Recording]] = {".npz": _npz.load, ".nc": _xarray.load}


def save(rec: Recording, path: str | os.PathLike) -> None:
    """Write a recording to a file: ``.npz``, ``.nc`` (netCDF) or ``.nwb``. The file appears whole or not at all.

    Raises:
        RecordingError: the suffix is none of these.
        FileNotFoundError: the folder does not exist.

    """
    path = Path(path)
    _choose(_WRITERS, path, "written")(rec, path)


def load(path: str | os.PathLike) -> Recording:
    """Return the recording in a file that ``Recording.save`` wrote, ``.npz`` or ``.nc``.

    Raises:
        RecordingError: the file is damaged or not a recording.
        FileNotFoundError: there is no such file.

    """
    path = Path(path)
    reader = _choose(_READERS, path, "read")
    if not path.is_file():
        raise FileNotFoundError(f"There is no file '{path}'.")
    return reader(path)


def _choose(known: dict[str, Callable], path: Path, verb: str) -> Callable:
    if path.suffix.lower() not in known:
        *others, last = known
        raise RecordingError(f"'{path}' cannot be {verb}: the name must end in {', '.join(others)} or {last}.")
    return known[path.suffix.lower()]
