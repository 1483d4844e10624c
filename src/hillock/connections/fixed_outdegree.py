"""The same number of synapses from every source."""

import equinox as eqx
import numpy as np

from hillock.connections._base import AbstractRule, Rows, require_at_most
from hillock.connections._by_source import rows_of_counts
from hillock.connections._draws import Draws
from hillock.connections._fields import count


class FixedOutdegree(AbstractRule):
    """Every source has k synapses, to targets drawn uniformly.

    With multapses every synapse is drawn on its own and a target may be drawn again; without, a source has k different targets, all sets of k
    being equally likely.

    >>> from hillock.connections import FixedOutdegree
    >>> FixedOutdegree(80, multapses=False)
    FixedOutdegree(k=80, multapses=False)
    """

    k: int = count("synapses of each source")
    autapses: bool = eqx.field(static=True, default=True)
    """Whether a neuron may be joined to itself."""
    multapses: bool = eqx.field(static=True, default=True)
    """Whether a pair may have several synapses."""

    def check(self, n_source: int, n_target: int, same: bool, where: str) -> None:
        possible = n_target - (same and not self.autapses)
        if not self.multapses and n_source:
            remedy = "Lower k, or allow multapses."
            require_at_most(possible, self.k, f"{where}: FixedOutdegree.k", "the number of possible targets of a neuron", remedy)
        elif possible == 0 and n_source:
            require_at_most(0, self.k, f"{where}: FixedOutdegree.k", "since no neuron has a possible target", "Set k = 0, or allow autapses.")

    def synapses(self, n_source: int, n_target: int, same: bool) -> float:
        return float(self.k * n_source)

    def rows(self, n_source: int, n_target: int, same: bool, draws: Draws) -> Rows:
        return rows_of_counts(np.full(n_source, self.k, np.int64), n_target, same and not self.autapses, self.multapses, draws)
