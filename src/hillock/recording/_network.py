"""What happened in a network: one recording per population."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hillock._types import Tree
from hillock.recording._recording import Recording, RecordingError


@dataclass(frozen=True)
class NetworkEnd:
    """Where a run of a network stopped: pass it to ``simulate(..., start=rec.end)`` to go on."""

    step: int
    carry: Tree
    dt: float


@dataclass(frozen=True, eq=False)
class NetworkRecording(Mapping[str, Recording]):
    """The result of simulating a network: ``rec["E"]`` is the recording of population E.

    Attributes:
        populations: the recordings by name.
        provenance: all that is needed to do it again.
        complete: False if the run was interrupted.
        end: where it stopped; None for a recording that was loaded.

    """

    populations: Mapping[str, Recording]
    provenance: Mapping[str, Any]
    complete: bool = True
    end: NetworkEnd | None = None

    def __getitem__(self, name: str) -> Recording:
        if name not in self.populations:
            raise RecordingError(f"There is no population {name!r} in this recording. There are {', '.join(self.populations)}.")
        return self.populations[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.populations)

    def __len__(self) -> int:
        return len(self.populations)

    @property
    def rates(self) -> dict[str, float]:
        """Mean rate of each population (Hz)."""
        seconds = {name: one.steps * one.dt / 1000.0 for name, one in self.items()}
        return {name: len(one.spike_steps) / one.neurons / seconds[name] if seconds[name] else float(np.nan) for name, one in self.items()}

    def __repr__(self) -> str:
        listed = ", ".join(f"{name}: {one.neurons} neurons at {self.rates[name]:.3g} Hz" for name, one in self.items())
        return f"NetworkRecording({listed})"
