"""Uniform targets for sources whose numbers of synapses are known."""

import numpy as np
from jaxtyping import Int64

from hillock.connections._base import Piece, Rows, ranges, skip_self, split
from hillock.connections._draws import Draws, Purpose
from hillock.connections._lines import Lines, with_repeats, without_repeats


def rows_of_counts(counts: Int64[np.ndarray, " sources"], n_target: int, skips: bool, multapses: bool, draws: Draws) -> Rows:
    """Return rows of the given lengths.

    Args:
        counts: how many synapses each source has.
        n_target: how many targets there are.
        skips: whether a neuron may not be joined to itself.
        multapses: whether a target may be drawn again.
        draws: where the random numbers come from.

    """
    width = n_target - skips
    pieces = ranges(len(counts), float(counts.mean()) if len(counts) else 0.0)

    def make(k: int) -> Piece:
        begin, end = pieces[k]
        draw = with_repeats if multapses else without_repeats
        pairs = draw(draws.generator(Purpose.PAIRS, k), Lines(end - begin, width), counts[begin:end], None)
        lengths, targets = split(pairs, end - begin, width)
        return Piece(lengths, skip_self(begin, lengths, targets) if skips else targets, None)

    return Rows(pieces, counts, make)
