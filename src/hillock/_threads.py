"""Work in pieces, by several threads at once."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache, partial

import numpy as np

_PAGE = 4096  # bytes, or more
_PIECES = 2  # per thread, so that one that is held up does not hold up the others


def ranges(n: int, threads: int) -> list[tuple[int, int]]:
    """Return ranges that make up 0 to n: one for one thread, several for each of several."""
    pieces = max(1, min(n, _PIECES * threads)) if threads > 1 else 1
    ends = [n * (k + 1) // pieces for k in range(pieces)]
    return list(zip([0, *ends[:-1]], ends, strict=True))


def in_parallel(work: Sequence[Callable[[], object]], threads: int) -> None:
    """Call functions on up to so many threads, of which this one is the first, and return when all are done.

    They must keep alive what they write into: a second Ctrl-C can end the waiting for them.
    """
    waiting = list(work)[::-1]

    def share() -> None:
        while True:
            try:
                call = waiting.pop()
            except IndexError:
                return
            call()

    others = [_pool().submit(share) for _ in range(min(threads, len(waiting)) - 1)]
    try:
        share()
    finally:  # an error, or Ctrl-C: what has not begun is dropped, what has is waited for, since it writes into the caller's arrays
        waiting.clear()
        wait(others)
    for other in others:
        other.result()


def claim(array: np.ndarray, threads: int) -> None:
    """Have the system provide the memory of a new array, by several threads, each a part.

    Where several write rows to and fro, each would wait for the page that another is given.
    """
    if threads > 1:
        flat = array.reshape(-1)
        parts = [flat[flat.size * k // threads : flat.size * (k + 1) // threads : _PAGE // array.itemsize] for k in range(threads)]
        in_parallel([partial(np.copyto, part, 0) for part in parts], threads)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(32, os.cpu_count() or 1), thread_name_prefix="hillock")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # a forked process has none of the threads
