"""How many spikes of a model fall on those of a recording: the coincidence factor Γ, by which the INCF competition ranked models."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from hillock._param import as_number
from hillock._time import milliseconds

SpikeTimes = Sequence[float] | Float[np.ndarray, "..."]
"""Times of one neuron's spikes (ms)."""


def coincidence_factor(recorded: SpikeTimes, modelled: SpikeTimes, *, duration: float | str, precision: float | str = 4.0) -> float:
    """Return the coincidence factor Γ of a model's spikes with recorded ones.

    It is::

        Γ = (n_coinc - <n_coinc>) / ((n_recorded + n_modelled) / 2) / (1 - 2 ν Δ),    <n_coinc> = 2 ν Δ n_recorded

    A recorded spike coincides if a spike of the model, that is no other's yet, is within ±Δ; <n_coinc> is how many coincide by chance with a
    Poisson train of the model's rate ν. Γ is 1 for the same train, 0 on average for a Poisson train, and negative for one that avoids the
    recorded spikes. The competition divided it by the Γ of repeated recordings with each other; here it is not divided.

    Args:
        recorded, modelled: spike times (ms), in any order.
        duration: ms, of the stretch in which all of them lie; the rate needs it.
        precision: Δ (ms); 4 ms in the competition.

    Raises:
        ValueError: no spike was recorded, times are no numbers, or the model fires so fast that any spike coincides.

    References: Kistler, Gerstner & van Hemmen (1997), Neural Comput. 9:1015, doi:10.1162/neco.1997.9.5.1015; Jolivet et al. (2008), J. Neurosci.
    Methods 169:417, doi:10.1016/j.jneumeth.2007.11.006; the competition: Naud, Berger, Badel, Roth & Gerstner (2009), Neuroinformatics 2009, and
    Gerstner & Naud (2009), Science 326:379, doi:10.1126/science.1181936.

    >>> coincidence_factor([10, 50, 90], [11, 53, 70], duration=100)  # (2 - 0.72)/3/0.76
    0.5614...

    """
    length, delta = milliseconds(duration, "duration"), milliseconds(precision, "precision")
    if not (0 < length < np.inf and 0 < delta < np.inf):
        raise ValueError(f"coincidence_factor needs duration > 0 ms and precision > 0 ms, got {length:g} ms and {delta:g} ms.")
    theirs, ours = _times(recorded, "recorded"), _times(modelled, "modelled")
    if not len(theirs):
        raise ValueError("coincidence_factor needs at least one recorded spike, got none. Choose a stretch in which the neuron fires.")
    by_chance = 2.0 * len(ours) / length * delta
    if by_chance >= 1.0:
        raise ValueError(
            f"At {1000 * len(ours) / length:g} Hz every spike coincides within ±{delta:g} ms by chance. Use a precision below {length / len(ours) / 2:g} ms."
        )
    excess = _coincidences(theirs, ours, delta) - by_chance * len(theirs)
    return float(excess / ((len(theirs) + len(ours)) / 2) / (1.0 - by_chance))


def _times(given: SpikeTimes, name: str) -> Float[np.ndarray, " spikes"]:
    times = np.atleast_1d(np.asarray(as_number(np.asarray(given, float) if isinstance(given, list | tuple) else given, "ms", name), float))
    if times.ndim != 1 or not np.isfinite(times).all():
        raise ValueError(f"{name} must be a list of finite spike times in ms, got {given!r}.")
    return np.sort(times)


def _coincidences(theirs: Float[np.ndarray, " a"], ours: Float[np.ndarray, " b"], delta: float) -> int:
    """Return how many pairs can be made; to pair the earliest that fit makes the most."""
    close, k = delta * (1 + 1e-9), 0  # so that times written in decimals are exactly Δ apart
    pairs = 0
    for time in theirs:
        while k < len(ours) and ours[k] < time - close:
            k += 1
        if k < len(ours) and ours[k] <= time + close:
            pairs, k = pairs + 1, k + 1
    return pairs
