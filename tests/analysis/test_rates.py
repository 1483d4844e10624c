"""Rates count what happened in a stretch of time."""

import re

import numpy as np
import pytest
from hypothesis import given

from hillock._param import ParameterError
from hillock._time import TimeError
from hillock.analysis import fi_curve, rate_statistics, rates
from hillock.cells import LIF
from hillock.recording import RecordingError
from tests.recording.made import from_trains, recordings


def test_a_rate_is_a_count_per_second():
    rec = from_trains([np.arange(10.0, 1001.0, 10.0), [5.0], []], duration=1000.0)
    assert rates(rec).tolist() == [100.0, 1.0, 0.0]


@given(rec=recordings().filter(lambda rec: rec.steps > 0))
def test_the_rates_add_up_to_all_spikes(rec):
    assert np.isclose(rates(rec).sum() * rec.duration / 1000, len(rec.spike_steps))


def test_two_halves_make_the_whole():
    rec = from_trains([[0.1, 49.9, 50.0, 50.1, 100.0]])
    halves = rates(rec, stop=50) / 2 + rates(rec, start="50 ms") / 2
    np.testing.assert_allclose(halves, rates(rec))
    assert rates(rec, stop=50).tolist() == [60.0]  # the spike at 50.0 fell in the step that ends there


def test_the_statistics_count_silent_neurons():
    found = rate_statistics(from_trains([[1.0, 2.0], [3.0], [], []], duration=1000.0))
    assert found == (0.75, np.sqrt(0.6875), 0.5, 0.0, 2.0, 0.5)


def test_a_stretch_outside_the_recording_is_refused():
    sentence = "The stretch from start = 50 ms to stop = 200 ms must be inside the recording, 0 to 100 ms, and not empty."
    with pytest.raises(RecordingError, match=re.escape(sentence)):
        rates(from_trains([[1.0]]), start=50, stop=200)


def test_a_stretch_that_cuts_a_step_is_refused():
    sentence = "start = 0.25 ms is not a whole number of steps of dt = 0.1 ms. Use 0.2 or 0.3 ms, or change dt."
    with pytest.raises(TimeError, match=re.escape(sentence)):
        rates(from_trains([[1.0]]), start=0.25)


def test_a_stretch_in_the_wrong_unit_is_refused_by_name():
    with pytest.raises(TimeError, match=re.escape("stop must be a time in ms, got '5 mV', which is a voltage.")):
        rates(from_trains([[1.0]]), stop="5 mV")
    with pytest.raises(ParameterError, match=re.escape("currents must be a current in nA, got '1 mV', which is a voltage.")):
        fi_curve(LIF(), ["1 mV"])
