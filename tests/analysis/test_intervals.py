"""Measures of regularity against renewal processes whose values are known."""

import numpy as np
import pytest
from hypothesis import given

from hillock.analysis import cv, intervals, local_variation
from tests.recording.made import from_trains, recordings


def gamma_process(shape, n, seed, dt=1e-3):
    """Return a recording of one neuron whose intervals are gamma distributed with mean 20 ms."""
    isi = np.random.default_rng(seed).gamma(shape, 20.0 / shape, n)
    steps = np.unique(np.round(np.cumsum(isi) / dt)) * dt
    return from_trains([steps], duration=np.ceil(steps[-1]) + 1, dt=dt)


def test_a_regular_train_does_not_vary():
    rec = from_trains([np.arange(10.0, 100.0, 10.0)])
    assert cv(rec)[0] == 0.0
    assert local_variation(rec)[0] == 0.0


@pytest.mark.parametrize("shape", [1, 2, 4])
def test_the_cv_of_a_gamma_process_is_one_over_the_root_of_its_shape(shape):
    n = 40_000
    # The relative error of a CV estimated from n intervals has the standard deviation below (delta method, moments of the gamma law).
    sigma = np.sqrt((0.5 + 1 / (2 * shape) + 1 / shape - 1 / shape) / n) if shape > 1 else 1 / np.sqrt(n)
    assert abs(cv(gamma_process(shape, n, seed=shape))[0] * np.sqrt(shape) - 1) < 4 * sigma


@pytest.mark.parametrize("shape", [1, 2, 4])
def test_the_lv_of_a_gamma_process_is_three_over_twice_its_shape_plus_one(shape):
    # Shinomoto et al. 2003, eq. 2.3. Each term 3((x-y)/(x+y))² is 3(2B-1)² of a Beta(shape, shape) number: bounded by 3, so its
    # standard deviation is below 1.5; neighbouring terms share an interval, which at most doubles the variance of the mean.
    n = 40_000
    assert abs(local_variation(gamma_process(shape, n, seed=shape))[0] - 3 / (2 * shape + 1)) < 4 * 1.5 * np.sqrt(2 / n)


def test_the_lv_ignores_a_slow_change_of_rate_which_the_cv_sees():
    isi = np.repeat([1.0, 10.0], 100)
    rec = from_trains([np.cumsum(isi)], duration=2000.0)
    assert cv(rec)[0] > 0.8
    assert local_variation(rec)[0] < 0.02  # one of 199 terms is not 0: 3/199·(9/11)²


def test_too_few_spikes_have_no_variation():
    rec = from_trains([[1.0, 2.0], [1.0], [], [1.0, 2.0, 4.0]])
    assert np.isnan(cv(rec)).tolist() == [True, True, True, False]
    assert np.isnan(local_variation(rec)).tolist() == [True, True, True, False]


@given(rec=recordings())
def test_all_intervals_are_those_of_each_neuron(rec):
    isi, who = intervals(rec)
    for neuron in range(rec.neurons):
        np.testing.assert_allclose(isi[who == neuron], rec.isi(neuron), atol=1e-8)


@pytest.mark.neuro
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_elephant_finds_the_same():
    statistics = pytest.importorskip("elephant.statistics", reason="the extra neuro is not installed")
    rec = gamma_process(2, 500, seed=7)
    assert np.isclose(cv(rec)[0], statistics.cv(rec.isi()), rtol=1e-12)
    assert np.isclose(local_variation(rec)[0], statistics.lv(rec.isi()), rtol=1e-12)
