"""The npz format: plain arrays and one JSON text, without pickle; ``np.load`` opens it anywhere.

The arrays are named as in ``_plain``, and ``end/...`` what the next step would be made from; the texts are the arrays ``recording`` and ``end``, of
no dimensions. What a network leaves behind is read here too, see ``_network_files``.
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from hillock.recording import _archive
from hillock.recording._carried import from_arrays, to_arrays
from hillock.recording._end import End
from hillock.recording._missing import NoEnd, RecordingError
from hillock.recording._plain import from_plain, to_plain
from hillock.recording._recording import Recording

_HEAD, _END = "recording", "end"


def save(rec: Recording, path: Path) -> None:
    """Write a recording to an npz file."""
    text, arrays = to_plain(rec)
    if isinstance(rec.end, End):
        arrays |= {_END: np.array(json.dumps({"step": int(rec.end.step), "dt": float(rec.end.dt)})), **to_arrays(rec.end.carry)}
    _archive.write(path, {_HEAD: np.array(text), **arrays})


def load(path: Path) -> Recording:
    """Return the recording in an npz file.

    Nothing is unpickled, and nothing is read before the sizes that the file announces were compared with the memory there is.

    Raises:
        RecordingError: the file is damaged, or not a recording.

    """
    arrays, where = _archive.read(path), f"'{path}'"
    head = _archive.text_of(arrays, _HEAD)
    if head is None:
        raise RecordingError(f"{where} is not a recording of hillock.")
    return replace(from_plain(head, arrays, where), end=_end(arrays, where))  # type: ignore[arg-type]


def _end(arrays: dict[str, np.ndarray], where: str) -> End | NoEnd:
    """Return where the run stopped."""
    if _END not in arrays:
        return NoEnd()
    try:
        head = json.loads(_archive.text_of(arrays, _END) or "")
        step, dt = int(head["step"]), float(head["dt"])
    except (ValueError, KeyError, TypeError):
        raise RecordingError(f"{where} is damaged: what it says about its end is not JSON.") from None
    return End(step, from_arrays(arrays), dt)
