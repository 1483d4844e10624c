"""A number of synapses for the whole projection."""

import equinox as eqx
import numpy as np
from jaxtyping import Int64

from hillock.connections._base import AbstractRule, Rows, require_at_most
from hillock.connections._by_source import rows_of_counts
from hillock.connections._draws import Draws, Purpose
from hillock.connections._fields import count


class FixedTotal(AbstractRule):
    """n synapses, each between a source and a target drawn uniformly.

    With multapses the synapses are independent, so that degrees are multinomial; without, n different pairs are drawn, all sets of n being equally
    likely.

    When: the cortical microcircuit of Potjans & Diesmann, whose projections have given numbers of synapses.

    >>> from hillock.connections import FixedTotal
    >>> FixedTotal(10_000, autapses=False)
    FixedTotal(n=10000, autapses=False)

    Reference: Potjans & Diesmann (2014), doi:10.1093/cercor/bhs358; Senk et al. (2022), doi:10.1371/journal.pcbi.1010086, "random, fixed total
    number".
    """

    n: int = count("synapses of the projection")
    autapses: bool = eqx.field(static=True, default=True)
    """Whether a neuron may be joined to itself."""
    multapses: bool = eqx.field(static=True, default=True)
    """Whether a pair may have several synapses."""

    def check(self, n_source: int, n_target: int, same: bool, where: str) -> None:
        possible = n_source * (n_target - (same and not self.autapses))
        if not self.multapses:
            require_at_most(possible, self.n, f"{where}: FixedTotal.n", "the number of possible pairs", "Lower n, or allow multapses.")
        elif possible == 0:
            require_at_most(0, self.n, f"{where}: FixedTotal.n", "since no pair is possible", "Set n = 0, or allow autapses.")

    def synapses(self, n_source: int, n_target: int, same: bool) -> float:
        return float(self.n)

    def rows(self, n_source: int, n_target: int, same: bool, draws: Draws) -> Rows:
        skips = same and not self.autapses
        generator = draws.generator(Purpose.DEGREES, 0)
        if self.n == 0 or n_source == 0:
            counts = np.zeros(n_source, np.int64)
        elif self.multapses:
            counts = generator.multinomial(self.n, np.full(n_source, 1.0 / n_source))
        else:
            counts = _distinct_per_source(generator, self.n, n_source, n_target - skips)
        return rows_of_counts(counts, n_target, skips, self.multapses, draws)


def _distinct_per_source(generator: np.random.Generator, n: int, n_source: int, width: int) -> Int64[np.ndarray, " sources"]:
    """Return how many of n different pairs, drawn uniformly, each source has: a multivariate hypergeometric number.

    With each pair drawn independently with probability n/pairs, the drawn set is uniform among those of its size. Taking away,
    or adding, uniformly drawn pairs until there are n keeps it so. NumPy's own generator takes populations below 10⁹ only.
    """
    counts = generator.binomial(width, n / (n_source * width), n_source)
    surplus = int(counts.sum()) - n
    urn = counts if surplus > 0 else width - counts  # from where to take: pairs drawn, or pairs not drawn
    taken = generator.choice(int(urn.sum()), abs(surplus), replace=False, shuffle=False)
    owners = np.searchsorted(np.cumsum(urn), taken, side="right")
    return counts - np.sign(surplus) * np.bincount(owners, minlength=n_source)
