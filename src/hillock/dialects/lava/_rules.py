"""What Lava's neurons in floating point share: two leaky sums. There is no time in them, dt only names the steps."""

from typing import NamedTuple

from hillock._arithmetic import rounded
from hillock._types import Scalar


class Kept(NamedTuple):
    """The parts of current and voltage that a step leaves."""

    u: Scalar
    v: Scalar


def kept(du: Scalar, dv: Scalar) -> Kept:
    """Return what the decays du and dv leave."""
    return Kept(1.0 - du, 1.0 - dv)


def current(prepared: Kept, u: Scalar, a_in: Scalar) -> Scalar:
    """Return the current one step later."""
    return rounded(u * prepared.u) + a_in


def voltage(prepared: Kept, v: Scalar, u: Scalar, bias: Scalar) -> Scalar:
    """Return the voltage one step later, under the new current."""
    return rounded(v * prepared.v) + u + bias
