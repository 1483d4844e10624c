"""Each source to the target of the same number."""

import numpy as np

from hillock._param import ParameterError
from hillock.connections._base import AbstractRule, Piece, Rows, ranges
from hillock.connections._draws import Draws


class OneToOne(AbstractRule):
    """One synapse from source k to target k.

    Limits: both populations have the same size.

    >>> from hillock.connections import OneToOne
    >>> OneToOne().synapses(100, 100, same=False)
    100.0
    """

    def check(self, n_source: int, n_target: int, same: bool, where: str) -> None:
        if n_source != n_target:
            raise ParameterError(
                f"{where}: OneToOne needs as many targets as sources, got {n_source} sources and {n_target} targets. "
                "Use populations of one size, or Explicit(sources, targets)."
            )

    def synapses(self, n_source: int, n_target: int, same: bool) -> float:
        return float(n_source)

    def rows(self, n_source: int, n_target: int, same: bool, draws: Draws) -> Rows:
        pieces = ranges(n_source, 1.0)

        def make(k: int) -> Piece:
            begin, end = pieces[k]
            return Piece(np.ones(end - begin, np.int64), np.arange(begin, end, dtype=np.int32), None)

        return Rows(pieces, np.ones(n_source, np.int64), make)
