import re

import numpy as np
import pytest

from hillock._param import ParameterError
from hillock.stimuli import OrnsteinUhlenbeck
from tests.stimuli.sampled import current

NEURONS, STEPS = 2000, 60


@pytest.mark.parametrize("dt", [0.5, 0.25])
def test_the_process_is_stationary_from_its_first_step_on(dt):
    i = current(OrnsteinUhlenbeck(1.5, 0.4, tau=5.0), duration=STEPS * dt, dt=dt, key=21, neurons=NEURONS)
    for row in (0, 1, STEPS // 2, STEPS - 1):  # neurons are independent, so each row is a sample of 2000
        assert i[row].mean() == pytest.approx(1.5, abs=4.5 * 0.4 / np.sqrt(NEURONS))  # 4.5 sigma
        assert i[row].std() == pytest.approx(0.4, abs=4.5 * 0.4 / np.sqrt(2 * NEURONS))


@pytest.mark.parametrize("dt", [0.5, 0.25])
def test_its_autocorrelation_decays_with_tau(dt):
    z = current(OrnsteinUhlenbeck(0.0, 1.0, tau=5.0), duration=STEPS * dt, dt=dt, key=22, neurons=NEURONS)
    for lag in (1, 5, 20, 40):
        expected = np.exp(-lag * dt / 5.0)
        # of pairs in one row of neurons: variance 1 + expected² each (Isserlis)
        assert np.mean(z[0] * z[lag]) == pytest.approx(expected, abs=4 * np.sqrt((1 + expected**2) / NEURONS))  # 4 sigma


def test_a_process_much_faster_than_dt_has_no_memory():
    z = current(OrnsteinUhlenbeck(0.0, 1.0, tau=1e-3), duration=1000, dt=1.0, key=23)[:, 0]
    assert abs(np.mean(z[1:] * z[:-1])) < 4 / np.sqrt(999)  # 4 sigma
    assert z.std() == pytest.approx(1.0, abs=4 / np.sqrt(2000))


def test_the_window_hides_the_process_and_does_not_restart_it():
    always, part = (
        current(OrnsteinUhlenbeck(0.1, 0.4, tau=5.0, **window), duration=10, dt=0.5, key=24) for window in ({}, {"start": 2.0, "stop": 8.0})
    )
    np.testing.assert_array_equal(part[4:16], always[4:16])
    assert np.all(part[:4] == 0.0)
    assert np.all(part[16:] == 0.0)


def test_a_process_needs_a_positive_correlation_time():
    with pytest.raises(ParameterError, match=re.escape("OrnsteinUhlenbeck.tau must be > 0 ms, got 0 ms.")):
        OrnsteinUhlenbeck(0.0, 1.0, tau=0.0)
