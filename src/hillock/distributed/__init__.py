"""Several processes, on one machine or on many, that run one network or one sweep together."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hillock.distributed._joining import end_at_once as end_at_once
    from hillock.distributed._joining import initialize as initialize
    from hillock.distributed._joining import processes as processes
    from hillock.distributed._launch import launch as launch
    from hillock.distributed._processes import LOST as LOST
    from hillock.distributed._processes import LostProcessError as LostProcessError
    from hillock.distributed._processes import Processes as Processes

_HOMES = {
    "LOST": "_processes",
    "LostProcessError": "_processes",
    "Processes": "_processes",
    "end_at_once": "_joining",
    "initialize": "_joining",
    "launch": "_launch",
    "processes": "_joining",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used: the command line asks for addresses without needing NumPy."""
    if name not in _HOMES:
        raise AttributeError(f"hillock.distributed has no attribute {name!r}.")
    return getattr(import_module(f"hillock.distributed.{_HOMES[name]}"), name)
