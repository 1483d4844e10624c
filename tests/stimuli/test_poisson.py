import math

import numpy as np
import pytest

from hillock.stimuli import Poisson
from tests.stimuli.sampled import current

NEURONS, STEPS = 1000, 100


@pytest.mark.parametrize(("rate", "dt"), [(200.0, 0.1), (2000.0, 0.1), (2000.0, 0.5), (40000.0, 0.5)])
def test_counts_have_the_rate_and_a_fano_factor_of_1(rate, dt):
    i = current(Poisson(rate, charge=0.5), duration=STEPS * dt, dt=dt, key=31, neurons=NEURONS)
    counts, expected = i * dt / 0.5, rate * dt / 1000
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-12)
    n = counts.size
    assert counts.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / n))  # 4 sigma
    assert counts.var() == pytest.approx(expected, abs=4 * np.sqrt((expected + 2 * expected**2) / n))  # var of (N - λ)² is λ + 2λ²


def test_counts_of_one_event_expected_per_step_follow_the_poisson_distribution():
    counts = np.round(current(Poisson(1000.0, charge=1.0), duration=STEPS, dt=1.0, key=32, neurons=NEURONS)).astype(int)
    for k in range(6):
        p = math.exp(-1.0) / math.factorial(k)
        assert np.mean(counts == k) == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / counts.size))  # 4 sigma


@pytest.mark.parametrize("dt", [0.5, 0.25])
def test_shot_noise_obeys_campbells_theorem(dt):
    rate, charge, tau, settled = 800.0, 0.5, 2.0, 40
    i = current(Poisson(rate, charge, tau), duration=(settled + STEPS) * dt, dt=dt, key=33, neurons=NEURONS)[settled:]
    variance = rate / 1000 * charge**2 * np.tanh(dt / (2 * tau)) / dt  # of averages over dt; → rate charge²/(2 tau)
    assert variance == pytest.approx(rate / 1000 * charge**2 / (2 * tau), rel=0.01)
    independent = NEURONS * STEPS * dt / (2 * tau)  # values within 2 tau of each other are correlated
    assert i.mean() == pytest.approx(rate / 1000 * charge, abs=4 * np.sqrt(variance / independent))  # 4 sigma
    assert i.var() == pytest.approx(variance, rel=4 * np.sqrt(3 / independent))  # kurtosis is below 3 + 1


def test_each_event_delivers_its_charge_whatever_tau_is():
    runs = [current(Poisson(300.0, 0.7, tau, stop=10.0), duration=100, dt=0.5, key=34) for tau in (0.0, 0.01, 3.0)]
    charges = [run.sum() * 0.5 for run in runs]
    assert charges[0] / 0.7 == pytest.approx(round(charges[0] / 0.7))
    assert charges[0] > 0
    np.testing.assert_allclose(charges, charges[0], rtol=1e-12)  # 90 ms are 30 tau: e⁻³⁰ is left


def test_shot_noise_decays_with_tau_after_the_last_event():
    i = current(Poisson(300.0, 0.7, 3.0, stop=10.0), duration=20, dt=0.5, key=34)[:, 0]
    np.testing.assert_allclose(i[21:] / i[20:-1], np.exp(-0.5 / 3.0), rtol=1e-12)


def test_a_rate_of_0_is_silent():
    assert np.all(current(Poisson(0.0, 1.0, 2.0), duration=10, dt=0.5, key=1) == 0.0)
