"""Independent trials of one probability, of which only the successes take time."""

import math

import numpy as np
from jaxtyping import Int64


def successes(generator: np.random.Generator, trials: int, p: float) -> Int64[np.ndarray, " successes"]:
    """Return which of a number of trials succeed, ascending, each with probability p.

    From one success to the next the number of failures is geometric. It is the whole part of an exponential number times the mean
    -1/ln(1 - p), since P(E ≥ -k ln(1 - p)) = (1 - p)ᵏ.
    """
    if p <= 0.0 or trials == 0:
        return np.empty(0, np.int64)
    if p >= 1.0:
        return np.arange(trials, dtype=np.int64)
    mean, expected = -1.0 / math.log1p(-p), trials * p
    mean = min(mean, 1e300)  # times an exponential number it must not overflow
    parts, last = [], -1
    while last < trials:
        # enough in one go but once in 10⁹ times
        gaps = generator.standard_exponential(int(expected + 6.0 * math.sqrt(expected)) + 8)
        gaps *= mean
        steps = np.minimum(gaps, float(trials), out=gaps).astype(np.int64)  # a gap may be too large for a whole number
        steps += 1
        steps[0] += last
        parts.append(np.cumsum(steps, out=steps))
        last = int(steps[-1])
        expected = max(trials - 1 - last, 0) * p
    found = np.concatenate(parts) if len(parts) > 1 else parts[0]
    return found[: np.searchsorted(found, trials)]
