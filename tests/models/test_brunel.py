"""Brunel's network: its rate follows from theory, and the states of his figure 8 are told apart by rate, irregularity and synchrony."""

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import erfcx

import hillock as hk
from hillock.models import BRUNEL_STATES as STATES
from hillock.models import brunel
from hillock.network import NetworkError

SETTLED = 100.0  # ms


def state(network, duration):
    """Return rate (Hz), CV of the intervals, variation of the population rate over its mean, and the frequency (Hz) at which it is strongest."""
    rec = hk.simulate(network, duration=duration, dt=0.1, key=1, dialect="nest", dtype="float32")["E"]
    times, neurons = rec.spike_steps * 0.1, rec.spike_neurons
    times, neurons = times[times >= SETTLED], neurons[times >= SETTLED]
    intervals = np.concatenate([np.diff(times[neurons == n]) for n in range(300)])  # of cells that are all alike
    counts = np.histogram(times, np.arange(SETTLED, duration + 0.5))[0]
    power = np.abs(np.fft.rfft(counts - counts.mean())) ** 2
    strongest = np.fft.rfftfreq(len(counts), 1e-3)[np.convolve(power, np.ones(5), "same").argmax()]
    return len(times) / rec.neurons / (duration - SETTLED) * 1000, intervals.std() / intervals.mean(), counts.std() / counts.mean(), strongest


def theory(g, eta, v_reset):
    """Return the rate (Hz) at which a cell whose input has the mean and variance of the network's fires as fast as the network (eqs. 20-22)."""
    tau, t_ref, theta, j, c = 0.020, 0.002, 20.0, 0.1, 1000

    def mismatch(rate):
        outside = eta * theta / (j * tau)
        mean = j * tau * (outside + c * rate * (1 - g / 4))
        sigma = j * np.sqrt(tau * (outside + c * rate * (1 + g**2 / 4)))
        passage = quad(lambda u: np.sqrt(np.pi) * erfcx(-u), (v_reset - mean) / sigma, (theta - mean) / sigma)[0]
        return 1 / (t_ref + tau * passage) - rate

    return brentq(mismatch, 1, 400)


def test_eta_is_the_mean_input_from_outside_in_thresholds():
    drive: Any = brunel(100, eta=1.7).inputs["E"]
    assert drive.spikes.rate / 1000 * drive.weight * 20 == pytest.approx(1.7 * 20)  # rate · jump · tau_m, mV


def test_every_cell_has_a_tenth_of_all_as_its_inputs():
    network: Any = brunel()
    assert {(p.source, p.connect.k) for p in network.projections} == {("E", 1000), ("I", 250)}
    assert network.n == 12_500


@pytest.fixture(scope="module")
def small():
    """The four states with fewer cells and as many synapses on each, so that input has the same mean and variance."""
    return {name: state(brunel(400, epsilon=0.625, **given), 250) for name, given in STATES.items()}


def test_synchronous_regular_cells_fire_like_clocks_at_the_highest_rates(small):
    rate, cv, synchrony, _ = small["SR"]
    assert rate > 300
    assert cv < 0.05
    assert synchrony > 0.5


def test_synchronous_irregular_cells_skip_cycles_of_a_fast_rhythm(small):
    rate, cv, synchrony, rhythm = small["SI fast"]
    assert 150 < rhythm < 210  # Hz
    assert rate < rhythm / 2
    assert cv > 0.5
    assert synchrony > 0.5


def test_synchronous_irregular_cells_skip_cycles_of_a_slow_rhythm(small):
    rate, cv, synchrony, rhythm = small["SI slow"]
    assert 10 < rhythm < 35
    assert rate < rhythm / 2
    assert cv > 0.2
    assert synchrony > 1


def test_asynchronous_irregular_cells_fire_as_theory_says(small):
    rate, cv, *_ = small["AI"]
    assert rate == pytest.approx(theory(**STATES["AI"]), rel=0.05)
    assert 0.3 < cv < 0.8


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("name", "rates", "cvs", "synchronies", "rhythms"),
    [
        ("SR", (300, 350), (0, 0.05), (0.6, 0.9), (300, 350)),
        ("SI fast", (50, 65), (0.6, 1.0), (0.7, 1.0), (160, 200)),
        ("AI", (36, 39), (0.3, 0.6), (0.4, 0.6), (0, 500)),
        ("SI slow", (4, 8), (0.3, 0.8), (1.3, 3.0), (15, 30)),
    ],
)
def test_the_network_of_the_paper_has_the_states_of_figure_8(name, rates, cvs, synchronies, rhythms):
    for value, (low, high) in zip(state(brunel(**STATES[name]), 700), (rates, cvs, synchronies, rhythms), strict=True):
        assert low < value < high


@pytest.mark.exhaustive
def test_the_network_of_nest_fires_at_the_rate_of_nest():
    rec = hk.simulate(brunel(), duration=1000, dt=0.1, key=1, dialect="nest", dtype="float32")
    assert rec.rates["E"] == pytest.approx(32.0, abs=0.5)  # Hz; NEST 3.10 gave 31.9 and 32.1, of 50 neurons


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"epsilon": 1.5}, "brunel.epsilon must be > 0 and ≤ 1, got 1.5."),
        ({"order": 5}, "brunel.order must be ≥ 10 at epsilon = 0.1, got 5. Each cell needs a synapse."),
        ({"j": -0.1}, "brunel.j must be > 0 mV, got -0.1 mV. Inhibition is -g j."),
    ],
)
def test_what_makes_no_network_is_refused(given, message):
    with pytest.raises(NetworkError) as error:
        brunel(**given)
    assert str(error.value) == message
