"""What the command line says: results on stdout; errors and warnings on stderr, one line each, never a traceback."""

import io
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO


class UsageError(ValueError):
    """A command that is incomplete or contradicts itself."""


def speak_any_alphabet() -> None:
    """Let a terminal that cannot show Ω show a question mark instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(text: str) -> None:
    """Print a result."""
    sys.stdout.write(f"{text}\n")


def complain(text: str) -> None:
    """Print an error."""
    sys.stderr.write(f"Error: {text}\n")


@contextmanager
def warnings_as_lines() -> Iterator[None]:
    """Print hillock's warnings as lines, without the file and line of the code that warns; leave out those of other packages."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = _show
        yield


def _show(message: Warning | str, category: type[Warning], filename: str, lineno: int, file: TextIO | None = None, line: str | None = None) -> None:
    sys.stderr.write(f"Warning: {message}\n")


def sentence(error: Exception) -> str:
    """Return one sentence for an error that stops a command."""
    if isinstance(error, MemoryError) or str(error).startswith("RESOURCE_EXHAUSTED"):  # JAX's words for it
        return "The run does not fit into memory. Record fewer names, every so many steps, or fewer neurons."
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}."
    if isinstance(error, ValueError | TypeError | RuntimeError | ImportError | OSError) and _is_ours(error):
        return str(error)
    file, line = _origin(error)
    return f"{type(error).__name__}: {error} ({file.name}, line {line})"


def _is_ours(error: Exception) -> bool:
    """Return whether hillock raised it, so that its text is a sentence for users."""
    return _origin(error)[0].is_relative_to(Path(__file__).parent.parent)


def _origin(error: Exception) -> tuple[Path, int]:
    frames: list[Any] = traceback.extract_tb(error.__traceback__)
    return (Path(frames[-1].filename), frames[-1].lineno or 0) if frames else (Path("?"), 0)
