import re

import jax
import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from hillock.stimuli import Chirp, ExponentialChirp, Sine
from tests.stimuli.sampled import current

T = np.arange(400) * 0.5


def phase(frequency, duration=200.0):
    """Return the integral of a frequency (Hz) over the time (ms), in turns, by the trapezoidal rule on a fine grid."""
    fine = np.linspace(0.0, duration, 400 * 1000 + 1)
    f = frequency(fine) / 1000.0
    return np.concatenate([[0.0], np.cumsum((f[1:] + f[:-1]) / 2 * np.diff(fine))])[::1000][:400]


def test_the_phase_of_a_chirp_is_the_integral_of_a_frequency_that_grows_linearly():
    i = current(Chirp(0.2, 5.0, 60.0, stop=200.0, offset=0.1), duration=200, dt=0.5)[:, 0]
    turns = phase(lambda t: 5.0 + 55.0 * t / 200.0)
    np.testing.assert_allclose(i, 0.1 + 0.2 * np.sin(2 * np.pi * turns), atol=1e-9)


def test_the_phase_of_an_exponential_chirp_is_the_integral_of_a_frequency_that_grows_exponentially():
    i = current(ExponentialChirp(0.2, 5.0, 60.0, stop=200.0, offset=0.1), duration=200, dt=0.5)[:, 0]
    turns = phase(lambda t: 5.0 * 12.0 ** (t / 200.0))
    np.testing.assert_allclose(i, 0.1 + 0.2 * np.sin(2 * np.pi * turns), atol=1e-8)


@pytest.mark.parametrize("kind", [Chirp, ExponentialChirp])
def test_a_chirp_that_keeps_its_frequency_is_a_sine(kind):
    chirp, sine = kind(0.2, 30.0, 30.0, stop=90.0, start=10.0), Sine(0.2, 30.0, start=10.0, stop=90.0)
    swept, steady = (current(x, duration=100, dt=0.5) for x in (chirp, sine))
    np.testing.assert_allclose(swept, steady, atol=1e-14)


@pytest.mark.parametrize("kind", [Chirp, ExponentialChirp])
def test_a_chirp_is_silent_outside_of_its_sweep(kind):
    i = current(kind(0.2, 30.0, 90.0, stop=60.0, start=10.0, offset=0.1), duration=100, dt=0.5)[:, 0]
    assert np.all(i[:20] == 0.1)
    assert np.all(i[120:] == 0.1)
    assert np.std(i[20:120]) == pytest.approx(0.2 / np.sqrt(2), rel=0.1)


def test_where_an_exponential_chirp_is_0_over_0_it_has_the_right_gradient():
    def last(f_last):
        chirp = ExponentialChirp(1.0, 10.0, f_last, stop=20.0)
        return hk.simulate(hk.cells.IntegrateAndFire(), chirp, duration=10, dt=1.0, record=["i"])["i"][-1, 0]

    # phase 2π f s (1 + c s/(2 T)) to first order in c = ln(f_last/f): its slope is 2π s²/(2 T) per kHz, at s = 9 ms
    slope = np.cos(2 * np.pi * 0.090) * 2 * np.pi * 81.0 / 40.0 / 1000.0
    assert jax.grad(last)(10.0) == pytest.approx(slope, rel=1e-4)


def test_frequencies_out_of_bounds_are_refused():
    with pytest.raises(ParameterError, match=re.escape("ExponentialChirp.f_first must be > 0 Hz, got 0 Hz.")):
        ExponentialChirp(0.1, 0.0, 10.0, stop=100.0)
    with pytest.raises(ParameterError, match=re.escape("Chirp.f_last must be ≥ 0 Hz, got -1 Hz.")):
        Chirp(0.1, 0.0, -1.0, stop=100.0)
