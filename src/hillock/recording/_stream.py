"""A recording of a network that is written to disk while the run goes on, piece by piece.

A folder, because each file in it appears whole or not at all: whatever ends the run, power included, all pieces before stay readable. In it are
``run.json`` (what is run), one npz file for each piece, named after its first step, and ``end.npz``, where the last piece stopped.
A piece is written before the end is, so that a run that goes on from the end may write the last piece once more, and never leaves a gap.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hillock.recording import _archive
from hillock.recording._atomic import replacing
from hillock.recording._missing import RecordingError
from hillock.recording._network import NetworkEnd, NetworkRecording
from hillock.recording._network_files import HEAD, head_of, load_end, save, save_end
from hillock.recording._recording import Recording

PLAN, END = "run.json", "end.npz"
_FORMAT, _VERSION = "hillock network stream", 1
_PIECE = re.compile(r"\d{10}\.npz")
_KINDS = {"first_step": int, "until": int, "dt": float, "populations": dict, "provenance": dict}


class Stream:
    """A folder into which the pieces of a run are written.

    What is run is described by the recordings of populations in which nothing has happened yet.
    """

    def __init__(self, folder: Path, nothing: Mapping[str, Recording], first: int, steps: int, provenance: Mapping[str, Any]):
        """Make the folder, or go on with one whose run stopped at step ``first``.

        Raises:
            RecordingError: there is another recording in the folder, or something else.
            FileNotFoundError: the folder it would be in does not exist.

        """
        self.folder = folder
        plan = {"dt": next(iter(nothing.values())).dt, "populations": {name: _described(one) for name, one in nothing.items()}}
        fresh = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
        begun = first if fresh else _continued(folder, plan, first)
        if not folder.parent.is_dir():
            raise FileNotFoundError(f"There is no folder '{folder.parent}' to write '{folder.name}' into. Make it first.")
        folder.mkdir(exist_ok=True)
        head = {"format": _FORMAT, "version": _VERSION, "first_step": begun, "until": first + steps, **plan, "provenance": dict(provenance)}
        with replacing(folder / PLAN) as temporary:
            temporary.write_text(json.dumps(head), encoding="utf-8")

    def write(self, populations: Mapping[str, Recording], end: NetworkEnd) -> None:
        """Write a piece, and then where it stopped."""
        pieces = dict(populations)
        first = next(iter(pieces.values())).first_step
        if end.step > first:
            save(NetworkRecording(pieces, {}), self.folder / f"{first:010d}.npz")
        save_end(end, self.folder / END)


def plan_of(folder: Path) -> dict[str, Any]:
    """Return what is run into a folder.

    Raises:
        RecordingError: the folder holds no recording, or a damaged one.

    """
    try:
        head = json.loads((folder / PLAN).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecordingError(f"'{folder}' is a folder without a recording of hillock.") from None
    except (ValueError, OSError):
        raise RecordingError(f"'{folder / PLAN}' is damaged: it is not JSON.") from None
    if not isinstance(head, dict) or head.get("format") != _FORMAT:
        raise RecordingError(f"'{folder / PLAN}' is not of hillock.")
    if head.get("version") != _VERSION:
        raise RecordingError(f"'{folder}' has format {head.get('version')!r}, and this hillock reads format {_VERSION}. Update hillock.")
    for name, kind in _KINDS.items():
        if type(head.get(name)) is not kind:
            raise RecordingError(f"'{folder / PLAN}' is damaged: {name} must be {kind.__name__}, got {head.get(name)!r}.")
    return head


def pieces_of(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Return the files of a folder in order, each with the descriptions of its populations.

    Raises:
        RecordingError: a file is damaged, or one is missing between others.

    """
    plan = plan_of(folder)
    now, found = plan["first_step"], []
    for path in sorted(one for one in folder.iterdir() if _PIECE.fullmatch(one.name)):
        head = head_of(_archive.read(path, lambda name: name == HEAD), HEAD, f"'{path}'")
        heads = {name: json.loads(text) for name, text in head["populations"].items()}
        first, steps = ({one.get(key) for one in heads.values()} for key in ("first_step", "steps"))
        if heads.keys() != plan["populations"].keys() or len(first) != 1 or len(steps) != 1:
            raise RecordingError(f"'{path}' is damaged: it does not belong to the run in '{folder}'.")
        if first != {now}:
            raise RecordingError(f"'{folder}' is damaged: the piece that begins with step {now} is missing.")
        now += steps.pop()
        found.append((path, heads))
    return found


def _described(nothing: Recording) -> dict[str, Any]:
    """Return what must not change when a run goes on."""
    columns = None if nothing.of is None else nothing.of.tolist()
    dtypes = {name: str(rows.dtype) for name, rows in nothing.traces.items()}
    return {"neurons": nothing.neurons, "record": dtypes, "units": dict(nothing.units), "every": nothing.every, "of": columns, "stamp": nothing.stamp}


def _continued(folder: Path, plan: Mapping[str, Any], first: int) -> int:
    """Return the first step of the run that is in a folder, which may go on at step ``first``."""
    if not folder.is_dir() or not (folder / PLAN).exists():
        raise RecordingError(f"store: '{folder}' exists and is no recording of hillock. Choose another name.")
    there, stopped = plan_of(folder), load_end(folder).step if (folder / END).exists() else None
    if stopped != first:
        until = "" if stopped is None else f" until step {stopped}, and this run begins at step {first}"
        raise RecordingError(f"store: '{folder}' holds a run{until}. Choose another name, or pass start='{folder}' to go on with it.")
    for name, described in plan["populations"].items():
        for what, value in described.items():
            before = there["populations"].get(name, {}).get(what)
            if before != value:
                raise RecordingError(
                    f"store: '{folder}' has {what} = {before} of {name}, and this run has {value}. Record the same, or choose another name."
                )
    every = max(one["every"] for one in plan["populations"].values())
    if (first - there["first_step"]) % every:
        raise RecordingError(f"store: the run in '{folder}' stopped between two rows of every = {every} steps. Choose another name.")
    return there["first_step"]
