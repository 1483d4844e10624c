"""Processes that are threads of one: what they tell each other is the same."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from hillock.distributed import Processes
from hillock.distributed._lines import Lines


class _Table:
    """Where messages lie until all are there, in place of JAX."""

    def __init__(self, count: int):
        self.messages: dict[int, bytes] = {}
        self.barrier = threading.Barrier(count)

    def gather(self, number: int, message: bytes) -> list[bytes]:
        self.messages[number] = message
        self.barrier.wait(10)
        return [self.messages[p] for p in sorted(self.messages)]


@contextmanager
def company(count: int) -> Iterator[list[Processes]]:
    """Give processes that have lines to each other."""
    table = _Table(count)

    def join(p: int) -> Processes:
        return Processes(p, count, Lines(p, count, "127.0.0.1:1", lambda message: table.gather(p, message)))

    joined = each(join, range(count))
    yield joined
    for one in joined:
        hang_up(one)


def hang_up(one: Processes) -> None:
    """Close the lines of a process, as happens when it ends."""
    assert one.lines is not None
    for line in one.lines.others.values():
        line.close()


def each(function: Callable[[Any], Any], over: Any) -> list[Any]:
    """Call a function for several things at once, and return the results, or the errors."""
    with ThreadPoolExecutor(len(over)) as pool:
        calls = [pool.submit(function, one) for one in over]
    return [call.exception() or call.result() for call in calls]
