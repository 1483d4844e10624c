"""A whole projection as one sparse matrix."""

from typing import Any

import numpy as np

from hillock._threads import in_parallel
from hillock.connections._base import AbstractRule, Piece
from hillock.connections._draws import Draws


def realised(rule: AbstractRule, n_source: int, n_target: int, *, same: bool = False, draws: Draws, threads: int = 1) -> Any:
    """Return how many synapses join each source (row) to each target (column), as a ``scipy.sparse.csr_array``.

    Args:
        rule: what joins them.
        n_source, n_target: sizes of the populations.
        same: whether they are one population.
        draws: where the random numbers come from.
        threads: how many pieces are made at once; the result is the same.

    Raises:
        ParameterError: populations of these sizes cannot be joined by this rule.

    """
    from scipy import sparse  # noqa: PLC0415 - takes 0.3 s, and the rest of the package does without it

    rule.check(n_source, n_target, same, "realised")
    rows = rule.rows(n_source, n_target, same, draws)
    pieces: list[Piece | None] = [None] * len(rows.pieces)

    def make(k: int) -> None:
        pieces[k] = rows.piece(k)

    in_parallel([lambda k=k: make(k) for k in range(len(pieces))], threads)
    made = [piece for piece in pieces if piece is not None]
    counts = np.concatenate([np.zeros(1, np.int64), *(piece.counts for piece in made)])
    targets = np.concatenate([np.empty(0, np.int32), *(piece.targets for piece in made)])
    matrix = sparse.csr_array((np.ones(len(targets), np.int64), targets, np.cumsum(counts)), shape=(n_source, n_target))
    matrix.sum_duplicates()
    return matrix
