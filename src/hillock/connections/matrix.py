"""Synapses as a matrix."""

from typing import Any

import equinox as eqx
import numpy as np
from jaxtyping import Float64

from hillock._param import ParameterError
from hillock.connections._base import AbstractRule, Rows
from hillock.connections._draws import Draws
from hillock.connections._listed import rows_of_list


def _compressed(value: Any) -> Any:
    """Return a matrix as compressed rows in order, without zeros and each pair once."""
    from scipy import sparse  # noqa: PLC0415 - takes 0.3 s, and other rules do without it

    try:
        given = value if sparse.issparse(value) else np.asarray(value)
    except ValueError:
        raise ParameterError("Matrix.matrix must be numbers in two dimensions, got rows of unequal lengths.") from None
    if given.ndim != 2 or given.dtype.kind not in "biuf":
        got = f"an array of shape {given.shape}" if given.ndim != 2 else f"entries of type {given.dtype}"
        raise ParameterError(f"Matrix.matrix must be numbers in two dimensions, sources and targets, got {got}.")
    rows = sparse.csr_array(given, dtype=float, copy=True)
    rows.sum_duplicates()
    rows.eliminate_zeros()
    return rows


class Matrix(AbstractRule):
    """One synapse for each entry [source, target] of a matrix that is not 0.

    The matrix is an array or a sparse matrix of SciPy, whose repeated entries are summed as SciPy does. ``weights`` are its entries, one
    per synapse; weights and delays given as arrays have their order, row by row.

    >>> from hillock.connections import Matrix
    >>> Matrix([[0.0, 1.5, 0.0], [0.5, 0.0, 2.0]]).weights
    array([1.5, 0.5, 2. ])
    """

    matrix: Any = eqx.field(converter=_compressed)
    """Kept as compressed sparse rows."""

    def __check_init__(self):
        wrong = np.flatnonzero(~np.isfinite(self.matrix.data))
        if wrong.size:
            row = np.searchsorted(self.matrix.indptr, wrong[0], side="right") - 1
            got = f"got {self.matrix.data[wrong[0]]} at index {row}, {self.matrix.indices[wrong[0]]}"
            raise ParameterError(f"Matrix.matrix must be finite, {got}.")

    @property
    def weights(self) -> Float64[np.ndarray, " synapses"]:
        """The entries that are not 0, row by row."""
        return self.matrix.data

    def check(self, n_source: int, n_target: int, same: bool, where: str) -> None:
        if self.matrix.shape != (n_source, n_target):
            raise ParameterError(f"{where}: Matrix.matrix must have the shape {(n_source, n_target)}, sources and targets, got {self.matrix.shape}.")

    def synapses(self, n_source: int, n_target: int, same: bool) -> float:
        return float(self.matrix.nnz)

    def rows(self, n_source: int, n_target: int, same: bool, draws: Draws) -> Rows:
        counts = np.diff(self.matrix.indptr).astype(np.int64)
        return rows_of_list(counts, self.matrix.indices.astype(np.int32), np.arange(self.matrix.nnz))
