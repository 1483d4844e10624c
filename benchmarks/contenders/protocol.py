"""How a contender is measured: it builds once, warms up, then runs each time it is told to, and answers in lines of JSON.

A contender is a script: ``python hillock_cells.py '{"neurons": 100, "seconds": 0.5}'``. Each line on standard input is one measurement.
Run by hand, press return for a measurement and Ctrl-D to end. The clock is read inside the process, around the run and nothing else.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

Run = Callable[[int], float]
"""Runs so many steps from the same beginning and returns the seconds they took."""


class Contender(NamedTuple):
    """What a script has built.

    Attributes:
        run: runs so many steps.
        facts: what is worth knowing besides: seconds of compilation, spikes per neuron in the warm-up.
        steps: how many steps each measurement takes; None finds out how many fill the wanted seconds.
        multiple: the number of steps is a multiple of this.

    """

    run: Run
    facts: dict[str, Any] = {}  # noqa: RUF012  (a field of a tuple, not of a class)
    steps: int | None = None
    multiple: int = 1


def timed(work: Callable[[int], Any]) -> Run:
    """Return ``work`` with the seconds it took."""

    def run(steps: int) -> float:
        start = time.perf_counter()
        work(steps)
        return time.perf_counter() - start

    return run


def serve(build: Callable[..., Contender]) -> None:
    """Build from the options on the command line, then measure once for each line that comes in."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a package prints is no answer

    def answer(**fields: Any) -> None:
        print(json.dumps(fields), file=answers, flush=True)

    options = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    seconds, least = options.pop("seconds", 0.5), options.pop("least", 1000)
    if options.pop("pinned", False):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # one core
    try:
        start = time.perf_counter()
        contender = build(**options)
        steps = contender.steps or _enough(contender, seconds, least)
        contender.run(steps)  # the first run of this length is not measured
        answer(ready=True, prepared=time.perf_counter() - start, **contender.facts)
        for _ in sys.stdin:
            contender.run(steps)  # not measured: what was idle meanwhile, memory above all, is there again
            before, began = _processor_seconds(), time.perf_counter()
            measured = contender.run(steps)
            cores = (_processor_seconds() - before) / (time.perf_counter() - began)
            answer(seconds=measured, steps=steps, cores=cores)
    except Exception as error:  # whatever goes wrong in a peer, the table says so
        answer(error=f"{type(error).__name__}: {error}".split("\n", maxsplit=1)[0])


def _enough(contender: Contender, seconds: float, least: int) -> int:
    """Return the number of steps that take so many seconds, at least ``least``."""

    def whole(steps: float) -> int:
        return max(1, -(-int(steps) // contender.multiple)) * contender.multiple

    steps = whole(least)
    contender.run(steps)  # compiles
    spent = contender.run(steps)
    while spent < seconds / 8:
        steps *= 4
        spent = contender.run(steps)
    return whole(max(least, steps * seconds / spent))


def _processor_seconds() -> float:
    """Return the processor time of this process, its threads and its finished children: over the wall clock, the cores in use."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
