"""What a run carries on, as named arrays: the form in which it is kept in files, and the way back into a model's own structure."""

import re
from collections.abc import Mapping

import jax
import numpy as np

from hillock._types import Tree

_NAMES = "end/"  # of the arrays in a file
_ANY_LENGTH = re.compile(r"flight/|plastic/\d+/factors")  # of spikes on their way: as many as there are


class Leaves(dict[str, np.ndarray]):
    """What was carried, by the place of each array in the structure, such as ``state/v``.

    A file knows names and numbers; the structure is the model's, which ``structured`` takes it from.
    """


def leaves_of(carry: Tree) -> Leaves:
    """Return what is carried as named arrays."""
    if isinstance(carry, Leaves):
        return carry
    found = jax.tree_util.tree_leaves_with_path(carry)
    return Leaves({jax.tree_util.keystr(path, simple=True, separator="/"): np.asarray(leaf) for path, leaf in found})


def structured(carry: Tree, fresh: Tree) -> Tree:
    """Return what is carried in the structure of ``fresh``, where a run of the model begins.

    Raises:
        ValueError: names, shapes or dtypes differ.

    """
    given, wanted = leaves_of(carry), leaves_of(fresh)
    fits = given.keys() == wanted.keys() and all(_alike(name, given[name], wanted[name]) for name in wanted)
    if not fits or not (isinstance(carry, Leaves) or jax.tree.structure(carry) == jax.tree.structure(fresh)):
        raise ValueError("start is the end of another model: its variables, number of neurons or dtype differ.")
    return jax.tree.unflatten(jax.tree.structure(fresh), [given[name] for name in wanted]) if isinstance(carry, Leaves) else carry


def _alike(name: str, a: np.ndarray, b: np.ndarray) -> bool:
    shapes = (a.shape[1:], b.shape[1:]) if _ANY_LENGTH.match(name) else (a.shape, b.shape)
    return shapes[0] == shapes[1] and a.dtype == b.dtype and a.ndim == b.ndim


def to_arrays(carry: Tree) -> dict[str, np.ndarray]:
    """Return what is carried under the names that a file has."""
    return {_NAMES + name: array for name, array in leaves_of(carry).items()}


def from_arrays(arrays: Mapping[str, np.ndarray]) -> Leaves:
    """Return what ``to_arrays`` named."""
    return Leaves({name.removeprefix(_NAMES): array for name, array in arrays.items() if name.startswith(_NAMES)})


def is_carried(name: str) -> bool:
    """Return whether an array of a file belongs to what is carried."""
    return name.startswith(_NAMES)
