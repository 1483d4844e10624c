"""What Spyx's neurons share: a subtraction for the spike that the old potential makes."""

from hillock._arithmetic import rounded
from hillock._types import Scalar, Spike


def flowed(beta: Scalar, v: Scalar, i: Scalar, spike: Spike, threshold: Scalar) -> Scalar:
    """Return the potential one step later: decayed, driven, and lowered if the old one was above threshold."""
    return rounded(beta * v) + i - rounded(spike * threshold)
