"""What a connection rule is: sizes of two populations in, rows of synapses out."""

import dataclasses
from abc import abstractmethod
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Int32, Int64, Integer

from hillock._param import ParameterError, Parametrized, options
from hillock.connections._draws import Draws

PIECE = 2**20
"""Synapses that are made at once: enough for the work to outweigh Python's part in it, few enough for the cache."""


class Piece(NamedTuple):
    """The synapses of a range of sources, source by source."""

    counts: Int64[np.ndarray, " sources"]
    """How many synapses each source has."""
    targets: Int32[np.ndarray, " synapses"]
    """Their targets, ascending within each source."""
    order: Int64[np.ndarray, " synapses"] | None
    """Which of the user's synapses each one is, where a rule lists them."""


@dataclasses.dataclass(frozen=True)
class Rows:
    """The synapses of a projection, made piece by piece.

    The pieces are fixed by the rule and the sizes alone. They may be made in any order and by several threads at once, and are the same each time.
    """

    pieces: list[tuple[int, int]]
    """First and last plus one source of each piece; together they are all sources, in order."""
    counts: Int64[np.ndarray, " sources"] | None
    """How many synapses each source has, where that is known before the pieces are made."""
    make: Callable[[int], Piece] = dataclasses.field(repr=False)

    def piece(self, k: int) -> Piece:
        """Return the synapses of the k-th range of sources."""
        return self.make(k)


class AbstractRule(Parametrized):
    """Which neurons of one population are joined to which of another.

    ``same`` says that both are one population, so that a neuron can be joined to itself (an autapse). Several synapses between
    one pair of neurons are multapses.
    """

    def __check_init__(self):
        for name, default in options(type(self)).items():
            value = getattr(self, name)
            if isinstance(default, bool) and not isinstance(value, bool):
                raise ParameterError(f"{type(self).__name__}.{name} must be True or False, got {value!r}.")

    @abstractmethod
    def check(self, n_source: int, n_target: int, same: bool, where: str) -> None:
        """Raise ParameterError if populations of these sizes cannot be joined by this rule; ``where`` is what the message calls the projection."""

    @abstractmethod
    def synapses(self, n_source: int, n_target: int, same: bool) -> float:
        """Return how many synapses it comes to, or the expected number where that is left to chance; takes no time."""

    @abstractmethod
    def rows(self, n_source: int, n_target: int, same: bool, draws: Draws) -> Rows:
        """Return the synapses, for sizes that passed ``check``."""


def ranges(n_source: int, per_source: float) -> list[tuple[int, int]]:
    """Return ranges of sources with about ``PIECE`` synapses each."""
    size = int(min(max(PIECE / max(per_source, 1.0), 1.0), PIECE))
    return [(begin, min(begin + size, n_source)) for begin in range(0, n_source, size)]


def require_at_most(most: int, value: int, what: str, of: str, remedy: str) -> None:
    """Raise ParameterError if a number of synapses is larger than what there is room for."""
    if value > most:
        raise ParameterError(f"{what} must be ≤ {most}, {of}, got {value}. {remedy}")


def split(pairs: Integer[np.ndarray, " synapses"], sources: int, width: int) -> tuple[Int64[np.ndarray, " sources"], Int32[np.ndarray, " synapses"]]:
    """Return counts and targets of ascending pairs, numbered source·width + target."""
    rows = np.arange(sources + 1) * width
    ends = np.searchsorted(pairs, rows[1:].astype(pairs.dtype))
    counts = np.diff(ends, prepend=0)
    return counts, (pairs - np.repeat(rows[:-1].astype(pairs.dtype), counts)).astype(np.int32)


def skip_self(begin: int, counts: Int64[np.ndarray, " sources"], targets: Int32[np.ndarray, " synapses"]) -> Int32[np.ndarray, " synapses"]:
    """Return targets drawn from all neurons but the source itself, given as numbers that leave no gap for it."""
    source = np.repeat(np.arange(begin, begin + len(counts), dtype=np.int32), counts)
    return targets + (targets >= source)
