"""The loop around a network's steps: chunks, progress, Ctrl-C; into memory, or piece by piece to disk."""

import time
import warnings
from collections.abc import Generator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from hillock._simulate._failure import SimulationError
from hillock._simulate._gathering import Gathering
from hillock.distributed import processes
from hillock.engines import Chunk
from hillock.engines.network import AbstractNetworkRun, NetworkCarry, NetworkJob, is_finite
from hillock.recording import NetworkEnd, NetworkRecording, Recording
from hillock.recording._files import load
from hillock.recording._stream import Stream

PIECE_BYTES = 2**26  # of traces or spikes, that are written at once
_PIECE_SECONDS = 1.0  # after which what there is is written
_SPIKE_BYTES = 12


@dataclass(frozen=True)
class Course:
    """A run that is about to be made.

    Attributes:
        job, run: what, and the engine that is ready for it.
        carry: where it begins.
        first, steps: its steps.
        made_by: see ``NetworkEnd``.
        provenance: see ``NetworkRecording``.

    """

    job: NetworkJob
    run: AbstractNetworkRun
    carry: NetworkCarry
    first: int
    steps: int
    made_by: Mapping[str, str]
    provenance: dict[str, Any]

    def gatherings(self, first: int, steps: int) -> list[Gathering]:
        """Return room for some steps of all populations."""
        return [Gathering(member.n, member.job, self.job.dt, steps, first, member.stamp) for member in self.job.members]

    def recordings(self, gathered: list[Gathering], done: int, complete: bool, provenance: dict[str, Any]) -> dict[str, Recording]:
        """Return what was gathered in ``done`` steps."""
        return {member.name: one.recording(done, complete, provenance, None) for member, one in zip(self.job.members, gathered, strict=True)}

    def end(self, done: int, carry: NetworkCarry) -> NetworkEnd:
        """Return where the run stands after ``done`` steps."""
        return NetworkEnd(self.first + done, carry, self.job.dt, self.made_by)


def run_in_memory(course: Course, progress: bool, check_finite: bool) -> NetworkRecording:
    """Return what happens in a network."""
    gathered, carry, done, complete = course.gatherings(course.first, course.steps), course.carry, 0, True
    began = time.perf_counter()
    try:
        with closing(_chunks(course, progress, check_finite)) as chunks:
            for after, now, pieces in chunks:
                for gathering, chunk in zip(gathered, pieces, strict=True):
                    gathering.add(chunk, done, now)
                carry, done = after, done + now
    except KeyboardInterrupt:
        complete = False
        _warn(course, done, "holds")
    seconds = {**course.provenance["seconds"], "running": time.perf_counter() - began}
    provenance = {**course.provenance, "seconds": seconds}
    return NetworkRecording(course.recordings(gathered, done, complete, provenance), provenance, complete, course.end(done, carry))


def run_to_disk(course: Course, folder: Path, progress: bool, check_finite: bool) -> NetworkRecording:
    """Write what happens in a network into a folder while it happens, and return it as it can be read from there."""
    stream = Stream(
        folder, course.recordings(course.gatherings(course.first, course.steps), 0, True, {}), course.first, course.steps, course.provenance
    )
    piece = _Piece(course, stream)
    piece.write()
    company = processes()
    company.share(folder)
    try:
        with closing(_chunks(course, progress, check_finite)) as chunks:
            for after, now, pieces in chunks:
                piece.add(after, now, pieces)
                if piece.is_due:
                    piece.write()
    except KeyboardInterrupt:
        _warn(course, piece.done, "in the folder holds")
    finally:
        piece.write()
    company.wait()
    return load(folder)


def run_beside(course: Course, folder: Path, check_finite: bool) -> NetworkRecording:
    """Run along with the process that writes into a folder, and return what it has written."""
    company = processes()
    company.share(folder)
    with suppress(KeyboardInterrupt), closing(_chunks(course, False, check_finite)) as chunks:
        for _ in chunks:
            pass
    company.wait()
    return load(folder)


class _Piece:
    """What happened since the last piece was written."""

    def __init__(self, course: Course, stream: Stream):
        self.course, self.stream = course, stream
        row = sum(member.job.row_bytes for member in course.job.members if member.job is not None)
        chunks = max(1, int(PIECE_BYTES / max(1.0, row * course.run.chunk)))
        self.room = min(course.steps, chunks * course.run.chunk)
        self.at = 0
        self._begin(0, course.carry)

    def _begin(self, done: int, carry: NetworkCarry) -> None:
        self.first, self.reached, self.began = done, (done, carry), time.monotonic()
        self.gathered, self.spikes = self.course.gatherings(self.course.first + done, self.room), 0

    @property
    def done(self) -> int:
        """How many steps of the run were made."""
        return self.reached[0]

    @property
    def is_due(self) -> bool:
        """Whether it is time to write: for the memory it takes, or for the work that would be lost."""
        full = self.done - self.first + self.course.run.chunk > self.room
        return full or _SPIKE_BYTES * self.spikes >= PIECE_BYTES or time.monotonic() - self.began >= _PIECE_SECONDS

    def add(self, carry: NetworkCarry, now: int, chunks: tuple[Chunk, ...]) -> None:
        for gathering, chunk in zip(self.gathered, chunks, strict=True):
            gathering.add(chunk, self.done - self.first, now)
            self.spikes += sum(len(steps) for steps, _ in chunk.events)
        self.reached = self.done + now, carry

    def write(self) -> None:
        done, carry = self.reached
        self.stream.write(self.course.recordings(self.gathered, done - self.first, True, {}), self.course.end(done, carry))
        self._begin(done, carry)


def _chunks(course: Course, progress: bool, check_finite: bool) -> Generator[tuple[NetworkCarry, int, tuple[Chunk, ...]], None, None]:
    """Run; yield where each chunk ends, its steps, and what came of each population."""
    job, run, carry, done = course.job, course.run, course.carry, 0
    with tqdm(total=course.steps, unit="step", unit_scale=True, disable=not progress, delay=1.0, leave=False) as bar:
        while done < course.steps:
            now = min(run.chunk, course.steps - done)
            after, chunks = run.run(carry, course.first + done, now)
            if check_finite and not is_finite(after):
                raise SimulationError(_not_finite(job, after, course.first + done, now))
            yield after, now, chunks
            carry, done = after, done + now
            bar.update(now)


def _warn(course: Course, done: int, holds: str) -> None:
    dt = course.job.dt
    warnings.warn(f"Interrupted after {done * dt:g} of {course.steps * dt:g} ms; the recording {holds} those.", stacklevel=5)


def _not_finite(job: NetworkJob, carry: NetworkCarry, first: int, steps: int) -> str:
    """Return the sentence that names the first bad population of a chunk."""
    for member, part in zip(job.members, carry.members, strict=True):
        if part is not None and not is_finite(NetworkCarry((part,), ())):
            until = (first + steps) * job.dt
            return (
                f"A state of population {member.name} is no longer a finite number at t = {until:g} ms, since some step after {first * job.dt:g} ms. "
                "Use a smaller dt, or check the weights."
            )
    raise AssertionError
