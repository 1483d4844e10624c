"""Neo objects hold what the recording holds, with units."""

import numpy as np
import pytest
from hypothesis import given, settings

from tests.recording.made import from_trains, recordings

pytest.importorskip("neo", reason="the extra neuro is not installed")
pytestmark = pytest.mark.neuro


@settings(max_examples=30, deadline=None)
@given(rec=recordings())
def test_every_spike_and_every_sample_is_there(rec):
    segment = rec.to_neo().segments[0]
    for train, times in zip(segment.spiketrains, rec.trains(), strict=True):
        np.testing.assert_array_equal(train.rescale("ms").magnitude, times)
    for signal, name in zip(segment.analogsignals, rec.traces, strict=True):
        np.testing.assert_array_equal(signal.magnitude, rec[name])
        np.testing.assert_array_equal(signal.array_annotations["neuron"], rec.columns)
        np.testing.assert_allclose(signal.times.rescale("ms").magnitude, rec.t, rtol=1e-12)


def test_a_silent_neuron_has_an_empty_train_with_the_length_of_the_run():
    train = from_trains([[1.0], []], duration=50.0).to_neo().segments[0].spiketrains[1]
    assert len(train) == 0
    assert float(train.t_stop.rescale("ms")) == 50.0


def test_labels_annotate_the_trains():
    rec = from_trains([[1.0], []], labels={"tau_m": np.array([10.0, 20.0])})
    assert [train.annotations["tau_m"] for train in rec.to_neo().segments[0].spiketrains] == [10.0, 20.0]


def test_signals_have_their_units():
    rec = from_trains([[1.0]], duration=1.0)
    rec = type(rec)(**{**vars(rec), "traces": {"v": np.zeros((10, 1)), "u": np.zeros((10, 1))}, "units": {"v": "mV", "u": "uS"}})
    assert [str(signal.units.dimensionality) for signal in rec.to_neo().segments[0].analogsignals] == ["mV", "uS"]
