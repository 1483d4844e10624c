"""Neurons that fire together, by chance, or in turns."""

import re

import numpy as np
import pytest

from hillock.analysis import correlations, network_statistics, synchrony
from hillock.recording import NetworkRecording, RecordingError
from tests.recording.made import from_trains


def poisson(neurons, duration, rate, seed, common=0.0):
    """Return neurons that fire at ``rate`` (Hz), each spike being one that all have with the probability ``common``; one step is 1 ms."""
    rng, p = np.random.default_rng(seed), rate / 1000
    shared = rng.random(duration) < p * common
    own = rng.random((neurons, duration)) < p * (1 - common)
    return from_trains([np.flatnonzero(shared | each) + 1.0 for each in own], duration=float(duration), dt=1.0)


def test_independent_neurons_are_not_correlated():
    found = correlations(poisson(20, 40_000, 20, seed=1), 2)
    pairs = found[np.triu_indices(20, 1)]
    # Each of 190 coefficients has the deviation 1/√bins, and they are independent.
    assert abs(pairs.mean()) < 4 / np.sqrt(20_000 * 190)
    np.testing.assert_allclose(np.diag(found), 1.0)


def test_a_common_source_correlates_by_its_share():
    # In a step of probability p, common a and own b: cov = a(1 - a)(1 - b)², var = q(1 - q) with 1 - q = (1 - a)(1 - b).
    a, b, bins = 0.02 * 0.3, 0.02 * 0.7, 200_000
    q = 1 - (1 - a) * (1 - b)
    found = correlations(poisson(2, bins, 20, seed=2, common=0.3), 1)[0, 1]
    # The sum of common spikes has the relative deviation 1/√(a bins); the coefficient less than twice that.
    assert abs(found / (a * (1 - a) * (1 - b) ** 2 / (q * (1 - q))) - 1) < 4 * 2 / np.sqrt(a * bins)


def test_the_coefficient_is_that_of_numpy():
    rec = poisson(4, 1000, 50, seed=3)
    counts = rec.spike_train.reshape(200, 5, 4).sum(axis=1)
    np.testing.assert_allclose(correlations(rec, 5), np.corrcoef(counts.T), atol=1e-12)
    np.testing.assert_allclose(correlations(rec, 5, neurons=[2, 0]), np.corrcoef(counts.T[[2, 0]]), atol=1e-12)
    np.testing.assert_allclose(correlations(rec, 5, start=500), np.corrcoef(counts[100:].T), atol=1e-12)


def test_neurons_in_turns_are_anticorrelated_and_silent_ones_have_no_coefficient():
    found = correlations(from_trains([[1.0, 21.0], [11.0, 31.0], []], duration=40.0), 10)
    assert found[0, 1] == -1.0
    assert np.isnan(found[2]).all()


def test_independent_poisson_neurons_have_synchrony_one():
    bins = 20_000
    # Counts in bins of 3 steps are binomial: variance over mean 1 - p; the estimate has the deviation √(2/bins).
    assert abs(synchrony(poisson(50, 3 * bins, 10, seed=4)) - 0.99) < 4 * np.sqrt(2 / bins)


def test_neurons_that_always_fire_together_have_the_synchrony_of_their_number():
    every = np.arange(3.0, 300.0, 30.0)  # in one of ten bins: variance over mean n(1 - 1/10)
    assert synchrony(from_trains([every] * 8, duration=300.0, dt=1.0)) == pytest.approx(8 * 0.9)
    assert np.isnan(synchrony(from_trains([[], []])))


def test_the_state_of_each_population_is_told_from_its_spikes():
    recs = {"P": poisson(30, 30_000, 20, seed=5), "R": from_trains([np.arange(1.0, 30_001.0, 50.0)] * 3 + [[]], 30_000.0, 1.0)}
    found = network_statistics(NetworkRecording(recs, {}), start=1000)
    assert found["R"][:4] == (15.0, 0.25, 0.0, 0.0)
    assert found["R"].correlation == pytest.approx(1.0)
    # Geometric intervals of p = 0.02 per step: CV = √(1 - p); about 17,000 of them.
    assert abs(found["P"].cv - np.sqrt(0.98)) < 4 / np.sqrt(17_000) + 0.01  # 580 intervals of a neuron: biased by less than 1/2n of 1
    assert abs(found["P"].rate - 20) < 4 * np.sqrt(20 / 29 / 30)
    assert found["P"].silent == 0.0


def test_a_population_that_never_fired_has_a_rate_and_nothing_else():
    found = network_statistics(NetworkRecording({"E": from_trains([[], []])}, {}))["E"]
    assert found[:2] == (0.0, 1.0)
    assert np.isnan(found[2:]).all()


def test_what_cannot_be_counted_is_said():
    rec = from_trains([[1.0], [2.0]])
    sentence = "correlations.neurons must be different numbers from 0 to 1, got [0, 2]."
    with pytest.raises(RecordingError, match=f"^{re.escape(sentence)}$"):
        correlations(rec, neurons=[0, 2])
    sentence = "synchrony.width must be > 0 ms and at most half of the stretch of 100 ms, got 60 ms."
    with pytest.raises(RecordingError, match=f"^{re.escape(sentence)}$"):
        synchrony(rec, 60)
