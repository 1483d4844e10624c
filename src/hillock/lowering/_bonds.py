"""Lanes that look at each other's numbers after every step."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int


class Bonds(NamedTuple):
    """Bonds from the lanes of one group to those of another.

    Attributes:
        source, target: the groups.
        port: of the target, at which what is felt arrives: for each bond its strength times how far the source's number is from the target's.
        ends: where the bonds of each target lane end in the following, which are ordered by target.
        sources: lanes.
        strengths: of each.

    """

    source: int
    target: int
    port: int
    ends: Int[np.ndarray, " ends"]
    sources: Int[np.ndarray, " bonds"]
    strengths: Float[np.ndarray, " bonds"]

    def of_lanes(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return ends, sources and strengths of the bonds of some target lanes, of which there may be fewer."""
        ends = self.ends[np.minimum(np.arange(first, last + 1), len(self.ends) - 1)]
        part = slice(int(ends[0]), int(ends[-1]))
        return (ends - ends[0]).astype(np.uint32), self.sources[part].astype(np.uint32), np.ascontiguousarray(self.strengths[part])


class Views:
    """Copies of the numbers that others look at, for each group that is looked at: two, by turns."""

    def __init__(self, seen: Mapping[int, np.ndarray]):
        self.seen = seen
        self.copies = {g: np.zeros((2, len(column)), column.dtype) for g, column in seen.items()}

    def begin(self, first: int) -> None:
        """Show the numbers as they are before the first step."""
        for g, column in self.seen.items():
            self.copies[g][(first + 1) % 2] = column

    def words(self, g: int, first: int, last: int) -> Sequence[int]:
        """Return what the loop wants to know of some lanes of a group: see ``Group`` in ``_words``, from SEEN on."""
        column, copies = self.seen[g], self.copies[g]
        unit = column.dtype.itemsize // 4
        return column.ctypes.data, copies.ctypes.data, copies.shape[1] * unit, first * unit, last * unit
