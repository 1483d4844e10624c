"""The picture of a run shows its input, potential, spikes, threshold and rests."""

import dataclasses
import re

import numpy as np
import pytest
from matplotlib.figure import Figure

import hillock as hk
from hillock.plot import trace
from hillock.plot._thin import thin
from hillock.recording import Recording, RecordingError
from tests.plot.drawn import labels, names, ticks, written


def run(cell=None, record=("v", "i", "threshold"), **options):
    return hk.simulate(cell or hk.cells.LIF(), hk.stimuli.Step(0.3, start=5), duration=60, dt=0.1, record=record, **options)


def test_every_spike_is_a_tick_from_the_threshold_up(tmp_path):
    rec = run()
    ax = trace(rec)
    assert [t for t, _, _ in ticks(ax)] == rec.times().tolist()
    for _, low, high in ticks(ax):
        assert np.isclose(low, -50.0, atol=1e-5)
        assert high > -50.0
    written(ax, tmp_path)


def test_axes_are_labelled_with_units_and_time_is_in_ms():
    ax = trace(run())
    above, below = ax.figure.axes
    assert below is ax
    assert labels(below) == ("time (ms)", "potential (mV)")
    assert above.get_ylabel() == "input (nA)"
    assert ax.get_xlim() == (0.0, 60.0)


def test_the_threshold_follows_its_adaptation():
    rec = run(hk.cells.LIF(theta_plus=3.0))
    line = next(line for line in trace(rec).lines if line.get_label() == "threshold")
    np.testing.assert_array_equal(line.get_ydata(), rec["threshold"][:, 0])


def test_the_rests_are_shaded_for_as_long_as_they_last():
    rec = run(hk.cells.LIF(t_ref=3.0))
    ax = trace(rec)
    bars = next(c for c in ax.collections if c.get_label() == "refractory")
    widths = [np.ptp(np.asarray(path.vertices)[:, 0]) for path in bars.get_paths()]
    np.testing.assert_allclose(widths, [3.0] * len(rec.times()))
    assert "refractory" not in names(trace(run(hk.cells.LIF(t_ref=0.0))))


def test_without_input_recorded_there_is_one_panel():
    assert len(trace(run(record=["v"])).figure.axes) == 1


def test_several_neurons_are_told_apart_by_their_labels():
    rec = run(hk.cells.LIF(tau_m=[10.0, 20.0]))
    rec = Recording(**{**vars(rec), "labels": {"cell.tau_m": np.array([10.0, 20.0])}})
    ax = trace(rec, [0, 1])
    assert names(ax) == ["tau_m = 10", "tau_m = 20", "threshold"]
    assert len(ticks(ax)) == len(rec.spike_steps)


def test_a_cell_that_draws_its_own_spikes_gets_no_ticks():
    rec = hk.simulate(hk.cells.HodgkinHuxley(), hk.stimuli.Constant(10.0), duration=50, dt=0.02, record=["v"])
    assert len(rec.spike_steps) > 1
    assert ticks(trace(rec)) == []


@pytest.mark.parametrize("dialect", ["hillock", "ngclearn", "snntorch", "tensorflow_notebook"])
def test_ticks_stand_where_the_dialect_says_the_spikes_are(dialect):
    cell = hk.cells.LIF(t_ref=0.0)
    rec = hk.simulate(cell, hk.stimuli.Constant(0.3), duration=60, dt=0.5, record=["v"], dialect=dialect)
    assert {t for t, _, _ in ticks(trace(rec))} <= set(rec.times().tolist())


def test_it_draws_on_the_axes_it_is_given():
    above, below = Figure().subplots(2, 1)
    assert trace(run(), axes=[above, below]) is below
    assert above.lines
    assert trace(run(), axes=above) is above


def test_a_thinned_trace_keeps_its_extremes():
    t, y = np.arange(1e5), np.random.default_rng(1).normal(size=100_000)
    thin_t, thin_y = thin(t, y)
    assert len(thin_t) < 20_000
    assert (thin_y.min(), thin_y.max(), thin_t[0], thin_t[-1]) == (y.min(), y.max(), 0.0, 99_999.0)
    assert np.isin(thin_t, t).all()


def test_what_cannot_be_drawn_is_said():
    with pytest.raises(RecordingError, match=re.escape("'v' was not recorded; this recording holds i. Pass record=['v'] to simulate.")):
        trace(run(record=["i"]))
    with pytest.raises(RecordingError, match=re.escape("There is no neuron 3 in this recording of 1: they are counted from 0.")):
        trace(run(), 3)
    sentence = "The traces of neuron 1 were not recorded; those of 0, 2 were. Pass of=[1] to simulate."
    with pytest.raises(RecordingError, match=f"^{re.escape(sentence)}$"):
        trace(run(neurons=3, of=[0, 2]), [0, 1])


def swept(**options):
    """A run of three neurons that differ, labelled as a sweep is."""
    rec = run(hk.cells.LIF(tau_m=[10.0, 20.0, 30.0]), **options)
    return dataclasses.replace(rec, labels={"cell.tau_m": np.array([10.0, 20.0, 30.0])})


def drawn(ax):
    """Return the numbers of every line, and where the ticks are."""
    return [line.get_xydata().tolist() for line in ax.figure.axes[0].lines + ax.lines], ticks(ax)


@pytest.mark.parametrize("which", [2, [1, 2]], ids=str)
def test_a_chosen_neuron_looks_as_it_does_among_all(which):
    some, every = trace(swept(of=[1, 2]), which), trace(swept(), which)
    assert drawn(some) == drawn(every)
    assert names(some) == names(every)


def test_by_default_the_first_neuron_that_has_traces_is_drawn():
    assert names(trace(swept(of=[1, 2])))[0] == "tau_m = 20"


def test_neurons_with_the_same_labels_are_told_apart_by_their_numbers():
    rec = dataclasses.replace(swept(), labels={"cell.tau_m": np.array([10.0, 10.0, 30.0])})
    assert names(trace(rec, [0, 2]))[:2] == ["tau_m = 10, neuron 0", "tau_m = 30"]


@pytest.mark.parametrize(
    ("model", "current"),
    [
        (hk.dialects.tensorflow_notebook.LIF(tau_rest=4.0), 1.5),
        (hk.dialects.ngclearn.LIF(tau_m=20.0, refract_time=4.0), 30.0),
        (hk.dialects.brian2.LIF(refractory=4.0), 40.0),
        (hk.dialects.nest.iaf_psc_delta(t_ref=4.0), 0.6),
    ],
    ids=["tensorflow_notebook", "ngclearn", "brian2", "nest"],
)
def test_the_refractory_time_is_shaded_whatever_it_is_called(model, current):
    rec = hk.simulate(model, hk.stimuli.Constant(current), duration=60, dt=0.5, record=["v"])
    shaded = next(patch for patch in trace(rec).collections if patch.get_label() == "refractory")
    widths = [np.ptp(np.asarray(path.vertices)[:, 0]) for path in shaded.get_paths()]
    assert len(widths) == len(rec.spike_steps) > 0
    np.testing.assert_allclose(widths, 4.0)


def test_one_neuron_of_many_has_no_name_unless_it_has_labels():
    rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant([0.2, 0.3]), duration=20, dt=0.1, record=["v"])
    assert names(trace(rec, 1)) == ["refractory"]
    named = dataclasses.replace(rec, labels={"stimulus.amplitude": np.array([0.2, 0.3])})
    assert names(trace(named, 1)) == ["amplitude = 0.3", "refractory"]
