"""What holds for every rule: rows in order, the same network however it is made, another one for another seed."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from hillock._param import ParameterError
from hillock.connections import AllToAll, Draws, FixedIndegree, FixedProbability, FixedTotal, _base, fixed_indegree
from tests.connections.networks import DRAWS, EVERY, RANDOM, matrix


@pytest.fixture
def small_pieces(monkeypatch):
    """Pieces of 1000 synapses, so that small networks have many."""
    monkeypatch.setattr(_base, "PIECE", 1000)
    monkeypatch.setattr(fixed_indegree, "PIECE", 1000)


def pieces(rule, order=None, draws=DRAWS):
    rows = rule.rows(300, 300, same=True, draws=draws)
    order = range(len(rows.pieces)) if order is None else order(len(rows.pieces))
    return {k: rows.piece(k) for k in order}


@pytest.mark.parametrize("rule", EVERY, ids=repr)
def test_pieces_are_all_sources_in_order(rule, small_pieces):
    rows = rule.rows(300, 300, same=True, draws=DRAWS)
    assert [k for begin, end in rows.pieces for k in range(begin, end)] == list(range(300))
    assert [len(rows.piece(k).counts) for k in range(len(rows.pieces))] == [end - begin for begin, end in rows.pieces]


@pytest.mark.parametrize("rule", EVERY, ids=repr)
def test_targets_ascend_within_each_source_and_exist(rule, small_pieces):
    for piece in pieces(rule).values():
        assert piece.counts.sum() == len(piece.targets)
        assert piece.targets.dtype == np.int32
        for row in np.split(piece.targets, np.cumsum(piece.counts)[:-1]):
            assert (np.diff(row) >= 0).all()
            assert ((row >= 0) & (row < 300)).all()


@pytest.mark.parametrize("rule", EVERY, ids=repr)
def test_out_degrees_that_are_known_beforehand_are_met(rule, small_pieces):
    known = rule.rows(300, 300, same=True, draws=DRAWS).counts
    if known is not None:
        np.testing.assert_array_equal(matrix(rule).sum(1), known)


@pytest.mark.parametrize("rule", EVERY, ids=repr)
def test_the_order_in_which_pieces_are_made_does_not_matter(rule, small_pieces):
    forth, back = pieces(rule), pieces(rule, lambda n: reversed(range(n)))
    assert len(forth) > 5 or rule.synapses(300, 300, same=True) < 5000
    for k, piece in forth.items():
        np.testing.assert_array_equal(piece.counts, back[k].counts)
        np.testing.assert_array_equal(piece.targets, back[k].targets)


@pytest.mark.parametrize("rule", EVERY, ids=repr)
def test_threads_do_not_matter(rule, small_pieces):
    np.testing.assert_array_equal(matrix(rule), matrix(rule, threads=3))
    rows = rule.rows(300, 300, same=True, draws=DRAWS)
    with ThreadPoolExecutor(4) as pool:  # one piece, many times at once
        twins = list(pool.map(lambda _: rows.piece(0).targets.tolist(), range(8)))
    assert all(twin == twins[0] for twin in twins)


@pytest.mark.parametrize("rule", RANDOM, ids=repr)
@pytest.mark.parametrize("draws", [Draws(8, 3), Draws(7, 4)], ids=["another seed", "another projection"])
def test_another_seed_and_another_projection_give_another_network(rule, draws):
    assert (matrix(rule) != matrix(rule, draws=draws)).any()


@pytest.mark.parametrize("rule", EVERY, ids=repr)
def test_the_number_of_synapses_is_the_one_announced(rule, small_pieces):
    """Within four sigma: sums of independent synapses have a variance of at most their mean."""
    announced = rule.synapses(300, 300, same=True)
    assert abs(matrix(rule).sum() - announced) <= (4 * np.sqrt(announced) if hasattr(rule, "p") or hasattr(rule, "kernel") else 0)


@pytest.mark.parametrize("rule", [rule for rule in EVERY if not getattr(rule, "autapses", True)], ids=repr)
def test_no_neuron_is_joined_to_itself_where_that_is_forbidden(rule, small_pieces):
    assert np.trace(matrix(rule)) == 0


@pytest.mark.parametrize("rule", [rule for rule in RANDOM if getattr(rule, "autapses", True)], ids=repr)
def test_neurons_are_joined_to_themselves_where_that_is_allowed(rule):
    assert np.trace(matrix(rule)) > 0


def test_neurons_of_two_populations_with_the_same_number_are_no_autapses():
    np.testing.assert_array_equal(matrix(AllToAll(autapses=False), 4, 4, same=False), np.ones((4, 4)))


@pytest.mark.parametrize("rule", [rule for rule in EVERY if not getattr(rule, "multapses", False)], ids=repr)
def test_no_pair_is_joined_twice_where_that_is_forbidden(rule, small_pieces):
    assert matrix(rule).max() == 1


@pytest.mark.parametrize("rule", [FixedProbability(0.1), FixedIndegree(30), FixedTotal(9000)], ids=repr)
def test_pieces_share_no_random_numbers(rule, small_pieces):
    many = list(pieces(rule).values())
    rows = {tuple(np.split(piece.targets, np.cumsum(piece.counts)[:-1])[0].tolist()) for piece in many}
    assert len(rows) == len(many)


def test_a_seed_out_of_range_is_refused():
    with pytest.raises(ValueError, match=r"^seed must be a whole number from 0 to 2\*\*64 - 1, got -1\.$"):
        Draws(-1, 0).generator(0, 0)
    with pytest.raises(ValueError, match=r"^stream must be a whole number from 0 to 2\*\*56 - 1, got 72057594037927936\.$"):
        Draws(0, 2**56).generator(0, 0)


def test_a_flag_that_is_no_truth_value_is_refused():
    with pytest.raises(ParameterError, match=r"^FixedTotal\.multapses must be True or False, got 'no'\.$"):
        FixedTotal(3, multapses="no")  # type: ignore[arg-type]
