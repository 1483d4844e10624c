"""Where things are when several threads work on the lanes of several groups: lanes, sums of what arrives, connections."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Int


class Share(NamedTuple):
    """The lanes of one group that one thread works on."""

    first: int
    last: int


class Places:
    """Which thread works on which lanes, and where the sums of what arrives at them are.

    Attributes:
        shares: for each group, for each thread.
        offsets: where the sums of a share's first port begin; those of the others follow, as many numbers each as the share has lanes.
        widths: for each thread, the numbers that it has for each step.
        own: the threads of this process.

    """

    def __init__(self, groups: Sequence[tuple[int, int, int]], threads: int, own: range | None = None):
        """Divide groups of (lanes, lanes that must not be divided, ports) among threads; all are of this process if none are said to be."""
        self.own = own or range(threads)
        self.shares = [_divided(lanes, unit, threads) for lanes, unit, _ in groups]
        self.offsets: list[list[int]] = []
        ends = [0] * threads
        for (_, _, ports), shares in zip(groups, self.shares, strict=True):
            self.offsets.append(list(ends))
            ends = [end + ports * (share.last - share.first) for end, share in zip(ends, shares, strict=True)]
        self.widths = [-(-end // 16) * 16 for end in ends]

    def first_sum(self, group: int, port: int, thread: int) -> int:
        """Return where the sum of a port would be for lane 0."""
        share = self.shares[group][thread]
        return self.offsets[group][thread] + port * (share.last - share.first) - share.first

    @property
    def index(self) -> str:
        """The dtype in which targets are stored."""
        return "uint16" if max(self.widths) <= 2**16 else "uint32"


def _divided(lanes: int, unit: int, threads: int) -> list[Share]:
    units = -(-lanes // unit)
    cuts = [min(lanes, units * k // threads * unit) for k in range(threads + 1)]
    return [Share(a, b) for a, b in zip(cuts, [*cuts[1:-1], lanes], strict=False)]


class Rows(NamedTuple):
    """Connections from one group, as each thread of this process has them.

    Attributes:
        source: the group.
        delays: steps from a spike to its arrival, ascending.
        weight: of all connections, where none has its own.
        parts: for each thread, where each segment (source lane, delay) ends in the following two, the sum to which each connection adds,
            and its weight.
        gain: the number of the gain that scales what each spike adds; None where none does.

    """

    source: int
    delays: Int[np.ndarray, " delays"]
    weight: float | None
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray | None]]
    gain: int | None = None


class Given(NamedTuple):
    """Lanes that fire at given times: so many; for each spike its step, ascending, and lane."""

    n: int
    steps: Int[np.ndarray, " spikes"]
    lanes: Int[np.ndarray, " spikes"]

    def most(self) -> int:
        """Return how many spikes there are in a step at most; a lane may fire more than once."""
        return int(np.unique(self.steps, return_counts=True)[1].max(initial=0))
