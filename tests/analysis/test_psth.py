"""The peri-stimulus time histogram."""

import re

import numpy as np
import pytest

from hillock.analysis import psth
from hillock.recording import RecordingError
from tests.recording.made import from_trains


def test_the_rate_is_per_neuron_and_repetition():
    rec = from_trains([[5.0, 15.0], [5.0]], duration=20.0)
    edges, rate = psth(rec, 10)
    assert edges.tolist() == [0.0, 10.0, 20.0]
    assert rate.tolist() == [100.0, 50.0]
    assert psth([rec, from_trains([[], []], duration=20.0)], "10 ms").rate.tolist() == [50.0, 25.0]


def test_the_mean_of_the_bins_is_the_mean_rate():
    rng = np.random.default_rng(1)
    rec = from_trains([np.unique(rng.integers(1, 1000, 50)) / 10 for _ in range(20)])
    assert np.isclose(psth(rec, 5).rate.mean(), len(rec.spike_steps) / 20 / 0.1)


def test_a_stretch_can_be_chosen():
    assert psth(from_trains([[5.0, 15.0, 35.0]]), 10, start=10, stop=30).rate.tolist() == [100.0, 0.0]


def test_bins_that_do_not_fill_the_stretch_are_refused():
    with pytest.raises(RecordingError, match=re.escape("The stretch of 100 ms must be a whole number of bins, got width = 30 ms.")):
        psth(from_trains([[5.0]]), 30)


def test_recordings_of_unequal_steps_are_refused():
    with pytest.raises(RecordingError, match=re.escape("psth needs recordings of one dt, got 0.1 and 1 ms.")):
        psth([from_trains([[5.0]]), from_trains([[5.0]], dt=1.0)], 10)
