"""Every source to every target."""

import equinox as eqx
import numpy as np

from hillock.connections._base import AbstractRule, Piece, Rows, ranges, skip_self
from hillock.connections._draws import Draws


class AllToAll(AbstractRule):
    """One synapse from every source to every target.

    >>> from hillock.connections import AllToAll
    >>> AllToAll(autapses=False).synapses(100, 100, same=True)
    9900.0
    """

    autapses: bool = eqx.field(static=True, default=True)
    """Whether a neuron is joined to itself."""

    def check(self, n_source: int, n_target: int, same: bool, where: str) -> None:
        """Do nothing: there is no size that it does not fit."""

    def synapses(self, n_source: int, n_target: int, same: bool) -> float:
        return float(n_source * (n_target - (same and not self.autapses)))

    def rows(self, n_source: int, n_target: int, same: bool, draws: Draws) -> Rows:
        skips = same and not self.autapses
        width = n_target - skips
        pieces = ranges(n_source, width)

        def make(k: int) -> Piece:
            begin, end = pieces[k]
            counts = np.full(end - begin, width, np.int64)
            targets = np.tile(np.arange(width, dtype=np.int32), end - begin)
            return Piece(counts, skip_self(begin, counts, targets) if skips else targets, None)

        return Rows(pieces, np.full(n_source, width, np.int64), make)
