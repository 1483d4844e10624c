"""Random numbers of a network, named by what they are for: the same for any number of threads and any order in which they are drawn."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

_WORD = 2**64
_PURPOSES = 2**8


class Purpose(IntEnum):
    """What random numbers of a projection are for; each has numbers of its own."""

    PAIRS = 0
    """Which pairs of neurons are joined."""
    DEGREES = 1
    """How many synapses the neurons, or blocks of neurons, get."""
    WEIGHTS = 2
    DELAYS = 3


class Draws(NamedTuple):
    """The random numbers of one projection.

    They come from NumPy's Philox4x64-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405). Seed, stream and purpose are its key; the piece is
    the high word of its counter, so that pieces have 2¹⁹² blocks of four words each and never overlap. Its bits are the same on every machine; what NumPy
    makes of them (normal numbers, binomial ones) is the same for one version of NumPy.
    """

    seed: int
    """Of the network: 0 ≤ seed < 2⁶⁴."""
    stream: int
    """One per projection: 0 ≤ stream < 2⁵⁶."""

    def generator(self, purpose: int, piece: int) -> np.random.Generator:
        """Return the generator of one piece of work.

        Raises:
            ValueError: seed or stream is out of range.

        """
        for name, value, end in (("seed", self.seed, _WORD), ("stream", self.stream, _WORD // _PURPOSES)):
            if not 0 <= value < end:
                raise ValueError(f"{name} must be a whole number from 0 to 2**{end.bit_length() - 1} - 1, got {value}.")
        key = np.array([self.seed, self.stream * _PURPOSES + purpose], np.uint64)
        return np.random.Generator(np.random.Philox(key=key, counter=np.array([0, 0, 0, piece], np.uint64)))
