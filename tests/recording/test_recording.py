"""What a recording says of itself."""

import re

import numpy as np
import pytest

import hillock as hk
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


def test_the_trace_of_a_chosen_neuron_is_in_its_column():
    rec = from_trains([[1.0], [], [5.0]], of=np.array([0, 2]))
    assert rec.columns.tolist() == [0, 2]
    assert (rec.column(0), rec.column(2)) == (0, 1)
    assert from_trains([[1.0], [], [5.0]]).column(2) == 2


@pytest.mark.parametrize(
    ("neuron", "sentence"),
    [
        (1, "The traces of neuron 1 were not recorded; those of 0, 2 were. Pass of=[1] to simulate."),
        (3, "There is no neuron 3 in this recording of 3: they are counted from 0."),
        (-1, "There is no neuron -1 in this recording of 3: they are counted from 0."),
    ],
)
def test_a_neuron_without_traces_is_named(neuron, sentence):
    with pytest.raises(RecordingError, match=f"^{re.escape(sentence)}$"):
        from_trains([[1.0], [], [5.0]], of=np.array([0, 2])).column(neuron)


def test_of_many_neurons_with_traces_the_first_few_are_named():
    sentence = "The traces of neuron 9 were not recorded; those of 0, 1, 2, 3, 4, ... were. Pass of=[9] to simulate."
    with pytest.raises(RecordingError, match=f"^{re.escape(sentence)}$"):
        from_trains([[]] * 10, of=np.arange(8)).column(9)


def test_a_recording_says_what_it_holds():
    one, many = {"duration": 1, "dt": 0.1, "record": ["v"]}, {"neurons": 3, "of": [0, 2]}
    cell, current = hk.cells.LIF(), hk.stimuli.Constant(0.0)
    assert repr(hk.simulate(cell, current, **one)) == "Recording(1 neuron, 1 ms at dt = 0.1 ms, 0 spikes, traces v)"
    assert repr(hk.simulate(cell, current, **one, **many)) == "Recording(3 neurons, 1 ms at dt = 0.1 ms, 0 spikes, traces v of 2 neurons)"


def test_the_dense_train_holds_the_same_spikes():
    rec = from_trains([[1.0, 5.0], [2.0]])
    np.testing.assert_array_equal(np.argwhere(np.asarray(rec.spike_train)), np.c_[rec.spike_steps, rec.spike_neurons])
