"""What a recording says of itself."""

import re

import numpy as np
import pytest

from hillock.recording import RecordingError
from tests.recording.made import from_trains


def test_every_neuron_has_a_train_also_the_silent_ones():
    rec = from_trains([[1.0, 5.0], [], [5.0]])
    assert [train.tolist() for train in rec.trains()] == [[1.0, 5.0], [], [5.0]]
    assert rec.counts().tolist() == [2, 0, 1]


def test_the_intervals_are_free_of_rounding():
    assert from_trains([[0.1, 0.3, 0.6]]).isi().tolist() == [0.2, 0.3]


def test_every_spike_is_inside_the_span():
    rec = from_trains([[0.1, 100.0]])
    assert rec.span == (0.0, 100.0)
    assert rec.span[0] <= rec.spike_times.min() <= rec.spike_times.max() <= rec.span[1]


def test_a_trace_that_was_not_recorded_is_named():
    with pytest.raises(RecordingError, match=re.escape("'v' was not recorded; this recording holds no traces. Pass record=['v'] to simulate.")):
        from_trains([[1.0]])["v"]


def test_the_dense_train_holds_the_same_spikes():
    rec = from_trains([[1.0, 5.0], [2.0]])
    np.testing.assert_array_equal(np.argwhere(np.asarray(rec.spike_train)), np.c_[rec.spike_steps, rec.spike_neurons])
