"""Packages of the extras: imported when first needed, and asked for in one sentence when absent."""

import importlib
from typing import Any


class MissingPackageError(ImportError):
    """A package of an extra that is not installed."""


def require(module: str, extra: str, purpose: str) -> Any:
    """Return a module of an optional package.

    Args:
        module: dotted name.
        extra: of hillock that installs it.
        purpose: what needs it, the subject of the message.

    Raises:
        MissingPackageError: the package is not installed.

    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if (error.name or "").partition(".")[0] != package:
            raise  # the package is there; something of its own is broken
        raise MissingPackageError(f"{purpose} needs the package {package}. Install it with: pip install 'hillock[{extra}]'") from None
