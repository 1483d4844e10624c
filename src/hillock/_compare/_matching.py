"""Which spikes of two trains belong together."""

import numpy as np
from jaxtyping import Float, Int

_WRITTEN = 1e-9  # of the time: what is lost of times written in decimals


def match(
    ours: Float[np.ndarray, " a"], theirs: Float[np.ndarray, " b"], tolerance: float
) -> tuple[Int[np.ndarray, " pairs"], Int[np.ndarray, " pairs"]]:
    """Return pairs of spikes of two ascending trains, as indices into each.

    A pair is at most ``tolerance`` (ms) apart, and each of the two is the nearest spike to the other; those that are in a pair are then
    left out and the rest is paired likewise, until no two are close enough. No spike is in two pairs. Of two spikes equally near, the
    later one is taken for the first train and the earlier one for the second, so that trains half an interval apart are paired throughout.
    """
    close = tolerance + _WRITTEN * max(1.0, *(float(np.abs(train).max(initial=0.0)) for train in (ours, theirs)))
    if len(ours) == len(theirs) and (np.abs(ours - theirs) <= _WRITTEN * np.abs(ours)).all():
        return np.arange(len(ours)), np.arange(len(theirs))
    left, right = np.arange(len(ours)), np.arange(len(theirs))
    pairs: list[tuple[Int[np.ndarray, " a"], Int[np.ndarray, " b"]]] = []
    while len(left) and len(right):
        a, b = ours[left], theirs[right]
        to_b, to_a = _nearest(a, b, later=True), _nearest(b, a, later=False)
        mutual = (to_a[to_b] == np.arange(len(a))) & (np.abs(b[to_b] - a) <= close)
        if not mutual.any():
            break
        pairs.append((left[mutual], right[to_b[mutual]]))
        left, right = left[~mutual], np.delete(right, to_b[mutual])
    if not pairs:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    first, second = (np.concatenate(column) for column in zip(*pairs, strict=True))
    order = np.argsort(first)
    return first[order], second[order]


def _nearest(of: Float[np.ndarray, " n"], among: Float[np.ndarray, " m"], *, later: bool) -> Int[np.ndarray, " n"]:
    """Return the index of the nearest time for each; of two equally near, the later or the earlier."""
    after = np.clip(np.searchsorted(among, of), 0, len(among) - 1)
    before = np.maximum(after - 1, 0)
    gap_before, gap_after = np.abs(of - among[before]), np.abs(among[after] - of)
    return np.where(gap_after <= gap_before if later else gap_after < gap_before, after, before)
