"""How a process comes to those that it runs with."""

import atexit
import multiprocessing
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from hillock.distributed._address import Address, address
from hillock.distributed._lines import LEAVE, Lines
from hillock.distributed._processes import LOST, LostProcessError, Processes

_ALONE = Processes(0, 1)
_joined: list[tuple[Address, Processes]] = []  # one at most: JAX joins once
_apart = ContextVar("apart", default=False)


def processes() -> Processes:
    """Return the processes that ``initialize`` joined; before, and inside ``apart``, this one alone."""
    return _joined[0][1] if _joined and not _apart.get() else _ALONE


@contextmanager
def apart() -> Iterator[None]:
    """Let this process do something of its own, which the others know nothing of."""
    token = _apart.set(True)
    try:
        yield
    finally:
        _apart.reset(token)


def initialize(coordinator: str | None = None, processes: int | None = None, process: int | None = None, timeout: float = 60.0) -> Processes:
    """Join the processes of a run, before anything is computed; ``simulate`` of a network and ``sweep`` then share the work.

    Without arguments, and with none of ``launch`` or SLURM in the environment, nothing happens: the process is alone.

    Args:
        coordinator: host and port at which process 0 waits for the others, such as ``"node1:9876"``.
        processes: how many there are.
        process: the number of this one, from 0.
        timeout: how long to wait for the others (s).

    Raises:
        ValueError: part of the address is missing or wrong.
        RuntimeError: the processes were joined at another address, or JAX has computed something already.
        LostProcessError: process 0 did not come. Process 0, if the others do not come, says so and ends.

    """
    if multiprocessing.parent_process() is not None:
        return _ALONE  # it works for one that has joined, whose environment it has
    where = address(coordinator, processes, process)
    if _joined:
        if where != _joined[0][0]:
            raise RuntimeError(f"This process has joined the others at {_joined[0][0].coordinator} already. Call initialize once.")
        return _joined[0][1]
    if where is None or where.processes == 1:
        return _ALONE
    _start(where, timeout)
    with _silent(1):
        lines = Lines(where.process, where.processes, where.coordinator, _all_gather)
    found = Processes(where.process, where.processes, lines)
    _joined.append((where, found))
    atexit.register(_leave)
    return found


def _start(where: Address, timeout: float) -> None:
    import jax  # noqa: PLC0415  (a process that is alone does not start XLA)

    missed = f"Process {where.process} of {where.processes} missed another at {where.coordinator} for {timeout:g} s. Start all, or check the address."
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.config.update("jax_enable_preemption_service", False)  # it would answer SIGTERM, and a process could not be ended
    if where.process and not _answers(where.coordinator, timeout):
        raise LostProcessError(missed)
    watch = threading.Timer(timeout, _give_up, [missed])
    watch.start()
    try:
        jax.distributed.initialize(where.coordinator, where.processes, where.process, initialization_timeout=round(timeout) + 60)
    except RuntimeError as error:
        if "must be called before" in str(error):
            raise RuntimeError("JAX has computed something already. Call hillock.distributed.initialize first.") from None
        raise
    finally:
        watch.cancel()


def _answers(coordinator: str, timeout: float) -> bool:
    """Return whether process 0 is there, or comes."""
    host, port = coordinator.rsplit(":", 1)
    until = time.monotonic() + timeout
    while True:
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=1.0):
                return True
        except OSError:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)


def _give_up(missed: str) -> None:
    """End a process that waits inside JAX, which would end it with a listing of its code."""
    if sys.stderr is not None:
        sys.stderr.write(f"Error: {missed}\n")
    end_at_once(1)


def _all_gather(message: bytes) -> list[bytes]:
    """Return the messages of all processes, as JAX brings them: between processors, since there may be fewer graphics cards than processes."""
    import jax  # noqa: PLC0415
    from jax.sharding import Mesh, NamedSharding, PartitionSpec  # noqa: PLC0415

    count = jax.process_count("cpu")
    mesh = Mesh([next(one for one in jax.devices("cpu") if one.process_index == p) for p in range(count)], ("processes",))
    split, whole = (NamedSharding(mesh, PartitionSpec(*axis)) for axis in (["processes"], []))
    own = jax.make_array_from_process_local_data(split, np.frombuffer(message, np.uint8)[None])
    found = jax.jit(lambda x: x, out_shardings=whole)(own)
    return [row.tobytes() for row in np.asarray(found.addressable_data(0))]


@contextmanager
def _silent(descriptor: int) -> Iterator[None]:
    """Drop what is written past Python: gloo greets on standard output, which belongs to results, and JAX reports every end on standard error."""
    _flush()
    kept, nowhere = os.dup(descriptor), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, descriptor)
        yield
    finally:
        os.dup2(kept, descriptor)
        os.close(kept)
        os.close(nowhere)


def _leave() -> None:
    """Wait for the others to end as well; but end a process that failed, which JAX would let wait for them, and them for it."""
    error = getattr(sys, "last_value", None)
    if error is not None:
        end_at_once(LOST if isinstance(error, LostProcessError) else 130 if isinstance(error, KeyboardInterrupt) else 1)
    for _, joined in _joined:
        assert joined.lines is not None
        with _silent(2):
            said = joined.lines.leave() - {LEAVE}
        if said:
            end_at_once(1 if said - {b""} else LOST)  # it ended too early for the others, or they for it


def end_at_once(code: int) -> None:
    """End this process with an exit code, waiting for nothing."""
    _flush()
    os._exit(code)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
