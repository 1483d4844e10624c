"""Rows of synapses that are already in memory."""

import numpy as np
from jaxtyping import Int32, Int64

from hillock.connections._base import Piece, Rows, ranges


def rows_of_list(counts: Int64[np.ndarray, " sources"], targets: Int32[np.ndarray, " synapses"], order: Int64[np.ndarray, " synapses"]) -> Rows:
    """Return rows of synapses that are sorted by source and target; ``order`` says which of the user's each one is."""
    pieces = ranges(len(counts), len(targets) / max(len(counts), 1))
    starts = np.concatenate([[0], np.cumsum(counts)])

    def make(k: int) -> Piece:
        begin, end = pieces[k]
        part = slice(starts[begin], starts[end])
        return Piece(counts[begin:end], targets[part], order[part])

    return Rows(pieces, counts, make)
