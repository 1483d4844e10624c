"""Object code on disk, so that a kernel is built once.

A file is named by a digest of all that its code depends on: the program, the processor, the versions of LLVM and of hillock. It begins with
a digest of its own contents: one that is damaged is built anew, never executed. The folder is refused unless it is the user's alone.
"""

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hillock.lowering._machine import Machine, compile_object
from hillock.lowering._machine import version as llvm_version

_MAGIC = b"hillock kernel 1\n"
_DIGEST = 32


def folder() -> Path | None:
    """Return where kernels are kept: ``HILLOCK_CACHE_DIR``, or hillock's folder among the user's caches; None if there is no safe place."""
    named = os.environ.get("HILLOCK_CACHE_DIR")
    if named is not None:
        return _private(Path(named)) if named else None  # empty: keep none
    with suppress(RuntimeError):  # no home
        if sys.platform == "darwin":
            return _private(Path.home() / "Library" / "Caches" / "hillock")
        return _private(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hillock")
    return None


def object_code(name: str, machine: Machine, text: Callable[[], str]) -> bytes:
    """Return the object code of a module, from disk if it is there.

    Args:
        name: all that the module depends on, besides the machine and the versions.
        machine: what it is for.
        text: writes the module, if it must be compiled.

    """
    key = hashlib.sha256("\n".join([*machine, llvm_version(), _hillock(), name]).encode()).hexdigest()
    place = folder()
    path = place / f"{key}.o" if place else None
    found = _read(path) if path else None
    if found is None:
        found = compile_object(text(), machine)
        if path:
            _write(path, found)
    return found


def _read(path: Path) -> bytes | None:
    try:
        held = path.read_bytes()
    except OSError:
        return None
    digest, code = held[len(_MAGIC) : len(_MAGIC) + _DIGEST], held[len(_MAGIC) + _DIGEST :]
    return code if held.startswith(_MAGIC) and hashlib.sha256(code).digest() == digest else None


def _write(path: Path, code: bytes) -> None:
    """Keep a file, whole or not at all; a full or read-only disk costs time, not the run."""
    with suppress(OSError):
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_MAGIC + hashlib.sha256(code).digest() + code)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


def _private(path: Path) -> Path | None:
    """Return a folder that only the user can write to, made if it is not there; None if it cannot be."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = path.stat()
    except OSError:
        return None
    if not hasattr(os, "getuid"):
        return path
    mine = state.st_uid == os.getuid() and stat.S_ISDIR(state.st_mode)
    return path if mine and not state.st_mode & 0o022 else None


@cache
def _hillock() -> str:
    """Return what the code that writes kernels is: its own text, so that no change of it meets an old kernel."""
    try:
        released = version("hillock")
    except PackageNotFoundError:
        released = "unknown"
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return f"{released} {digest.hexdigest()}"
