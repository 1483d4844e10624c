"""Pynapple objects are in seconds and keep silent neurons."""

import numpy as np
import pytest
from hypothesis import given, settings

from tests.recording.made import from_trains, recordings

pytest.importorskip("pynapple", reason="the extra neuro is not installed")
pytestmark = pytest.mark.neuro


@settings(max_examples=30, deadline=None)
@given(rec=recordings().filter(lambda rec: rec.steps > 0))
def test_every_spike_and_every_sample_is_there(rec):
    made = rec.to_pynapple()
    for neuron, times in enumerate(rec.trains()):
        np.testing.assert_allclose(made["spikes"][neuron].t * 1000, times, atol=1e-6)  # pynapple rounds to nanoseconds
    for name in rec.traces:
        np.testing.assert_array_equal(made[name].d, rec[name])
        np.testing.assert_array_equal(made[name].columns, rec.columns)


def test_silent_neurons_stay_with_rate_zero():
    spikes = from_trains([[1.0, 2.0], []], duration=1000.0).to_pynapple()["spikes"]
    assert spikes.rates.tolist() == [2.0, 0.0]


def test_labels_are_metadata():
    rec = from_trains([[1.0], []], labels={"cell.tau_m": np.array([10.0, 20.0]), "rate": np.array([1.0, 2.0])})
    spikes = rec.to_pynapple()["spikes"]
    assert spikes["cell_tau_m"].tolist() == [10.0, 20.0]
    assert spikes["rate_label"].tolist() == [1.0, 2.0]
