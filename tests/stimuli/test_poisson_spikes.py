import math
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk
from hillock.stimuli import Poisson, PoissonSpikes
from tests.stimuli.sampled import current

NEURONS, STEPS, DT = 1000, 200, 0.1
EXPECTED = [0.001, 0.5, 2.0, 20.0, 80.0]  # per step

every_expectation = pytest.mark.parametrize("expected", EXPECTED)


def counts(expected, key=41, **settings):
    return current(PoissonSpikes(1000 * expected / DT), duration=STEPS * DT, dt=DT, key=key, **{"neurons": NEURONS, **settings})


@every_expectation
def test_counts_have_the_mean_and_variance_of_the_rate(expected):
    found = counts(expected)
    n = found.size
    assert found.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / n))  # 4 sigma
    assert found.var() == pytest.approx(expected, abs=4 * np.sqrt((expected + 2 * expected**2) / n))  # var of (N - λ)² is λ + 2λ²


@every_expectation
def test_counts_are_distributed_as_poisson_says(expected):
    found = counts(expected, key=42).astype(int).ravel()
    k = np.arange(200)
    p = np.exp(k * math.log(expected) - expected - np.array([math.lgamma(j + 1) for j in k]))
    common = p * found.size > 10  # the others are one class
    seen = np.bincount(found, minlength=200)
    seen, p = np.append(seen[common], seen[~common].sum()), np.append(p[common], p[~common].sum())
    chi2, freedom = np.sum((seen - found.size * p) ** 2 / np.maximum(found.size * p, 1.0)), len(p) - 1
    assert chi2 == pytest.approx(freedom, abs=4 * np.sqrt(2 * freedom))  # 4 sigma


@every_expectation
def test_both_engines_count_the_same(expected):
    scan, vector = (counts(expected, neurons=70, engine=engine) for engine in ("scan", "simd"))
    np.testing.assert_array_equal(vector, scan)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_counts_are_whole_numbers_in_any_precision(dtype):
    rec = hk.simulate(hk.cells.LIF(), PoissonSpikes(8e5), duration=5, dt=DT, key=1, record=["i"], dtype=dtype)
    np.testing.assert_array_equal(rec["i"], np.round(rec["i"]))


def test_neurons_and_steps_count_independently():
    found = counts(2.0) - 2.0
    n = found.size
    for other in (np.roll(found, 1, axis=0), np.roll(found, 1, axis=1)):
        assert np.mean(found * other) == pytest.approx(0.0, abs=4 * 2.0 / np.sqrt(n))  # 4 sigma


def test_each_neuron_has_a_rate_of_its_own():
    rates = np.repeat([0.0, 500.0, 5000.0, 400000.0], 100)
    found = current(PoissonSpikes(rates), duration=STEPS * DT, dt=DT, key=43).reshape(STEPS, 4, 100)
    expected = np.array([0.0, 0.05, 0.5, 40.0])
    assert np.all(np.abs(found.mean(axis=(0, 2)) - expected) <= 4 * np.sqrt(expected / (STEPS * 100)))  # 4 sigma


def test_spikes_begin_at_the_start_and_end_before_the_stop():
    found = current(PoissonSpikes(1e5, start=1.0, stop=2.0), duration=3.0, dt=DT, key=44, neurons=20)
    silent = np.all(found == 0.0, axis=1)
    np.testing.assert_array_equal(silent, [True] * 10 + [False] * 10 + [True] * 10)


def test_a_poisson_current_delivers_its_charge_for_each_spike():
    settings = {"duration": 20, "dt": DT, "key": 45, "neurons": 30}
    charge = current(Poisson(20000.0, charge=0.5), **settings) * DT
    np.testing.assert_allclose(charge, 0.5 * current(PoissonSpikes(20000.0), **settings), rtol=1e-12)


def test_the_slope_with_respect_to_the_rate_is_0():
    def total(rate):
        return hk.simulate(hk.cells.LIF(), PoissonSpikes(rate), duration=2, dt=DT, record=["i"], key=46)["i"].sum()

    value, slope = jax.value_and_grad(total)(jnp.float32(2e5))  # twenty per step, so that counting takes its loop
    assert value == pytest.approx(400.0, abs=4 * np.sqrt(400.0))  # 4 sigma
    assert slope == 0.0


def test_a_drive_brings_its_spikes_to_a_synapse():
    # i right after the arrivals of a step is a sum over steps of w N exp(-k dt/tau), of mean w λ/(1 - q) and variance w² λ/(1 - q²)
    w, tau, expected, neurons = 0.01, 2.0, 2.0, 1000
    drive = hk.Drive(PoissonSpikes(1000 * expected / DT), hk.synapses.Exponential(tau), w)
    net = hk.Network({"E": hk.Population(hk.cells.LIF(v_th=1e9), neurons)}, inputs={"E": drive})
    i = hk.simulate(net, duration=40.0, dt=DT, record={"E": ["i_drive"]}, key=47, dtype="float64")["E"]["i_drive"][-1]
    q = math.exp(-DT / tau)  # 40 ms are twenty tau: the start is forgotten
    mean, variance = w * expected / (1 - q), w**2 * expected / (1 - q**2)
    assert i.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / neurons))  # 4 sigma
    assert i.var() == pytest.approx(variance, rel=4 * np.sqrt(2.1 / neurons))  # the kurtosis is below 3.1


@pytest.mark.parametrize("kind", [PoissonSpikes, lambda rate: Poisson(rate, 1.0)], ids=["PoissonSpikes", "Poisson"])
def test_more_than_a_hundred_spikes_per_step_are_refused_with_a_way_out(kind):
    name = type(kind(1.0)).__name__
    text = (
        f"{name}.rate must be ≤ 1e+06 Hz at dt = 0.1 ms, a hundred events per step, got 2.5e+06 Hz. Use dt ≤ 0.04 ms, or 3 of them at 833333 Hz each."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        current(kind([100.0, 2.5e6]), duration=1, dt=DT, key=1)


def test_a_hundred_spikes_per_step_are_counted():
    found = current(PoissonSpikes(1e6), duration=2, dt=DT, key=48, neurons=200)
    assert found.mean() == pytest.approx(100.0, abs=4 * np.sqrt(100.0 / found.size))  # 4 sigma
