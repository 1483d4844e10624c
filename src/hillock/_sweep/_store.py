"""The folder in which a sweep keeps each finished point."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hillock.recording._atomic import replacing

Point = dict[str, Any]
"""A value for every swept parameter."""

Measures = dict[str, np.ndarray]


class SweepError(ValueError):
    """A sweep that cannot be run, or a folder that belongs to another."""


def opened(store: str | Path, run: Callable[..., Any], axes: Mapping[str, Sequence[Any]]) -> Path:
    """Return the folder of a sweep, made if it is new."""
    folder = Path(store)
    if folder.is_file():
        raise SweepError(f"'{folder}' is a file. store must be a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    about = {"sweep of": f"{run.__module__}.{getattr(run, '__qualname__', type(run).__name__)}", "parameters": sorted(axes)}
    head = folder / "sweep.json"
    if head.exists():
        found = json.loads(head.read_text())
        if found != about:
            raise SweepError(f"'{folder}' holds another sweep: of {found.get('sweep of')} over {found.get('parameters')}. Choose another folder.")
    else:
        with replacing(head) as temporary:
            temporary.write_text(json.dumps(about))
    return folder


def _name(point: Point) -> str:
    """Return the name of a point's file, from its values."""
    text = json.dumps(point, sort_keys=True, default=lambda value: np.asarray(value).tolist() if isinstance(value, np.ndarray) else repr(value))
    return f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.npz"


def kept(folder: Path | None, point: Point) -> Measures | None:
    if folder is None or not (folder / _name(point)).exists():
        return None
    with np.load(folder / _name(point), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def keep(folder: Path, point: Point, measures: Measures) -> None:
    with replacing(folder / _name(point)) as temporary, temporary.open("wb") as file:
        np.savez(file, **measures)  # type: ignore[arg-type] - names of measures are free
