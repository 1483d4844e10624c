"""Every pair with the same probability."""

import equinox as eqx

from hillock.connections._base import AbstractRule, Piece, Rows, ranges, skip_self, split
from hillock.connections._bernoulli import successes
from hillock.connections._draws import Draws, Purpose
from hillock.connections._fields import number


class FixedProbability(AbstractRule):
    """Every pair of source and target is joined with probability p, independently of all others.

    Degrees are binomial: the in-degree has the mean p·n_source and the variance p (1 - p) n_source. There are no multapses.

    When: random networks after Erdős & Rényi, such as those of Vogels & Abbott (p = 0.02). Where each neuron must get the same number of
    inputs, FixedIndegree.

    >>> from hillock.connections import FixedProbability
    >>> FixedProbability(0.02).synapses(3200, 4000, same=False)
    256000.0

    Reference: Gilbert (1959), Ann. Math. Stat. 30:1141; Vogels & Abbott (2005), J. Neurosci. 25:10786.
    """

    p: float = number("probability of each pair", low=0.0, high=1.0)
    autapses: bool = eqx.field(static=True, default=True)
    """Whether a neuron may be joined to itself."""

    def check(self, n_source: int, n_target: int, same: bool, where: str) -> None:
        """Do nothing: there is no size that it does not fit."""

    def synapses(self, n_source: int, n_target: int, same: bool) -> float:
        return self.p * n_source * (n_target - (same and not self.autapses))

    def rows(self, n_source: int, n_target: int, same: bool, draws: Draws) -> Rows:
        skips = same and not self.autapses
        width = n_target - skips
        pieces = ranges(n_source, self.p * width)

        def make(k: int) -> Piece:
            begin, end = pieces[k]
            pairs = successes(draws.generator(Purpose.PAIRS, k), (end - begin) * width, self.p)
            counts, targets = split(pairs, end - begin, width)
            return Piece(counts, skip_self(begin, counts, targets) if skips else targets, None)

        return Rows(pieces, None, make)
