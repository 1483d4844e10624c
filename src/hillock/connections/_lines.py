"""Random items for many lines at once: targets for a range of sources, or sources for all targets.

A pair of line and item is one whole number, so that drawing, sorting and finding what was drawn twice are operations on flat arrays.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int, Integer

Numbers = Integer[np.ndarray, " _"]


class Lines(NamedTuple):
    """How pairs are numbered: line·items + item, or item·lines + line where sorted pairs are wanted by item."""

    lines: int
    items: int
    by_item: bool = False

    @property
    def dtype(self) -> type:
        """Type of the numbers; the shorter ones are sorted twice as fast."""
        return np.uint32 if self.lines * self.items < 2**32 else np.int64

    def pairs(self, line: Numbers, item: Numbers) -> Numbers:
        """Return the numbers of pairs."""
        line, item = line.astype(self.dtype, copy=False), item.astype(self.dtype, copy=False)
        return item * self.dtype(self.lines) + line if self.by_item else line * self.dtype(self.items) + item

    def lines_of(self, pairs: Numbers) -> Numbers:
        """Return the line of each pair."""
        return pairs % self.dtype(self.lines) if self.by_item else pairs // self.dtype(self.items)

    def items_of(self, pairs: Numbers) -> Numbers:
        """Return the item of each pair."""
        return pairs // self.dtype(self.lines) if self.by_item else pairs % self.dtype(self.items)


def with_repeats(
    generator: np.random.Generator, space: Lines, counts: Int[np.ndarray, " lines"], barred: Int[np.ndarray, " lines"] | None
) -> Numbers:
    """Return pairs, sorted: ``counts`` items for each line, independent and uniform over all but the barred one.

    Args:
        generator: where the random numbers come from.
        space: how many lines and items there are.
        counts: items per line.
        barred: the item that each line may not have, or -1.

    """
    line = np.repeat(np.arange(space.lines, dtype=np.uint32), counts)
    item = generator.integers(0, max(space.items, 1), len(line), dtype=np.uint32)
    if barred is not None:
        wrong = np.flatnonzero(item == barred[line])
        while wrong.size:
            item[wrong] = generator.integers(0, space.items, len(wrong), dtype=np.uint32)
            wrong = wrong[item[wrong] == barred[line[wrong]]]
    pairs = space.pairs(line, item)
    pairs.sort()
    return pairs


def without_repeats(
    generator: np.random.Generator, space: Lines, counts: Int[np.ndarray, " lines"], barred: Int[np.ndarray, " lines"] | None
) -> Numbers:
    """Return pairs, sorted: for each line a set of ``counts`` items, all sets being equally likely; arguments as in ``with_repeats``.

    Where more than half of the items are wanted, those not wanted are drawn.
    """
    room = space.items - (barred >= 0).astype(int) if barred is not None else np.full(space.lines, space.items)
    dense = 2 * counts > room
    pairs = _few(generator, space, np.where(dense, room - counts, counts), barred)
    if not dense.any():
        return pairs
    line, item = space.lines_of(pairs), space.items_of(pairs)
    inverted = dense[line]
    free = np.ones((np.count_nonzero(dense), space.items), bool)
    free[(np.cumsum(dense) - 1)[line[inverted]], item[inverted]] = False
    if barred is not None:
        own = barred[dense]
        free[np.flatnonzero(own >= 0), own[own >= 0]] = False
    row, others = np.nonzero(free)
    return np.sort(np.concatenate([pairs[~inverted], space.pairs(np.flatnonzero(dense)[row], others)]))


def _few(generator: np.random.Generator, space: Lines, counts: Int[np.ndarray, " lines"], barred: Int[np.ndarray, " lines"] | None) -> Numbers:
    """Draw again what was drawn before, until each line has its number.

    No item is preferred by this, so that all sets are equally likely. At most half of the items are wanted: each draw is new with probability
    1/2 or more.
    """
    drawn = with_repeats(generator, space, counts, barred)
    first = _first(drawn)
    kept, short = drawn[first], space.lines_of(drawn[~first])
    added = np.empty(0, kept.dtype)
    while short.size:
        more = space.pairs(short, generator.integers(0, space.items, len(short), dtype=np.uint32))
        more.sort()
        fresh = _first(more) & ~_contains(kept, more) & ~_contains(added, more)
        if barred is not None:
            fresh &= space.items_of(more) != barred[space.lines_of(more)]
        added = np.insert(added, np.searchsorted(added, more[fresh]), more[fresh])
        short = space.lines_of(more[~fresh])
    return np.insert(kept, np.searchsorted(kept, added), added)


def _first(ascending: Numbers) -> Bool[np.ndarray, " _"]:
    """Return whether each number differs from the one before."""
    first = np.ones(len(ascending), bool)
    np.not_equal(ascending[1:], ascending[:-1], out=first[1:])
    return first


def _contains(ascending: Numbers, wanted: Numbers) -> Bool[np.ndarray, " _"]:
    """Return whether each wanted number is among the others."""
    if not len(ascending):
        return np.zeros(len(wanted), bool)
    at = np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)
    return ascending[at] == wanted
