"""Dialects by name: every public module of this folder is one."""

import functools
import importlib
import pkgutil
from difflib import get_close_matches
from pathlib import Path

from hillock.dialects._dialect import Dialect


def names() -> list[str]:
    """Return the names of all dialects."""
    return list(_names())


@functools.cache  # to look through a folder takes as long as a short run
def _names() -> tuple[str, ...]:
    return tuple(sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if not module.name.startswith("_")))


def find(dialect: str | Dialect) -> Dialect:
    """Return a dialect given itself or its name.

    Raises:
        ValueError: there is no dialect of that name.

    """
    if isinstance(dialect, Dialect):
        return dialect
    if dialect not in names():
        near = get_close_matches(dialect, names(), 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ValueError(f"No dialect named {dialect!r}.{hint} Choose {', '.join(names())}.")
    return importlib.import_module(f"hillock.dialects.{dialect}").dialect
