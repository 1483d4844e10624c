"""What was found out once, kept for the next time."""

from collections.abc import Callable, Hashable
from typing import Any

import jax
import numpy as np

from hillock._types import Tree

_MOST = 256


def remembered(memory: dict[Hashable, Any], make: Callable[[], Any], key: Hashable) -> Any:
    """Return what was made for a key before, or make it."""
    if key not in memory:
        made = make()
        while len(memory) >= _MOST:
            memory.pop(next(iter(memory)), None)
        memory[key] = made
    return memory[key]


def kinds_of(tree: Tree) -> tuple[Hashable, tuple[tuple[tuple[int, ...], Any], ...]]:
    """Return what a trace of a tree depends on: its structure, and shapes and dtypes of its leaves."""
    leaves, structure = jax.tree.flatten(tree)
    return structure, tuple((np.shape(leaf), getattr(leaf, "dtype", type(leaf))) for leaf in leaves)
