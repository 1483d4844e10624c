"""Long traces, thinned to what a picture can show: the extremes of each column of pixels stay."""

import numpy as np
from jaxtyping import Float

_COLUMNS = 4000


def thin(t: Float[np.ndarray, " rows"], y: Float[np.ndarray, " rows"]) -> tuple[Float[np.ndarray, " kept"], Float[np.ndarray, " kept"]]:
    """Return a trace with at most four rows per column of a picture: first, lowest, highest, last."""
    size = len(t) // _COLUMNS
    if size <= 4:
        return t, y
    whole = len(t) // size * size
    columns = np.asarray(y[:whole]).reshape(-1, size)
    ends = np.stack([np.zeros(len(columns), int), np.full(len(columns), size - 1)], axis=1)
    inside = np.concatenate([np.argmin(columns, axis=1)[:, None], np.argmax(columns, axis=1)[:, None], ends], axis=1)
    kept = np.sort(inside, axis=1) + size * np.arange(len(columns))[:, None]
    rows = np.unique(np.concatenate([kept.ravel(), np.arange(whole, len(t))]))
    return t[rows], y[rows]
