"""Where neurons nearly missed the threshold, or nearly reached it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int


class Grazing(NamedTuple):
    """Where neurons nearly missed the threshold, or nearly reached it: there a spike more or less is a matter of rounding.

    Attributes:
        times: ms.
        neurons: which.
        excess: by how much the maximum fell short of the threshold (< 0), or would have overshot it (> 0, a spike), in units of v.

    """

    times: Float[np.ndarray, " events"]
    neurons: Int[np.ndarray, " events"]
    excess: Float[np.ndarray, " events"]

    @classmethod
    def at(cls, steps: np.ndarray, offsets: np.ndarray, neurons: np.ndarray, excess: np.ndarray, dt: float) -> "Grazing":
        """Return events given by steps of ``dt`` and times within them (ms)."""
        return cls(steps * dt + offsets, neurons, excess)

    @classmethod
    def joined(cls, parts: Sequence["Grazing"]) -> "Grazing":
        """Return the events of several stretches of a run."""
        return cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
