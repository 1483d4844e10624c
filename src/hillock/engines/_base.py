"""What an engine is: something that runs the step of a population for a number of steps.

An engine is handed a ``Job`` (what to run, the same for the whole run), makes everything ready for it, and advances a ``Carry`` (where it
stands). It never looks at the clock, the disk or the user; chunks, progress and checkpoints are the caller's.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import equinox as eqx
import numpy as np
from jaxtyping import Float, Int

from hillock._param import Parametrized, param
from hillock._types import Param, Tree
from hillock.dialects import AbstractStep
from hillock.random import Key
from hillock.stimuli import AbstractStimulus
from hillock.surrogates import AbstractSurrogate


class Feed(Parametrized):
    """Spikes from outside that arrive at one port of a neuron, as a stimulus whose value is how many there are in a step."""

    spikes: AbstractStimulus
    weight: Param = param(unit="1", doc="what each adds, in the unit of the port")
    port: int = eqx.field(static=True, default=0)


@dataclass(frozen=True)
class Job:
    """Everything about a run that does not change during it.

    Attributes:
        step: one neuron's step; parameters hold one value, or one per neuron on their last axis.
        stimulus: one neuron's input, likewise.
        neurons: how many.
        dt: ms.
        key: names the random numbers.
        dtype: of states and traces, ``"float32"`` or ``"float64"``.
        record: names to record, ``"i"`` being the input.
        every: record every so many steps; row j is the state after step (j + 1)·every - 1.
        of: the neurons whose traces are recorded, ascending; None for all.
        surrogate: the threshold test.
        feeds: what arrives from outside.
        first_neuron: by which number random numbers know the first neuron; in a network no two neurons have the same.

    """

    step: AbstractStep
    stimulus: AbstractStimulus
    neurons: int
    dt: float
    key: Key
    dtype: str
    record: tuple[str, ...]
    every: int
    of: tuple[int, ...] | None
    surrogate: AbstractSurrogate
    feeds: tuple[Feed, ...] = ()
    first_neuron: int = 0

    @property
    def columns(self) -> int:
        """Neurons whose traces are recorded."""
        return self.neurons if self.of is None else len(self.of)

    @property
    def row_bytes(self) -> float:
        """Bytes of traces per step."""
        return self.columns * len(self.record) * np.dtype(self.dtype).itemsize / self.every


class Carry(NamedTuple):
    """All that one step hands to the next, for a whole population: arrays of (neurons, ...)."""

    state: Tree
    stimulus: Tree
    feeds: tuple[Tree, ...] = ()


Rows = Mapping[str, Float[np.ndarray, "rows columns"]]
"""Rows of each recorded name."""


class Chunk(NamedTuple):
    """What came out of some steps, on the host.

    Attributes:
        events: pieces of (steps, neurons), one entry per spike; all pieces together are sorted by step, then neuron.
        traces: rows of each recorded name.
        offsets: for each piece, the time of each spike since the start of its step (ms); None where spikes fall on the grid.
        grazing: maxima that nearly reached the threshold, or hardly exceeded it: steps, offsets, neurons and excess.

    """

    events: Sequence[tuple[Int[np.ndarray, " spikes"], Int[np.ndarray, " spikes"]]]
    traces: Rows
    offsets: Sequence[Float[np.ndarray, " spikes"]] | None = None
    grazing: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None = None


class AbstractRun(ABC):
    """An engine with everything ready for one job.

    Attributes:
        chunk: the most steps one call of ``run`` takes; a multiple of ``job.every``.

    """

    chunk: int

    @abstractmethod
    def init(self) -> Carry:
        """Return where a run begins."""

    @abstractmethod
    def run(self, carry: Carry, start: int, steps: int, into: Rows | None = None) -> tuple[Carry, Chunk]:
        """Run ``steps`` ≤ ``chunk`` steps, the first being step ``start`` (a multiple of ``job.every``).

        What is in the chunk may be overwritten by the next call, and what is carried by the next but one. ``into`` is where the rows of traces
        belong; they may be put there at once, and are then the traces of the chunk.
        """


class AbstractEngine(eqx.Module):
    """A way to run steps."""

    name: ClassVar[str]

    @abstractmethod
    def open(self, job: Job) -> AbstractRun:
        """Return the run of a job, its code compiled and its constants computed."""

    @abstractmethod
    def chunk(self, job: Job) -> int:
        """Return the most steps of a job that are run at once."""

    @abstractmethod
    def bytes_per_neuron(self, job: Job, variables: int) -> float:
        """Return the memory that a run takes for each neuron besides its result, where a neuron has so many bytes of variables."""
