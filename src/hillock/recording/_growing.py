"""Spikes while a run goes on: arrays with room for more, so that they are put together once and not kept in pieces."""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Int

_FIRST_ROOM = 1024
_MORE = 1.1  # room than spikes are expected


class GrowingEvents:
    """Steps and neurons of spikes, in order; more can be added at the end."""

    def __init__(self) -> None:
        self._steps, self._neurons = np.empty(_FIRST_ROOM, np.int64), np.empty(_FIRST_ROOM, np.int32)
        self._count = 0

    def extend(self, pieces: Iterable[tuple[Int[np.ndarray, " spikes"], Int[np.ndarray, " spikes"]]], part: float) -> None:
        """Add copies of pieces of (steps, neurons): all of them, or none where it is interrupted.

        ``part`` of the run is over with them, which tells how much room the rest will take. Room that is not used takes no memory.
        By one thread: several would wait for each other while the system provides the memory.
        """
        pieces = list(pieces)
        count = self._count + sum(len(steps) for steps, _ in pieces)
        if count > len(self._steps):
            room = max(2 * len(self._steps), int(_MORE * count / part))
            self._steps, self._neurons = _roomier(self._steps, self._count, room), _roomier(self._neurons, self._count, room)
        if pieces:
            here = slice(self._count, count)
            np.concatenate([steps for steps, _ in pieces], out=self._steps[here])
            np.concatenate([neurons for _, neurons in pieces], out=self._neurons[here])
        self._count = count

    def before(self, step: int) -> tuple[Int[np.ndarray, " spikes"], Int[np.ndarray, " spikes"]]:
        """Return steps and neurons of the spikes before a step."""
        count = int(np.searchsorted(self._steps[: self._count], step))
        return self._steps[:count], self._neurons[:count]


def _roomier(array: np.ndarray, count: int, room: int) -> np.ndarray:
    larger = np.empty(room, array.dtype)
    larger[:count] = array[:count]
    return larger
