"""Synapses that a user lists, or gives as a matrix, keep the order of the user's weights."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from hillock._param import ParameterError
from hillock.connections import Explicit, Matrix, _base
from tests.connections.networks import DRAWS, matrix


def listed(rule, n_source, n_target):
    """Return (source, target, which of the user's) of every synapse."""
    rows, found = rule.rows(n_source, n_target, same=False, draws=DRAWS), []
    for k, (begin, end) in enumerate(rows.pieces):
        piece = rows.piece(k)
        found += zip(np.repeat(np.arange(begin, end), piece.counts).tolist(), piece.targets.tolist(), piece.order.tolist(), strict=True)
    return found


def test_listed_synapses_are_found_by_source_and_target():
    rule = Explicit(sources=[2, 0, 2, 0, 2], targets=[1, 3, 0, 0, 1])
    assert listed(rule, 3, 4) == [(0, 0, 3), (0, 3, 1), (2, 0, 2), (2, 1, 0), (2, 1, 4)]
    np.testing.assert_array_equal(matrix(rule, 3, 4, same=False), [[1, 0, 0, 1], [0, 0, 0, 0], [1, 2, 0, 0]])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), max_size=60), st.sampled_from([5, 2**20]), st.sampled_from([10, 2**60]))
def test_any_list_is_kept(pairs, piece, n_target):
    """``n_target`` = 2⁶⁰ is too many for pairs and their order to be packed in one number."""
    rule = Explicit([source for source, _ in pairs], [target for _, target in pairs])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_base, "PIECE", piece)
        found = listed(rule, 7, n_target)
    assert [(source, target) for source, target, _ in found] == sorted(pairs)
    assert [pairs[which] for *_, which in found] == sorted(pairs)
    assert all(a[2] < b[2] for a, b in itertools.pairwise(found) if a[:2] == b[:2])


DENSE = np.array([[0.0, 1.5, 0.0], [0.5, 0.0, -2.0]])
SPARSE = sparse.coo_array(([1.0, 0.5, -2.0, 0.5, 0.0], ([0, 1, 1, 0, 0], [1, 0, 2, 1, 2])), shape=(2, 3))  # one pair twice, one zero


@pytest.mark.parametrize("given_as", [DENSE, DENSE.tolist(), DENSE.astype(np.float32), SPARSE, SPARSE.tocsr(), SPARSE.tocsc()])
def test_a_matrix_joins_where_it_is_not_zero_and_its_entries_are_the_weights(given_as):
    rule = Matrix(given_as)
    np.testing.assert_array_equal(rule.weights, [1.5, 0.5, -2.0])
    assert listed(rule, 2, 3) == [(0, 1, 0), (1, 0, 1), (1, 2, 2)]
    assert rule.synapses(2, 3, same=False) == 3


def test_the_matrix_of_a_user_is_not_changed():
    mine = SPARSE.copy()
    Matrix(mine)
    assert mine.nnz == 5


def test_a_matrix_of_truth_values_joins_where_it_is_true():
    np.testing.assert_array_equal(matrix(Matrix(DENSE > 0), 2, 3, same=False), DENSE > 0)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Explicit([0, 1], [0]), "Explicit.sources and Explicit.targets must have the same length, got 2 and 1."),
        (lambda: Explicit([0, 1.5], [0, 1]), "Explicit.sources must be a list of whole numbers, got 0.0."),
        (lambda: Explicit([0, 1], ["a", "b"]), "Explicit.targets must be a list of whole numbers, got 'a'."),
        (lambda: Explicit([[0, 1]], [0, 1]), "Explicit.sources must be a list of whole numbers, got an array of shape (1, 2)."),
        (
            lambda: Explicit([0, 3], [0, 0]).check(3, 4, same=False, where="Projection E→I"),
            "Projection E→I: Explicit.sources must be ≥ 0 and < 3, the number of neurons, got 3 at index 1.",
        ),
        (
            lambda: Explicit([0, 2], [-1, 0]).check(3, 4, same=False, where="Projection E→I"),
            "Projection E→I: Explicit.targets must be ≥ 0 and < 4, the number of neurons, got -1 at index 0.",
        ),
        (lambda: Matrix([1.0, 2.0]), "Matrix.matrix must be numbers in two dimensions, sources and targets, got an array of shape (2,)."),
        (lambda: Matrix([[1.0], [1.0, 2.0]]), "Matrix.matrix must be numbers in two dimensions, got rows of unequal lengths."),
        (lambda: Matrix([["a"]]), "Matrix.matrix must be numbers in two dimensions, sources and targets, got entries of type <U1."),
        (lambda: Matrix([[0.0, 0.0], [0.0, np.nan]]), "Matrix.matrix must be finite, got nan at index 1, 1."),
        (
            lambda: Matrix(DENSE).check(3, 2, same=False, where="Projection E→I"),
            "Projection E→I: Matrix.matrix must have the shape (3, 2), sources and targets, got (2, 3).",
        ),
    ],
)
def test_lists_and_matrices_that_fit_no_populations_are_refused(make, text):
    with pytest.raises(ParameterError, match="^" + re.escape(text) + "$"):
        make()
