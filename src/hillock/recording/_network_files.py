"""Recordings of networks, and where their runs stopped, in npz files: plain arrays and one JSON text, without pickle.

``populations/<name>/...`` are the arrays of a population as ``_plain`` names them, ``end/...`` what the next step is made from. The text is the
array ``network`` of a recording and the array ``network_end`` of an end alone.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Shaped

from hillock.recording import _archive
from hillock.recording._carried import from_arrays, is_carried, to_arrays
from hillock.recording._missing import RecordingError
from hillock.recording._network import NetworkEnd, NetworkRecording
from hillock.recording._plain import from_plain, to_plain

HEAD, END = "network", "network_end"
_FORMATS = {HEAD: "hillock network recording", END: "hillock network end"}
_VERSION = 1
_ENTRIES: Mapping[str, type] = {"step": int, "dt": float, "made_by": dict}

Arrays = Mapping[str, Shaped[np.ndarray, "..."]]


def save(rec: NetworkRecording, path: str | os.PathLike) -> None:
    """Write the recording of a network to an npz file."""
    path = _npz(path, "written")
    heads, arrays = {}, {}
    for name, one in rec.items():
        heads[name], parts = to_plain(replace(one, provenance={}))
        arrays |= {f"populations/{name}/{part}": array for part, array in parts.items()}
    head: dict[str, Any] = {"populations": heads, "provenance": dict(rec.provenance), "complete": rec.complete, "end": None}
    if rec.end is not None:
        head["end"] = _plain_end(rec.end)
        arrays |= to_arrays(rec.end.carry)
    _archive.write(path, {HEAD: _text(HEAD, head), **arrays})


def load(path: Path) -> NetworkRecording:
    """Return the recording of a network in an npz file.

    Raises:
        RecordingError: the file is damaged, or holds something else.

    """
    arrays, where = _archive.read(path), f"'{path}'"
    head = head_of(arrays, HEAD, where)
    populations = {
        name: replace(from_plain(text, part_of(arrays, name), where), provenance=head["provenance"]) for name, text in head["populations"].items()
    }
    return NetworkRecording(populations, head["provenance"], head["complete"], _end(head["end"], arrays, where))


def save_end(end: NetworkEnd, path: str | os.PathLike) -> None:
    """Write where a run stopped to an npz file."""
    _archive.write(_npz(path, "written"), {END: _text(END, _plain_end(end)), **to_arrays(end.carry)})


def load_end(path: str | os.PathLike) -> NetworkEnd:
    """Return where the run of a network stopped, from the file of an end or of a recording, or from the folder that it was streamed into.

    Raises:
        FileNotFoundError: there is no such file.
        RecordingError: it is damaged, or holds no end.

    """
    path = Path(path)
    path = path / "end.npz" if path.is_dir() else _npz(path, "read")
    arrays, where = _archive.read(path, lambda name: name in (HEAD, END) or is_carried(name)), f"'{path}'"
    end = _end(head_of(arrays, HEAD, where)["end"] if HEAD in arrays else head_of(arrays, END, where), arrays, where)
    if end is None:
        raise RecordingError(f"{where} does not say where its run stopped. Save rec.end of the run itself.")
    return end


def head_of(arrays: Arrays, name: str, where: str) -> dict[str, Any]:
    """Return the description in a file, its entries of the right types.

    Raises:
        RecordingError: there is none, it is damaged, or of a newer format.

    """
    try:
        head = json.loads(_archive.text_of(arrays, name) or "null")
    except ValueError:
        raise RecordingError(f"{where} is damaged: its description is not JSON.") from None
    if not isinstance(head, dict) or head.get("format") != _FORMATS[name]:
        raise RecordingError(f"{where} is not a {_FORMATS[name].removeprefix('hillock ')} of hillock.")
    if head.get("version") != _VERSION:
        raise RecordingError(f"{where} has format {head.get('version')!r}, and this hillock reads format {_VERSION}. Update hillock.")
    kinds = {"populations": dict, "provenance": dict, "complete": bool} if name == HEAD else _ENTRIES
    _require(head, kinds, where)
    for one, text in head.get("populations", {}).items():
        _require({one: text}, {one: str}, where)
    return head


def part_of(arrays: Arrays, name: str) -> dict[str, Shaped[np.ndarray, "..."]]:
    """Return the arrays of one population."""
    prefix = f"populations/{name}/"
    return {key.removeprefix(prefix): array for key, array in arrays.items() if key.startswith(prefix)}


def _end(head: Any, arrays: Arrays, where: str) -> NetworkEnd | None:
    if head is None:
        return None
    _require(head, _ENTRIES, where)
    return NetworkEnd(head["step"], from_arrays(arrays), head["dt"], head["made_by"])


def _plain_end(end: NetworkEnd) -> dict[str, Any]:
    return {"step": int(end.step), "dt": float(end.dt), "made_by": dict(end.made_by)}


def _text(name: str, head: dict[str, Any]) -> np.ndarray:
    return np.array(json.dumps({"format": _FORMATS[name], "version": _VERSION, **head}))


def _require(head: Any, kinds: Mapping[str, type], where: str) -> None:
    for name, kind in kinds.items():
        found = head.get(name) if isinstance(head, dict) else None
        if type(found) is not kind:
            raise RecordingError(f"{where} is damaged: {name} must be {kind.__name__}, got {found!r}.")


def _npz(path: str | os.PathLike, verb: str) -> Path:
    path = Path(path)
    if path.suffix.lower() != ".npz":
        raise RecordingError(f"'{path}' cannot be {verb}: what a network leaves behind is kept in files whose name ends in .npz.")
    return path
