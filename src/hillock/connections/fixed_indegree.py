"""The same number of synapses onto every target."""

import equinox as eqx
import numpy as np
from jaxtyping import Int64, UInt

from hillock.connections._base import PIECE, AbstractRule, Piece, Rows, require_at_most, split
from hillock.connections._draws import Draws, Purpose
from hillock.connections._fields import count
from hillock.connections._lines import Lines, with_repeats, without_repeats


class FixedIndegree(AbstractRule):
    """Every target has k synapses, from sources drawn uniformly.

    With multapses every synapse is drawn on its own and a source may be drawn again; without, a target has k different sources, all sets of k
    being equally likely.

    When: networks whose neurons all get the same number of inputs, such as Brunel's (1000 and 250).

    >>> from hillock.connections import FixedIndegree
    >>> FixedIndegree(1000, multapses=False)
    FixedIndegree(k=1000, multapses=False)

    Reference: Brunel (2000), doi:10.1023/A:1008925309027.
    """

    k: int = count("synapses of each target")
    autapses: bool = eqx.field(static=True, default=True)
    """Whether a neuron may be joined to itself."""
    multapses: bool = eqx.field(static=True, default=True)
    """Whether a pair may have several synapses."""

    def check(self, n_source: int, n_target: int, same: bool, where: str) -> None:
        possible = n_source - (same and not self.autapses)
        if not self.multapses and n_target:
            remedy = "Lower k, or allow multapses."
            require_at_most(possible, self.k, f"{where}: FixedIndegree.k", "the number of possible sources of a neuron", remedy)
        elif possible == 0 and n_target:
            require_at_most(0, self.k, f"{where}: FixedIndegree.k", "since no neuron has a possible source", "Set k = 0, or allow autapses.")

    def synapses(self, n_source: int, n_target: int, same: bool) -> float:
        return float(self.k * n_target)

    def rows(self, n_source: int, n_target: int, same: bool, draws: Draws) -> Rows:
        skips = same and not self.autapses
        pieces = _blocks(n_source, self.k * n_target)
        shares = _shares(self.k, pieces, n_target, skips, self.multapses, draws)

        def make(k: int) -> Piece:
            begin, end = pieces[k]
            draw = with_repeats if self.multapses else without_repeats
            barred = _own(pieces[k], n_target) if skips else None
            space = Lines(n_target, end - begin, by_item=True)
            pairs = draw(draws.generator(Purpose.PAIRS, k), space, shares[k].astype(np.int64), barred)
            return Piece(*split(pairs, end - begin, n_target), None)

        return Rows(pieces, None, make)


def _blocks(n_source: int, synapses: int) -> list[tuple[int, int]]:
    """Return ranges of sources of nearly equal size, with about ``PIECE`` synapses each."""
    n = max(1, min(n_source, round(synapses / PIECE)))
    ends = [n_source * (k + 1) // n for k in range(n)]
    return list(zip([0, *ends[:-1]], ends, strict=True)) if n_source else []


def _own(block: tuple[int, int], n_target: int) -> Int64[np.ndarray, " targets"]:
    """Return which source of a block each target is itself, or -1."""
    own = np.full(n_target, -1)
    own[block[0] : block[1]] = np.arange(block[1] - block[0])
    return own


def _shares(k: int, blocks: list[tuple[int, int]], n_target: int, skips: bool, multapses: bool, draws: Draws) -> list[UInt[np.ndarray, " targets"]]:
    """Return how many of the k sources of each target are in each block of sources.

    Block after block, a share is binomial (of what is still to be given, in proportion to the sources still there) or, where
    sources are different, hypergeometric. Given the shares, blocks are independent of each other: no projection is ever sorted as a whole.
    """
    left = np.full(n_target, k)
    sources = blocks[-1][1] if blocks else 0
    room = np.full(n_target, sources - skips)
    shares = []
    for index, (begin, end) in enumerate(blocks):
        here = np.full(n_target, end - begin)
        if skips:
            here[begin:end] -= 1
        generator = draws.generator(Purpose.DEGREES, index)
        if end == sources:
            share = left
        elif multapses:
            share = generator.binomial(left, here / np.maximum(room, 1))
        else:
            share = generator.hypergeometric(here, room - here, left)
        shares.append(share.astype(np.min_scalar_type(k)))
        left, room = left - share, room - here
    return shares
