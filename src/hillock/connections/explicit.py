"""Synapses as lists."""

from typing import Any

import equinox as eqx
import numpy as np
from jaxtyping import Int64

from hillock._param import ParameterError
from hillock.connections._base import AbstractRule, Rows
from hillock.connections._draws import Draws
from hillock.connections._listed import rows_of_list


def _indices(value: Any) -> Any:
    array = np.asarray(value)
    return array.astype(np.int64) if array.dtype.kind in "iu" or array.size == 0 else array


class Explicit(AbstractRule):
    """Synapse s joins source ``sources[s]`` to target ``targets[s]``.

    Weights and delays given as arrays have the order of these lists. A pair may be listed several times.

    >>> from hillock.connections import Explicit
    >>> Explicit(sources=[0, 0, 2], targets=[1, 3, 0]).synapses(3, 4, same=False)
    3.0
    """

    sources: Int64[np.ndarray, " synapses"] = eqx.field(converter=_indices)
    """Number of the source of each synapse, from 0."""
    targets: Int64[np.ndarray, " synapses"] = eqx.field(converter=_indices)
    """Number of its target."""

    def __check_init__(self):
        for name, array in (("sources", self.sources), ("targets", self.targets)):
            if array.dtype != np.int64 or array.ndim != 1:
                raise ParameterError(f"Explicit.{name} must be a list of whole numbers, got {_description(array)}.")
        if len(self.sources) != len(self.targets):
            raise ParameterError(f"Explicit.sources and Explicit.targets must have the same length, got {len(self.sources)} and {len(self.targets)}.")

    def check(self, n_source: int, n_target: int, same: bool, where: str) -> None:
        for name, array, n in (("sources", self.sources, n_source), ("targets", self.targets, n_target)):
            wrong = np.flatnonzero((array < 0) | (array >= n))
            if wrong.size:
                got = f"got {array[wrong[0]]} at index {wrong[0]}"
                raise ParameterError(f"{where}: Explicit.{name} must be ≥ 0 and < {n}, the number of neurons, {got}.")

    def synapses(self, n_source: int, n_target: int, same: bool) -> float:
        return float(len(self.sources))

    def rows(self, n_source: int, n_target: int, same: bool, draws: Draws) -> Rows:
        order = _order(self.sources * n_target + self.targets, n_source * n_target)
        return rows_of_list(np.bincount(self.sources, minlength=n_source), self.targets[order].astype(np.int32), order)


def _order(pairs: Int64[np.ndarray, " synapses"], end: int) -> Int64[np.ndarray, " synapses"]:
    """Return the order of ascending pairs, those of one pair in the order given.

    Numbers made of pair and index are sorted thirty times as fast as indices by their pair.
    """
    bits = len(pairs).bit_length()
    if end << bits >= 2**63:
        return np.argsort(pairs, kind="stable")
    return np.sort((pairs << bits) + np.arange(len(pairs))) & (2**bits - 1)


def _description(array: np.ndarray) -> str:
    if array.ndim != 1:
        return f"an array of shape {array.shape}"
    bad = next((value for value in array.tolist() if not isinstance(value, int) or isinstance(value, bool)), array.dtype)
    return repr(bad)
