"""What NEURON's artificial cells share: potentials without a unit, and where they fire."""

from typing import NamedTuple

from hillock._types import Scalar

THRESHOLD = 1.0


class Potential(NamedTuple):
    """Potential, which NEURON calls m."""

    v: Scalar
