"""Degrees and targets have the distribution that each rule says: exact numbers, binomial ones, uniform ones."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hillock.connections import AllToAll, FixedIndegree, FixedOutdegree, FixedProbability, FixedTotal, OneToOne, _base, fixed_indegree
from tests.connections.networks import DRAWS, RANDOM, deviation, matrix

RARE = math.erfc(4 / math.sqrt(2))  # probability of more than four sigma


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch):
    monkeypatch.setattr(_base, "PIECE", 5000)
    monkeypatch.setattr(fixed_indegree, "PIECE", 5000)


def assert_same_distribution(counts, expected):
    """Chi-squared of independent counts against their expectations, within four sigma on either side."""
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    assert RARE < stats.chi2.sf(chi2, np.size(counts) - 1) < 1 - RARE


def test_all_to_all_joins_every_pair_once():
    np.testing.assert_array_equal(matrix(AllToAll(), 30, 70, same=False), np.ones((30, 70)))
    np.testing.assert_array_equal(matrix(AllToAll(autapses=False), 30), 1 - np.eye(30))


def test_one_to_one_joins_equal_numbers():
    np.testing.assert_array_equal(matrix(OneToOne(), 600), np.eye(600))


@pytest.mark.parametrize("autapses", [True, False])
@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("k", [0, 1, 40, 140, 150])
def test_every_target_has_the_fixed_in_degree(k, autapses, multapses):
    got = matrix(FixedIndegree(k, autapses=autapses, multapses=multapses), 151)
    np.testing.assert_array_equal(got.sum(0), k)


@pytest.mark.parametrize("autapses", [True, False])
@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("k", [0, 1, 40, 140, 150])
def test_every_source_has_the_fixed_out_degree(k, autapses, multapses):
    got = matrix(FixedOutdegree(k, autapses=autapses, multapses=multapses), 151)
    np.testing.assert_array_equal(got.sum(1), k)


@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("n", [0, 1, 3000, 12_000, 22_350])
def test_the_whole_has_the_fixed_total(n, multapses):
    assert matrix(FixedTotal(n, autapses=False, multapses=multapses), 150).sum() == n


def test_a_probability_of_1_joins_all_and_one_of_0_none():
    np.testing.assert_array_equal(matrix(FixedProbability(1, autapses=False), 300), 1 - np.eye(300))
    assert matrix(FixedProbability(0), 300).sum() == 0


@pytest.mark.parametrize("p", [1e-6, 1e-3, 0.02, 0.3, 0.5, 0.9, 1 - 1e-6])
def test_with_a_fixed_probability_pairs_are_joined_independently(p):
    got = matrix(FixedProbability(p), 1500, 1200, same=False)
    assert deviation(got, p, p * (1 - p)) < 4
    neighbours = got[:, 1:] * got[:, :-1]
    assert deviation(neighbours, p * p, 3 * p * p * (1 - p * p)) < 4  # each overlaps with two: at most three times the variance


@pytest.mark.parametrize("p", [0.02, 0.4])
def test_with_a_fixed_probability_degrees_are_binomial(p):
    got = matrix(FixedProbability(p), 1000, 900, same=False)
    for degrees, n in ((got.sum(0), 1000), (got.sum(1), 900)):
        variance = p * (1 - p) * n
        assert abs(degrees.mean() - p * n) < 4 * np.sqrt(variance / len(degrees))
        assert abs(degrees.var() / variance - 1) < 4 * np.sqrt(2 / len(degrees))


def test_with_a_fixed_in_degree_out_degrees_are_binomial():
    degrees = matrix(FixedIndegree(50), 400, 2000, same=False).sum(1)
    expected, variance = 50 * 2000 / 400, 50 * 2000 / 400 * (1 - 1 / 400)
    assert degrees.sum() == 50 * 2000
    assert abs(((degrees - expected) ** 2).mean() / variance - 1) < 4 * np.sqrt(2 / 400)


def test_with_different_sources_out_degrees_vary_less():
    """A source is among the k of n with probability k/n, once: the out-degree is binomial with k/n."""
    degrees = matrix(FixedIndegree(100, multapses=False), 400, 2000, same=False).sum(1)
    variance = 2000 * 0.25 * 0.75
    assert abs(((degrees - 500) ** 2).mean() / variance - 1) < 4 * np.sqrt(2 / 400)


def test_with_a_fixed_total_degrees_are_multinomial():
    got = matrix(FixedTotal(60_000), 500, 400, same=False)
    assert_same_distribution(got.sum(1), 60_000 / 500)
    assert_same_distribution(got.sum(0), 60_000 / 400)
    found = np.bincount(np.minimum(got.ravel(), 3), minlength=4)
    assert_same_distribution(found, 200_000 * np.append(stats.binom.pmf(range(3), 60_000, 1 / 200_000), stats.binom.sf(2, 60_000, 1 / 200_000)))


def test_with_a_fixed_total_of_different_pairs_degrees_are_hypergeometric():
    got = matrix(FixedTotal(60_000, multapses=False), 500, 400, same=False)
    for degrees, room in ((got.sum(1), 400), (got.sum(0), 500)):
        variance = stats.hypergeom(200_000, room, 60_000).var()
        assert abs(degrees.var() / variance - 1) < 4 * np.sqrt(2 / len(degrees))


@pytest.mark.parametrize("rule", [rule for rule in RANDOM if getattr(rule, "autapses", True) and not hasattr(rule, "kernel")], ids=repr)
def test_no_source_and_no_target_is_preferred(rule):
    """Which synapses there are is summed over 40 networks of 300 neurons, in blocks of 20 by 20 neurons: no block has more than others."""
    total = np.sum([matrix(rule, draws=DRAWS._replace(stream=k)) for k in range(40)], axis=0)
    blocks = total.reshape(15, 20, 15, 20).sum((1, 3))
    p = total.mean() / 40 if not getattr(rule, "multapses", False) else 0.0
    chi2 = float(((blocks - blocks.mean()) ** 2 / (blocks.mean() * (1 - p))).sum())
    fixed = 225 - 1 if not hasattr(rule, "k") else 225 - 15  # sums over rows or columns are given
    assert RARE < stats.chi2.sf(chi2, fixed) < 1 - RARE


@pytest.mark.parametrize("kind", [FixedIndegree, FixedOutdegree])
@pytest.mark.parametrize("k", [2, 4])
def test_all_sets_of_partners_are_equally_likely(kind, k):
    """Six neurons, each joined to k others: each of the C(5, k) sets for each neuron, over 600 networks."""
    counts = {}
    for stream in range(600):
        got = matrix(kind(k, autapses=False, multapses=False), 6, draws=DRAWS._replace(stream=stream))
        for neuron, line in enumerate(got if kind is FixedOutdegree else got.T):
            counts[neuron, tuple(np.flatnonzero(line).tolist())] = counts.get((neuron, tuple(np.flatnonzero(line).tolist())), 0) + 1
    assert len(counts) == 6 * math.comb(5, k)
    chi2 = sum((count - 600 / math.comb(5, k)) ** 2 for count in counts.values()) / (600 / math.comb(5, k))
    assert RARE < stats.chi2.sf(chi2, 6 * (math.comb(5, k) - 1)) < 1 - RARE


def test_all_sets_of_pairs_are_equally_likely():
    """Three of the six pairs of three neurons with others: each of the 20 sets, over 1000 networks."""
    rule, counts = FixedTotal(3, autapses=False, multapses=False), {}
    for stream in range(1000):
        pairs = tuple(np.flatnonzero(matrix(rule, 3, draws=DRAWS._replace(stream=stream))).tolist())
        counts[pairs] = counts.get(pairs, 0) + 1
    assert len(counts) == 20
    assert_same_distribution(np.array(list(counts.values())), 50.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 12), st.integers(0, 12), st.booleans(), st.booleans(), st.booleans(), st.floats(0, 1), st.integers(0, 2**32))
def test_populations_of_any_size_are_joined(n_source, n_target, same, autapses, multapses, share, seed):
    n_target = n_source if same else n_target
    sources, targets = (max(n - (same and not autapses), 0) for n in (n_source, n_target))
    options, draws = {"autapses": autapses, "multapses": multapses}, DRAWS._replace(seed=seed)

    def made(rule):
        return matrix(rule, n_source, n_target, same, draws)

    k_in, k_out, n = round(share * sources), round(share * targets), round(share * n_source * targets)
    assert (made(FixedIndegree(k_in, **options)).sum(0) == k_in).all()
    assert (made(FixedOutdegree(k_out, **options)).sum(1) == k_out).all()
    assert made(FixedTotal(n, **options)).sum() == n
    assert made(FixedProbability(share, autapses=autapses)).max(initial=0) <= 1


@pytest.mark.parametrize("multapses", [True, False])
def test_populations_may_have_two_thousand_million_neurons(multapses):
    """Pairs then need more than 32 bits."""
    n = 2**31 - 1
    piece = FixedOutdegree(1000, multapses=multapses).rows(4, n, same=False, draws=DRAWS).piece(0)
    assert stats.kstest(piece.targets / n, "uniform").pvalue > RARE
    for row in piece.targets.reshape(4, 1000):
        assert (np.diff(row.astype(int)) >= (0 if multapses else 1)).all()
    sparse = FixedProbability(1e-6).rows(40, n, same=False, draws=DRAWS)
    assert stats.kstest(np.concatenate([sparse.piece(k).targets for k in range(len(sparse.pieces))]) / n, "uniform").pvalue > RARE


def test_a_large_population_may_have_few_synapses(monkeypatch):
    monkeypatch.setattr(fixed_indegree, "PIECE", 2**20)  # one piece, whose pairs need more than 32 bits
    n = 70_000
    piece = FixedIndegree(1, autapses=False).rows(n, n, same=True, draws=DRAWS).piece(0)
    np.testing.assert_array_equal(np.sort(piece.targets), np.arange(n))
    assert (np.repeat(np.arange(n), piece.counts) != piece.targets).all()
    assert FixedTotal(1000, multapses=False).rows(n, n, same=True, draws=DRAWS).counts.sum() == 1000  # type: ignore[union-attr]
