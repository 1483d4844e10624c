"""What processes that run together tell each other."""

import json
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from jaxtyping import Shaped

from hillock.distributed._lines import Lines

LOST = 73
"""The exit code of a process that ends because another did."""

_HEAD = 8  # bytes that say whether a process was interrupted
_LATE, _LOOK = 10.0, 0.05  # s in which a file that one machine wrote appears on another, and between two looks


class LostProcessError(RuntimeError):
    """Another process of a run ended before the run did."""


class Processes:
    """The processes that run together, as one of them sees them. What they do together, all of them must do, in the same order.

    Attributes:
        number: of this process, from 0.
        count: how many there are.

    """

    def __init__(self, number: int, count: int, lines: Lines | None = None):
        self.number, self.count, self.lines = number, count, lines
        self._interrupted = False

    @property
    def is_first(self) -> bool:
        """Whether this is the one that writes and speaks for all."""
        return self.number == 0

    def gather(self, message: bytes) -> list[bytes]:
        """Return a message of each process, all as long.

        Raises:
            LostProcessError: a process is no longer there.

        """
        if self.lines is None:
            return [message]
        try:
            return self.lines.gather(message)
        except OSError:
            raise LostProcessError(f"Process {self.number} of {self.count} has lost another, and cannot go on alone.") from None

    def gather_bytes(self, message: bytes) -> list[bytes]:
        """Return a message of each process."""
        lengths = [int.from_bytes(one, "little") for one in self.gather(len(message).to_bytes(8, "little"))]
        return [one[:n] for one, n in zip(self.gather(message.ljust(max(lengths), b"\0")), lengths, strict=True)]

    def wait(self) -> None:
        """Wait until all processes have come here."""
        self.gather(b"here")

    def agree(self, what: Mapping[str, str]) -> None:
        """Raise ValueError, in all processes, if some of them have other values."""
        if self.count == 1:
            return
        first, *others = [json.loads(message) for message in self.gather_bytes(json.dumps(dict(what)).encode())]
        for number, other in enumerate(others, 1):
            for name in {**first, **other}:
                here, there = first.get(name, "none"), other.get(name, "none")
                if here != there:
                    raise ValueError(f"Process {number} runs with {name} = {there}, and process 0 with {here}. Start all processes with the same.")

    def share(self, folder: Path) -> None:
        """Raise ValueError, in all processes, if one does not see what the first writes into a folder that there is.

        Raises:
            LostProcessError: a process is no longer there.

        """
        if self.count == 1:
            return
        mark = folder / f".{self.gather_bytes(secrets.token_hex(8).encode())[0].decode()}"
        if self.is_first:
            mark.touch()
        self.wait()
        seen = self.gather_bytes(b"yes" if _appears(mark) else b"")
        if self.is_first:
            mark.unlink()
        blind = next((p for p, sight in enumerate(seen) if not sight), None)
        if blind is not None:
            raise ValueError(f"store: process {blind} does not see what process 0 writes into '{folder}'. Choose a folder that is on all machines.")

    def complete(self, arrays: Sequence[Shaped[np.ndarray, "rows columns"]], cuts: Sequence[Sequence[int]]) -> None:
        """Fill in what other processes have: of each array process p has the columns from ``cuts[p]`` to ``cuts[p + 1]``.

        Raises:
            LostProcessError: a process is no longer there.
            KeyboardInterrupt: in all processes, if one has been interrupted since the last time, see ``postponed``.

        """
        sizes = [sum(len(x) * (cut[p + 1] - cut[p]) * x.itemsize for x, cut in zip(arrays, cuts, strict=True)) for p in range(self.count)]
        own = [x[:, cut[self.number] : cut[self.number + 1]].tobytes() for x, cut in zip(arrays, cuts, strict=True)]
        found = self.gather(b"".join([bytes([self._interrupted] * _HEAD), *own]).ljust(_HEAD + max(sizes), b"\0"))
        if any(message[0] for message in found):
            self._interrupted = False
            raise KeyboardInterrupt
        for p, message in enumerate(found):
            if p != self.number:
                _unpack(message, arrays, [slice(cut[p], cut[p + 1]) for cut in cuts])

    @contextmanager
    def postponed(self) -> Iterator[None]:
        """Let Ctrl-C end what is done together in all processes at the same point: where they next complete something.

        A second Ctrl-C ends this process at once.
        """
        if self.count == 1 or threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, self._interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            if self._interrupted and sys.exc_info()[0] is None:
                self._interrupted = False
                signal.raise_signal(signal.SIGINT)

    def _interrupt(self, *_: object) -> None:
        if self._interrupted:
            raise KeyboardInterrupt
        self._interrupted = True


def _appears(path: Path) -> bool:
    """Return whether a file is there, or appears; a network's file system may be late."""
    until = time.monotonic() + _LATE
    while not path.exists():
        if time.monotonic() > until:
            return False
        time.sleep(_LOOK)
    return True


def _unpack(message: bytes, arrays: Sequence[np.ndarray], columns: Sequence[slice]) -> None:
    begin = _HEAD
    for array, where in zip(arrays, columns, strict=True):
        part = array[:, where]
        part[:] = np.frombuffer(message, array.dtype, part.size, begin).reshape(part.shape)
        begin += part.nbytes
