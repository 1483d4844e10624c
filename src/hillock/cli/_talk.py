"""What the command line says: results on stdout; errors and warnings on stderr, one line each, never a traceback."""

import dis
import io
import os
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

_OURS = Path(__file__).parent.parent
_OTHERS = {"site-packages", "dist-packages"}  # folders of other people's packages


class UsageError(ValueError):
    """A command that is incomplete or contradicts itself."""


def speak_any_alphabet() -> None:
    """Let a terminal that cannot show Ω show a question mark instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(text: str) -> None:
    """Print a result."""
    if sys.stdout is not None:  # a program can be started without one
        sys.stdout.write(f"{text}\n")


def complain(text: str) -> None:
    """Print an error."""
    if sys.stderr is not None:
        sys.stderr.write(f"Error: {text}\n")


def finish() -> None:
    """Hand over what was said, while an error in doing so can still be answered."""
    if sys.stdout is not None:
        sys.stdout.flush()


def be_silent() -> None:
    """Say no more on stdout, whose reader is gone; Python itself would complain about that at the end."""
    with suppress(OSError, ValueError, AttributeError):  # a stream without a file has no reader to lose
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def warnings_as_lines() -> Iterator[None]:
    """Print hillock's warnings as lines, without the file and line of the code that warns; leave out those of other packages."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = _show
        yield


def _show(message: Warning | str, category: type[Warning], filename: str, lineno: int, file: TextIO | None = None, line: str | None = None) -> None:
    if sys.stderr is not None:
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
    frame = _where(error)
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text} ({Path(frame.filename).name}, line {frame.lineno})"


def _is_ours(error: Exception) -> bool:
    """Return whether hillock raised it, so that its text is a sentence for users.

    What Python or JAX raises can end in a line of ours too, JAX hiding its own, but what runs there does not raise.
    """
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return False
    code = place.tb_frame.f_code
    return Path(code.co_filename).is_relative_to(_OURS) and code.co_code[place.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def _where(error: Exception) -> traceback.FrameSummary:
    """Return the line of hillock or of the user's own code that an error came from, or else the last."""
    frames = list(traceback.extract_tb(error.__traceback__)) or [traceback.FrameSummary("?", 0, "?")]
    near = [frame for frame in frames if Path(frame.filename).is_relative_to(_OURS) or not _OTHERS & set(Path(frame.filename).parts)]
    return (near or frames)[-1]
