"""Measures a group: every contender gets ready, then all take turns, one measurement each per round."""

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from contest import Contender, Group, Result
from environments import MissingError

Interpreters = Mapping[str, Path | MissingError]
PATIENCE = 300.0  # s for one answer


def measure(group: Group, rounds: int, interpreters: Interpreters) -> list[Result]:
    """Return what came of each contender, in their order; ``interpreters`` are the Pythons of the peers."""
    results = [Result(contender) for contender in group.contenders]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hillock-bench-")))
        if group.clock == "inside":
            _measure_inside(results, rounds, folder, interpreters, stack)
        else:
            _measure_processes(results, group.clock, rounds, folder, interpreters)
    return results


class _Worker:
    """A contender's process, which answers each line with a measurement."""

    def __init__(self, command: list[str], errors: IO[str]) -> None:
        self._errors = errors
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8", env=_surroundings()
        )

    def answer(self) -> dict[str, Any]:
        """Return the next answer; what is not one is skipped."""
        timer = threading.Timer(PATIENCE, self._process.kill)
        timer.start()
        try:
            while line := self._process.stdout.readline():
                found = _parse(line)
                if "error" in found:
                    raise MissingError(found["error"])
                if found:
                    return found
        finally:
            timer.cancel()
        self._process.wait()
        raise MissingError(_last_line(self._errors) or f"ended with exit status {self._process.returncode}")

    def ask(self) -> dict[str, Any]:
        """Return one measurement."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self.answer()

    def close(self) -> None:
        """End the process; it ends by itself when nothing more is asked."""
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._process.stdout.close()


def _measure_inside(results: list[Result], rounds: int, folder: Path, interpreters: Interpreters, stack: ExitStack) -> None:
    workers: dict[int, _Worker] = {}
    for k, result in enumerate(results):
        try:
            start = time.perf_counter()
            command = _command(result.contender, folder, interpreters)
            errors = stack.enter_context((folder / f"{k}.log").open("w+", encoding="utf-8"))
            workers[k] = _Worker(command, errors)
            stack.callback(workers[k].close)
            result.facts = {**workers[k].answer(), "ready": time.perf_counter() - start}
        except (MissingError, OSError) as error:
            workers.pop(k, None)
            result.missing = str(error)
    for _ in range(rounds):
        for k, worker in list(workers.items()):
            try:
                results[k].trials.append(worker.ask())
            except (MissingError, OSError) as error:
                del workers[k]
                results[k].missing, results[k].trials = str(error), []


def _measure_processes(results: list[Result], clock: str, rounds: int, folder: Path, interpreters: Interpreters) -> None:
    """Time whole processes; the first round compiles byte code and fills the disk cache, and does not count."""
    for turn in range(rounds + 1):
        for k, result in enumerate(results):
            if result.missing:
                continue
            cache = folder / f"cache-{k}"
            if result.contender.cache == "cold":
                cache = folder / f"cache-{k}-{turn}"
            cache.mkdir(exist_ok=True)
            try:
                seconds = _time_process(_command(result.contender, folder, interpreters), clock, cache if result.contender.cache else None)
            except (MissingError, OSError) as error:
                result.missing, result.trials = str(error), []
            else:
                result.trials += [{"seconds": seconds}] if turn else []


def _time_process(command: list[str], clock: str, cache: Path | None) -> float:
    more = {"HILLOCK_CACHE_DIR": str(cache)} if cache else {}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        start = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8", env=_surroundings() | more) as process:
            timer = threading.Timer(PATIENCE, process.kill)
            timer.start()
            first = process.stdout.readline()
            seconds = time.perf_counter() - start
            process.stdout.read()
            process.wait()
            timer.cancel()
            seconds = time.perf_counter() - start if clock == "exit" else seconds
        if process.returncode or (clock == "first line" and not first):
            raise MissingError(_last_line(errors) or f"ended with exit status {process.returncode}")
    return seconds


def _command(contender: Contender, folder: Path, interpreters: Interpreters) -> list[str]:
    python = interpreters[contender.peer]
    if isinstance(python, MissingError):
        raise python
    return [str(python), *(argument.replace("{folder}", str(folder)) for argument in contender.arguments)]


def _surroundings() -> dict[str, str]:
    """Return the environment variables of all contenders: byte code is kept, no accelerator is used."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}


def _parse(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _last_line(errors: IO[str]) -> str:
    errors.seek(0)
    lines = [line.strip() for line in errors.read().splitlines() if line.strip()]
    return lines[-1] if lines else ""
