"""The recording of a network in a folder, read when it is looked at: spikes of a population, traces by name."""

import os
from collections.abc import Iterator, Mapping
from json import dumps
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from hillock._memory import physical_memory
from hillock.recording import _archive
from hillock.recording._missing import RecordingError
from hillock.recording._network import NetworkRecording
from hillock.recording._network_files import load as load_piece
from hillock.recording._network_files import load_end, part_of
from hillock.recording._plain import from_plain
from hillock.recording._recording import Recording
from hillock.recording._stream import END, pieces_of, plan_of

Pieces = list[tuple[Path, dict[str, Any]]]
_MOST_MEMORY = 0.8  # of the machine's


def load(folder: Path) -> NetworkRecording:
    """Return the recording in a folder, complete or as far as it came; nothing but descriptions is read before it is asked for.

    Raises:
        RecordingError: it is damaged, or there is none.

    """
    plan, pieces = plan_of(folder), pieces_of(folder)
    reached = plan["first_step"] + sum(_steps(heads) for _, heads in pieces)
    end = load_end(folder) if (folder / END).exists() else None
    return NetworkRecording(_Populations(folder, plan, pieces), plan["provenance"], reached >= plan["until"], end)


def pieces(folder: str | os.PathLike) -> Iterator[NetworkRecording]:
    """Yield the recording in a folder piece by piece, each of some steps of all populations: for what does not fit into memory.

    Raises:
        RecordingError: it is damaged, or there is none.

    """
    for path, _ in pieces_of(Path(folder)):
        yield load_piece(path)


class _Populations(Mapping[str, Recording]):
    """The populations of a folder, each read when it is first asked for."""

    def __init__(self, folder: Path, plan: dict[str, Any], pieces: Pieces):
        self.folder, self.plan, self.pieces = folder, plan, pieces
        self.read: dict[str, Recording] = {}

    def __getitem__(self, name: str) -> Recording:
        if name not in self.read:
            self.read[name] = self._joined(name, self.plan["populations"][name])
        return self.read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.plan["populations"])

    def __len__(self) -> int:
        return len(self.plan["populations"])

    def __contains__(self, name: object) -> bool:
        return name in self.plan["populations"]

    def _joined(self, name: str, described: dict[str, Any]) -> Recording:
        """Return the recording of one population, its spikes read."""
        bytes_ = [size for path, _ in self.pieces for one, size in _archive.sizes(path).items() if one.startswith(f"populations/{name}/spike_")]
        _check_room(2.0 * sum(bytes_), self.folder, f"spikes of {name}")
        parts = [self._spikes(path, name, heads[name]) for path, heads in self.pieces]
        steps = sum(_steps(heads) for _, heads in self.pieces)
        columns = described["of"]
        first = self.plan["first_step"]
        return Recording(
            spike_steps=np.concatenate([np.empty(0, np.int64), *(part.spike_steps for part in parts)]),
            spike_neurons=np.concatenate([np.empty(0, np.int32), *(part.spike_neurons for part in parts)]),
            traces=_Traces(self, name, described),
            steps=steps,
            dt=self.plan["dt"],
            neurons=described["neurons"],
            every=described["every"],
            of=None if columns is None else np.array(columns),
            stamp=described["stamp"],
            first_step=first,
            units=described["units"],
            provenance=self.plan["provenance"],
            complete=first + steps >= self.plan["until"],
        )

    def _spikes(self, path: Path, name: str, head: dict[str, Any]) -> Recording:
        prefix = f"populations/{name}/"
        arrays = _archive.read(path, lambda one: one.startswith((f"{prefix}spike_", f"{prefix}trace_neurons")))
        return from_plain(dumps({**head, "traces": []}), part_of(arrays, name), f"'{path}'")


class _Traces(Mapping[str, Float[np.ndarray, "rows columns"]]):
    """The traces of one population of a folder, each read when it is first asked for."""

    def __init__(self, populations: _Populations, name: str, described: dict[str, Any]):
        self.populations, self.name, self.described = populations, name, described
        self.read: dict[str, np.ndarray] = {}

    def __getitem__(self, trace: str) -> Float[np.ndarray, "rows columns"]:
        dtype = self.described["record"][trace]
        if trace not in self.read:
            self.read[trace] = self._joined(trace, np.dtype(dtype))
        return self.read[trace]

    def __iter__(self) -> Iterator[str]:
        return iter(self.described["record"])

    def __len__(self) -> int:
        return len(self.described["record"])

    def _joined(self, trace: str, dtype: np.dtype) -> np.ndarray:
        columns = self.described["neurons"] if self.described["of"] is None else len(self.described["of"])
        rows = [_steps(heads) // self.described["every"] for _, heads in self.populations.pieces]
        _check_room(2.0 * sum(rows) * columns * dtype.itemsize, self.populations.folder, f"{trace} of {self.name}")
        joined, at, member = np.empty((sum(rows), columns), dtype), 0, f"populations/{self.name}/traces/{trace}"
        for (path, _), n in zip(self.populations.pieces, rows, strict=True):
            found = _archive.read(path, lambda one: one == member).get(member)
            if found is None or found.shape != (n, columns) or found.dtype != dtype:
                raise RecordingError(f"'{path}' is damaged: {member} must be {dtype} of shape {(n, columns)}.")
            joined[at : at + n] = found
            at += n
        return joined


def _steps(heads: dict[str, Any]) -> int:
    return next(iter(heads.values()))["steps"]


def _check_room(needed: float, folder: Path, what: str) -> None:
    there = physical_memory()
    if needed > _MOST_MEMORY * there:
        raise RecordingError(
            f"'{folder}' holds {needed / 1e9:.3g} GB of {what} and this machine has {there / 1e9:.3g} GB. Go through it with hillock.recording.pieces."
        )
