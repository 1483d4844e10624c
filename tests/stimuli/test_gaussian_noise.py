import re

import numpy as np
import pytest

from hillock._param import ParameterError
from hillock.stimuli import GaussianNoise
from tests.stimuli.sampled import current

NEURONS, STEPS = 100, 500


def test_noise_has_the_mean_and_the_standard_deviation_it_is_given():
    i = current(GaussianNoise(1.5, 0.5), duration=STEPS, dt=1.0, key=11, neurons=NEURONS)
    n = i.size
    assert i.mean() == pytest.approx(1.5, abs=4 * 0.5 / np.sqrt(n))  # 4 sigma
    assert i.std() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(2 * n))


def test_noise_has_no_memory():
    z = current(GaussianNoise(0.0, 1.0), duration=STEPS, dt=1.0, key=12, neurons=NEURONS)
    for lag in (1, 2, 10):
        products = z[lag:] * z[:-lag]
        assert abs(products.mean()) < 4 / np.sqrt(products.size)  # 4 sigma: each product has variance 1


def test_halving_dt_leaves_the_noise_as_it_was():
    coarse, fine = (current(GaussianNoise(0.0, 1.0, interval=1.0, start=2.0), duration=20, dt=dt, key=5) for dt in (0.5, 0.25))
    np.testing.assert_array_equal(fine[::2], coarse)
    np.testing.assert_array_equal(fine[1::2], coarse)


def test_each_value_lasts_for_its_interval():
    i = current(GaussianNoise(0.0, 1.0, interval="2 ms", stop=6.0), duration=10, dt=0.5, key=5)[:, 0]
    assert np.unique(i[:12]).size == 3
    assert np.all(i[:12].reshape(3, 4) == i[:12:4, None])
    assert np.all(i[12:] == 0.0)


def test_a_negative_standard_deviation_is_refused():
    with pytest.raises(ParameterError, match=re.escape("GaussianNoise.std must be ≥ 0 nA, got -1 nA.")):
        GaussianNoise(0.0, -1.0)
