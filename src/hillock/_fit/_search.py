"""The global search: differential evolution, all members of a generation being one population of neurons.

A member is a place in the space of parameters. Each is challenged by a mixture of itself, one of the best, and two others, and replaced
if the challenger is at least as good (Price, Storn & Lampinen 2005; the mixture is "current to one of the best" of Zhang & Sanderson
2009, doi:10.1109/TEVC.2009.2014613).
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

Places = Float[np.ndarray, "members axes"]
_BEST = 0.1  # of the members, which the others are drawn to
_ALIKE = 1e-6  # spread of scores below which a search has ended


def search(
    score: Callable[[Places], Float[np.ndarray, " members"]],
    snap: Callable[[Places], Places],
    first: Places,
    generations: int,
    key: int,
) -> tuple[Places, Float[np.ndarray, " members"]]:
    """Return the members of the last generation and their scores, the best (lowest) first.

    Args:
        score: of many members at once; infinite for one that cannot be.
        snap: moves members to where they may be.
        first: the members to start from.
        generations: how many, at most.
        key: names the random numbers.

    """
    rng = np.random.default_rng(key)
    members, scores = snap(first), score(snap(first))
    n, axes = members.shape
    best = max(2, round(_BEST * n))
    for _ in range(generations):
        order = np.argsort(scores, kind="stable")
        leaders = members[rng.choice(order[:best], n)]
        one, two = (members[rng.permutation(n)] for _ in range(2))
        weight = rng.uniform(0.3, 0.9, (n, 1))
        mixed = members + weight * (leaders - members) + weight * (one - two)
        outside = (mixed < 0) | (mixed > 1)
        mixed = np.where(outside, (members + np.clip(mixed, 0, 1)) / 2, mixed)  # half the way to the border, so that none gather there
        crossed = rng.random((n, axes)) < rng.choice([0.5, 0.9, 1.0], (n, 1))
        crossed[np.arange(n), rng.integers(axes, size=n)] = True
        challengers = snap(np.where(crossed, mixed, members))
        theirs = score(challengers)
        wins = theirs <= scores
        members, scores = np.where(wins[:, None], challengers, members), np.where(wins, theirs, scores)
        if np.isfinite(scores).all() and np.ptp(scores) < _ALIKE:
            break
    order = np.argsort(scores, kind="stable")
    return members[order], scores[order]
