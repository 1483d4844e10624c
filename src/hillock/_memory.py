"""How much memory there is, asked before work that needs much of it."""

import math
import os
from contextlib import suppress
from pathlib import Path

_CONTAINER = Path("/sys/fs/cgroup/memory.max")  # of a Linux container: a number of bytes, or "max"


def physical_memory() -> float:
    """Return the bytes of memory of this machine or container, or infinity where the system does not say."""
    bounds = [math.inf]
    with suppress(AttributeError, ValueError, OSError):
        bounds.append(float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")))
    with suppress(ValueError, OSError):
        bounds.append(float(_CONTAINER.read_text(encoding="ascii")))
    return min(bounds)
