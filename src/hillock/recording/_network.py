"""What happened in a network: one recording per population."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from hillock._types import Tree
from hillock.recording._missing import RecordingError
from hillock.recording._recording import Recording

if TYPE_CHECKING:
    import neo
    import pynwb
    import xarray


@dataclass(frozen=True)
class NetworkEnd:
    """Where a run of a network stopped: pass it to ``simulate(..., start=rec.end)`` to go on, in this process or, once saved, in another.

    Attributes:
        step: how many steps were made.
        carry: what the next step is made from: states and spikes on their way.
        dt: ms.
        made_by: what was simulated, parameter by parameter, as text; a run goes on only if all of it is the same.

    """

    step: int
    carry: Tree
    dt: float
    made_by: Mapping[str, str] = field(default_factory=dict)

    def for_another(self) -> "NetworkEnd":
        """Return this end for a network with other parameters: only its variables and the numbers of neurons must be the same then."""
        return replace(self, made_by={})

    def save(self, path: str | os.PathLike) -> None:
        """Write the end to an npz file, whole or not at all: ``simulate(..., start=path)`` goes on from it.

        Raises:
            RecordingError: another suffix.
            FileNotFoundError: the folder does not exist.

        """
        from hillock.recording._network_files import save_end  # noqa: PLC0415  (formats know recordings, not the other way round)

        save_end(self, path)


@dataclass(frozen=True, eq=False)
class NetworkRecording(Mapping[str, Recording]):
    """The result of simulating a network: ``rec["E"]`` is the recording of population E.

    Attributes:
        populations: the recordings by name.
        provenance: all that is needed to do it again.
        complete: False if the run was interrupted.
        end: where it stopped; None where nobody knows. After a crash the end of a folder may be one piece before the last spikes.

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

    def save(self, path: str | os.PathLike) -> None:
        """Write all populations, and the end of the run, to one npz file, whole or not at all; ``hillock.load`` reads it.

        Raises:
            RecordingError: another suffix.
            FileNotFoundError: the folder does not exist.

        """
        from hillock.recording._network_files import save  # noqa: PLC0415  (formats know recordings, not the other way round)

        save(self, path)

    def to_xarray(self) -> "dict[str, xarray.Dataset]":
        """Return an xarray Dataset of each population, see ``Recording.to_xarray``."""
        return {name: one.to_xarray() for name, one in self.items()}

    def to_neo(self) -> "dict[str, neo.Block]":
        """Return a Neo block of each population, named after it, see ``Recording.to_neo``."""
        blocks = {name: one.to_neo() for name, one in self.items()}
        for name, block in blocks.items():
            block.name = name
        return blocks

    def to_nwb(self) -> "dict[str, pynwb.NWBFile]":
        """Return an NWB file in memory of each population, see ``Recording.to_nwb``."""
        return {name: one.to_nwb() for name, one in self.items()}

    def to_pynapple(self) -> dict[str, dict[str, Any]]:
        """Return pynapple's spikes and traces of each population, see ``Recording.to_pynapple``."""
        return {name: one.to_pynapple() for name, one in self.items()}

    if not TYPE_CHECKING:  # a type checker finds this mistake by itself

        def __getattr__(self, name: str) -> NoReturn:
            populations = self.__dict__.get("populations", {})
            hint = f" Write rec[{name!r}]." if name in populations else ""
            if populations and (hasattr(Recording, name) or name in Recording.__dataclass_fields__):
                hint = f" It holds one recording for each population: take {' or '.join(f'rec[{one!r}]' for one in populations)}."
            raise AttributeError(f"A NetworkRecording has no attribute {name!r}.{hint}", name=name, obj=self)

    def __repr__(self) -> str:
        rates = self.rates
        listed = ", ".join(f"{name}: {one.neurons} neurons at {rates[name]:.3g} Hz" for name, one in self.items())
        return f"NetworkRecording({listed}{'' if self.complete else ', interrupted'})"
