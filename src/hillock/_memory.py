"""How much memory there is, asked before work that needs much of it."""

import math
import os


def physical_memory() -> float:
    """Return the bytes of memory of this machine, or infinity where the system does not say."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return math.inf
