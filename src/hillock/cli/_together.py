"""``hillock run --processes``: one network in several processes, started here or by others."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import hillock as hk
from hillock.cli._talk import UsageError, complain, sentence
from hillock.distributed._address import address, was_launched


def join(processes: int | None, process: int | None, coordinator: str | None) -> bool:
    """Join the other processes of a run, where they are started by others; return whether they are still to be started, on this machine."""
    if processes is not None and processes < 1:
        raise UsageError(f"--processes must be ≥ 1, got {processes}.")
    if process is not None or coordinator is not None:
        missing = [name for name, value in (("processes", processes), ("process", process), ("coordinator", coordinator)) if value is None]
        if missing:
            raise UsageError(f"--process and --coordinator say where a run of several --processes meets. Add --{' and --'.join(missing)}.")
        hk.distributed.initialize(coordinator, processes, process)
        return False
    if processes is None:
        return False
    found = address()
    if found is None:
        return processes > 1
    if found.processes != processes:
        raise UsageError(f"--processes {processes} contradicts the {found.processes} that were started. Pass --processes {found.processes}.")
    hk.distributed.initialize()
    return False


def start(processes: int, advice: str) -> int:
    """Start this command in several processes, and return its exit code; ``advice`` follows where one is lost."""
    try:
        return hk.distributed.launch([sys.executable, "-m", "hillock", *sys.argv[1:]], processes)
    except hk.distributed.LostProcessError as error:
        raise hk.distributed.LostProcessError(f"{error}{advice}") from None


@contextmanager
def ending_together() -> Iterator[None]:
    """End this process at once where it fails, if it has joined others: nobody should wait for it, nor it for them."""
    try:
        yield
    except Exception as error:
        if hk.distributed.processes().count == 1:
            raise
        lost = isinstance(error, hk.distributed.LostProcessError)
        if not (lost and was_launched()):  # what launched it says which process was lost
            complain(sentence(error))
        hk.distributed.end_at_once(hk.distributed.LOST if lost else 1)
