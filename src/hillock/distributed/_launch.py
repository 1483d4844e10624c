"""Several processes on this machine, started together and ended together."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO, Any

from hillock.distributed._address import Address
from hillock.distributed._processes import LOST, LostProcessError

_LOOK = 0.02  # s
_GRACE = 3.0  # s that the others have to say why they ended, and to end


def launch(command: Sequence[str], processes: int) -> int:
    """Run a command in several processes on this machine, which find each other by ``initialize``, and return the exit code of the first.

    The first speaks for all: the output of the others is dropped. Ctrl-C is passed on to it.

    Args:
        command: what to run, such as ``[sys.executable, "sweep.py"]``.
        processes: how many.

    Raises:
        LostProcessError: one ended before its time; the others have been ended then.
        ValueError: processes is no number of processes.

    """
    if isinstance(processes, bool) or not isinstance(processes, int) or processes < 1:
        raise ValueError(f"processes must be a whole number ≥ 1, got {processes!r}.")
    where = f"127.0.0.1:{_free_port()}"
    with ExitStack() as files, _terminating() as started:
        errors = [files.enter_context(tempfile.TemporaryFile()) for _ in range(1, processes)]
        for p in range(processes):
            silent: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": errors[p - 1]} if p else {}
            environment = {"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ, **Address(where, processes, p).environment}
            started.append(subprocess.Popen(command, env=environment, start_new_session=True, **silent))  # noqa: S603  (it is the user's own)
        codes = _codes(started)
        if (codes[0] or 0) > 0 and codes[0] != LOST:
            return codes[0] or 0  # it has said why
        bad = [p for p, code in enumerate(codes) if code not in (0, None)]
        guilty = next((p for p in bad if codes[p] != LOST), next(iter(bad), None))
        if guilty is not None:
            raise LostProcessError(_sentence(guilty, processes, codes[guilty] or 0, _last_line(errors[guilty - 1]) if guilty else ""))
    return 0


def _codes(started: Sequence[subprocess.Popen]) -> list[int | None]:
    """Wait until all have ended well, or one has not and the others have had time to say so; return their exit codes."""
    failed = None
    while True:
        try:
            time.sleep(_LOOK)
        except KeyboardInterrupt:
            started[0].send_signal(signal.SIGINT)
        codes = [one.poll() for one in started]
        if failed is None and any(code not in (0, None) for code in codes):
            failed = time.monotonic()
        if all(code is not None for code in codes) or (failed is not None and time.monotonic() - failed > _GRACE):
            return codes


@contextmanager
def _terminating() -> Iterator[list[subprocess.Popen]]:
    """Give a list of processes, none of which outlives what is done with them."""
    started: list[subprocess.Popen] = []

    def end(*_: object) -> None:
        sys.exit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield started
    finally:
        signal.signal(signal.SIGTERM, before)
        for one in started:
            if one.poll() is None:
                one.kill()
                one.wait()


def _sentence(process: int, processes: int, code: int, said: str) -> str:
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    return f"Process {process} of {processes} {how} before the run was over{f' ({said})' if said else ''}, and the others were ended."


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return lines[-1].strip().rstrip(".") if lines else ""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
