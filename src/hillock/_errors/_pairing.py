"""Which spikes of a run and of its solution are the same spike.

Each neuron's spikes are paired in order. Two belong together if each is the nearest to the other; with a small dt that is all. An error of every
interval adds up, though, and a regular neuron is late by half an interval in the end: nearness alone would then take a spike for the next one, and
report an error that never exceeds half an interval. So what the last pair was late by is taken off before nearness is judged. Where that pairs fewer
spikes, such as in bursts far apart, of which each begins anew, spikes are paired by nearness alone.
"""

import numpy as np
from jaxtyping import Float, Int

Pairs = tuple[Int[np.ndarray, " pairs"], Int[np.ndarray, " pairs"]]


def pair(truth: Float[np.ndarray, " a"], ours: Float[np.ndarray, " b"]) -> Pairs:
    """Return the pairs of two ascending trains, as indices into each."""
    following, nearest = (_pairs(truth, ours, follow=follow) for follow in (True, False))
    return nearest if len(nearest[0]) > len(following[0]) else following


def _pairs(truth: Float[np.ndarray, " a"], ours: Float[np.ndarray, " b"], *, follow: bool) -> Pairs:
    a, b = [*truth.tolist(), np.inf], [*ours.tolist(), np.inf]
    i = j = 0
    lag, pairs = 0.0, []
    while i < len(truth) and j < len(ours):
        expected = a[i] + lag
        gap = abs(expected - b[j])
        if abs(a[i + 1] + lag - b[j]) < gap:
            i += 1
        elif abs(expected - b[j + 1]) < gap:
            j += 1
        else:
            pairs.append((i, j))
            lag = b[j] - a[i] if follow else 0.0
            i, j = i + 1, j + 1
    first, second = np.array(pairs, np.int64).reshape(-1, 2).T
    return first, second
