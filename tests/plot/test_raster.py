"""The raster shows every spike, however many there are."""

import numpy as np

from hillock.plot import raster
from hillock.recording import Recording
from tests.plot.drawn import labels, ticks, written
from tests.recording.made import from_trains


def many(spikes=1_000_000, steps=10_000, neurons=10_000):
    at = np.unique(np.random.default_rng(0).integers(0, steps * neurons, spikes))
    return Recording(at // neurons, (at % neurons).astype(np.int32), {}, steps, 0.1, neurons)


def test_every_spike_is_a_line_at_its_time_and_neuron():
    rec = from_trains([[1.0, 5.0], [], [2.0]])
    ax = raster(rec)
    assert [(t, (low + high) / 2) for t, low, high in ticks(ax)] == [(1.0, 0.0), (2.0, 2.0), (5.0, 0.0)]
    assert labels(ax) == ("time (ms)", "neuron")


def test_silent_neurons_keep_their_row():
    low, high = raster(from_trains([[1.0], [], []])).get_ylim()
    assert low < 0
    assert high > 2


def test_few_labelled_neurons_are_named():
    ax = raster(from_trains([[1.0], [2.0]], labels={"cell.tau_m": np.array([10.0, 20.0])}))
    assert [text.get_text() for text in ax.get_yticklabels()] == ["tau_m = 10", "tau_m = 20"]


def test_a_million_spikes_are_one_image(tmp_path):
    ax = raster(many())
    assert len(ax.images) == 1
    assert not ax.collections
    written(ax, tmp_path)


def test_in_the_image_no_spike_is_lost():
    rec = many(spikes=30_000)
    shade = np.asarray(raster(rec).images[0].get_array())[..., 3]
    rows, columns = shade.shape
    seen = shade[rec.spike_neurons * np.int64(rows) // rec.neurons, rec.spike_steps * columns // rec.steps]
    assert (seen > 0.1).all()
    assert np.count_nonzero(shade) <= len(rec.spike_steps)


def test_a_recording_without_spikes_is_an_empty_raster(tmp_path):
    written(raster(from_trains([[], []])), tmp_path)
