import re

import numpy as np
import pytest

import hillock as hk

RATE = -0.05 + 0.25j  # b + i·omega
PERIOD = 2 * np.pi / 0.25


def test_flow_is_the_complex_exponential():
    # z = w + i·v under a constant current: z(t) = i (exp(RATE t) - 1) / RATE
    for dt in (0.1, 3.0):
        rec = hk.simulate(hk.cells.ResonateAndFire(), hk.stimuli.Constant(0.1), duration=60, dt=dt, record=["v", "w"], dtype="float64")
        np.testing.assert_allclose(rec["w"][:, 0] + 1j * rec["v"][:, 0], 0.1 * (np.exp(RATE * rec.t) - 1) / RATE, rtol=1e-12, atol=1e-13)


def test_free_oscillation_has_the_frequency_and_decay_of_the_eigenvalue():
    rec = hk.simulate(hk.cells.ResonateAndFire(), hk.stimuli.Step(0.2, stop=1.0), duration=101, dt=0.01, record=["v"], dtype="float64")
    v, t = rec["v"][100:, 0], rec.t[100:]
    rising = t[1:][(v[1:] > 0) & (v[:-1] <= 0)]
    np.testing.assert_allclose(np.diff(rising), PERIOD, atol=0.0101)  # crossings are seen on the grid
    steps = round(PERIOD / 0.01)
    np.testing.assert_allclose(v[steps:], v[:-steps] * np.exp(-0.05 * PERIOD), atol=1e-3 * 0.2)


def test_doublet_one_period_apart_fires_and_half_a_period_apart_does_not():
    # One pulse of area 1.2 swings v up to some 0.9; a second one in phase adds 1 + exp(-0.05 · PERIOD) = 1.28, one in antiphase takes away.
    gaps = np.round(np.array([0.5, 1.0, 1.5, 2.0]) * PERIOD, 1)
    doublet = hk.stimuli.Step(1.2, stop=1.0) + hk.stimuli.Step(1.2, start=gaps, stop=gaps + 1.0)
    rec = hk.simulate(hk.cells.ResonateAndFire(), doublet, duration=100, dt=0.1)
    assert (rec.counts() > 0).tolist() == [False, True, False, False]


def test_release_from_inhibition_fires_half_a_period_later():
    # Under i < 0 the state rests at z = -i/RATE; on release it turns with exp(RATE t), v being highest a little before a half turn.
    rec = hk.simulate(hk.cells.ResonateAndFire(), hk.stimuli.Step(-0.6, stop=200.0), duration=300, dt=0.1, dtype="float64")
    t = np.arange(0.1, 40, 0.1)
    v = (0.6 / RATE * np.exp(RATE * t)).imag
    assert rec.spike_times[0] == np.round(200.0 + t[np.argmax(v > 1.0)], 9)
    assert len(rec.spike_times) == 1


def test_reset_above_threshold_is_refused():
    with pytest.raises(ValueError, match=re.escape("ResonateAndFire.v_reset must be ≤ ResonateAndFire.v_th, got 1.5 and 1.")):
        hk.cells.ResonateAndFire(v_reset=1.5)
