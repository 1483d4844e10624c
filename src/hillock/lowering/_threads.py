"""Work on ranges of blocks, by several threads at once."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

_PIECES = 4  # per thread, so that one that is held up does not hold up the others


def in_pieces(work: Callable[[int, int], None], blocks: int, threads: int) -> None:
    """Call ``work(first, last)`` for ranges that make up all blocks, on up to so many threads; this one is the first of them."""
    pieces = min(blocks, _PIECES * threads) if threads > 1 else 1
    if pieces <= 1:
        work(0, blocks)
        return
    ends = [blocks * (k + 1) // pieces for k in range(pieces)]
    waiting = list(zip([0, *ends[:-1]], ends, strict=True))[::-1]

    def share() -> None:
        while True:
            try:
                piece = waiting.pop()
            except IndexError:
                return
            work(*piece)

    others = [_pool().submit(share) for _ in range(threads - 1)]
    share()
    for other in others:
        other.result()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(32, os.cpu_count() or 1), thread_name_prefix="hillock")


os.register_at_fork(after_in_child=_pool.cache_clear)  # a forked process has none of the threads
