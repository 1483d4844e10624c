"""f-I curve, interval histogram, phase plane and comparison."""

import re
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.figure import Figure

import hillock as hk
from hillock.plot import comparison, fi, isi_histogram, phase_plane
from hillock.recording import RecordingError
from tests.plot.drawn import bars, labels, names, ticks, written
from tests.recording.made import from_trains


def test_the_fi_curve_shows_its_numbers_and_the_rheobase(tmp_path):
    ax = fi([0.1, 0.2, 0.3], [0.0, 10.0, 20.0], rheobase=0.15)
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), [[0.1, 0.0], [0.2, 10.0], [0.3, 20.0]])
    assert labels(ax) == ("current (nA)", "firing rate (Hz)")
    assert [text.get_text() for text in ax.texts] == ["rheobase\n0.15 nA"]
    written(ax, tmp_path)


def test_a_second_curve_fits_on_the_same_axes():
    ax = fi([0.0, 1.0], [0.0, 10.0], label="slow")
    fi([0.0, 1.0], [0.0, 50.0], ax, label="fast")
    assert names(ax) == ["slow", "fast"]
    assert ax.get_ylim()[1] > 50.0
    assert ax.lines[0].get_color() != ax.lines[1].get_color()


def test_rates_of_other_currents_are_refused():
    with pytest.raises(ValueError, match=re.escape("fi needs one rate per current, got 3 currents and rates of shape (2,).")):
        fi([0.1, 0.2, 0.3], [0.0, 1.0])


def test_the_histogram_holds_every_interval(tmp_path):
    rec = from_trains([np.cumsum([10.0, 10.1, 30.0, 5.0]), [1.0, 2.0], [50.0]])
    ax = isi_histogram(rec)
    assert sum(height for _, height in bars(ax)) == 4
    assert labels(ax) == ("interval (ms)", "intervals")
    assert "n = 4" in ax.texts[0].get_text()
    written(ax, tmp_path)


def test_the_bins_are_whole_steps():
    rec = from_trains([np.cumsum(np.random.default_rng(1).integers(1, 3000, 500)) * 0.1], duration=100_000.0)
    widths = np.array([width for width, _ in bars(isi_histogram(rec))]) / rec.dt
    np.testing.assert_allclose(widths, np.round(widths[0]), rtol=1e-6)


def test_without_intervals_there_is_no_histogram():
    with pytest.raises(RecordingError, match=re.escape("There are no intervals to draw: no neuron fired twice.")):
        isi_histogram(from_trains([[1.0], [2.0]]))


PLANES = [(hk.cells.FitzHughNagumo(), 0.5), (hk.cells.AdEx(), 0.8), (hk.cells.Izhikevich(), 10.0), (hk.cells.ResonateAndFire(), 0.1)]


@pytest.mark.parametrize(("cell", "i"), PLANES, ids=lambda x: type(x).__name__)
def test_on_a_nullcline_its_variable_stands_still(cell, i):
    ax = phase_plane(cell, i)
    state, curves = cell.init(), [c for c in ax.collections if hasattr(c, "levels")]
    other = next(name for name in state._fields if name != "v")
    for k, curve in enumerate(curves):
        points = np.concatenate([path.vertices for path in curve.get_paths()])
        v, w = map(np.asarray, points.T)
        drift = cell.drift(state._replace(**{"v": v, other: w}), i)
        grid = np.meshgrid(np.linspace(*ax.get_xlim(), 30), np.linspace(*ax.get_ylim(), 30))
        around = cell.drift(state._replace(**{"v": grid[0], other: grid[1]}), i)
        name = ("v", other)[k]
        # Between two points of the grid the contour is straight: far less than the typical rate of the plane is left.
        assert np.abs(getattr(drift, name)).max() < 0.03 * np.abs(getattr(around, name)).max()
    assert len(curves) == 2
    assert names(ax) == ["dv/dt = 0", f"d{other}/dt = 0"]


def test_the_variables_have_their_own_units():
    assert labels(phase_plane(hk.cells.AdEx(), 0.8)) == ("v (mV)", "w (nA)")
    assert labels(phase_plane(hk.cells.FitzHughNagumo(), 0.5)) == ("v", "w")


def test_the_path_of_a_run_is_drawn(tmp_path):
    cell = hk.cells.AdEx()
    rec = hk.simulate(cell, hk.stimuli.Constant(0.8), duration=100, dt=0.1, record=["v", "w"])
    ax = phase_plane(cell, 0.8, rec=rec)
    jumps = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert len(jumps) == len(rec.spike_steps)
    assert names(ax)[-1] == "run"
    written(ax, tmp_path)


def path_of(neuron, of):
    current = hk.stimuli.Constant([0.6, 0.8, 0.9])
    rec = hk.simulate(hk.cells.AdEx(), current, duration=50, dt=0.1, record=["v", "w"], of=of)
    return np.asarray(phase_plane(hk.cells.AdEx(), 0.9, rec=rec, neuron=neuron).lines[0].get_xydata())


def test_the_path_is_that_of_a_chosen_neuron():
    np.testing.assert_array_equal(path_of(2, of=[1, 2]), path_of(2, of=None))
    np.testing.assert_array_equal(path_of(None, of=[1, 2]), path_of(1, of=None))
    sentence = "The traces of neuron 0 were not recorded; those of 1, 2 were. Pass of=[0] to simulate."
    with pytest.raises(RecordingError, match=f"^{re.escape(sentence)}$"):
        path_of(0, of=[1, 2])


def test_a_cell_of_four_variables_has_no_plane():
    sentence = "A phase plane needs a cell with two variables; HodgkinHuxley has 4: v, m, h, n."
    with pytest.raises(ValueError, match=re.escape(sentence)):
        phase_plane(hk.cells.HodgkinHuxley())


def compared():
    step = hk.stimuli.Step(0.3, start=5)
    return {name: hk.simulate(hk.cells.LIF(), step, duration=60, dt=0.5, dialect=name, record=["v"]) for name in ("hillock", "ngclearn")}


def test_dialects_are_compared_row_by_row(tmp_path):
    recs = compared()
    ax = comparison(recs)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["hillock", "ngclearn"]
    rows = {"hillock": 1.0, "ngclearn": 0.0}
    for name, rec in recs.items():
        shown = [t for t, low, high in ticks(ax) if np.isclose((low + high) / 2, rows[name])]
        assert shown == rec.times().tolist()
    assert [line.get_label() for line in ax.figure.axes[1].lines] == ["hillock", "ngclearn"]
    written(ax, tmp_path)


def chosen(*of):
    return hk.simulate(hk.cells.LIF(), hk.stimuli.Constant([0.2, 0.3, 0.4]), duration=60, dt=0.5, record=["v"], of=of or None)


def test_the_first_neuron_that_all_recordings_show_is_compared():
    recs = {"a": chosen(0, 2), "b": chosen(1, 2), "c": chosen(), "d": from_trains([[1.0], [2.0], [3.0]])}
    lines = comparison(recs).figure.axes[1].lines
    assert len(lines) == 3
    for line in lines:
        np.testing.assert_array_equal(line.get_ydata(), recs["c"]["v"][:, 2])


def test_a_neuron_without_trace_is_not_compared():
    sentence = "The traces of neuron 0 were not recorded; those of 1 were. Pass of=[0] to simulate."
    with pytest.raises(RecordingError, match=f"^{re.escape(sentence)}$"):
        comparison({"a": chosen(0), "b": chosen(1)})


def test_without_potentials_only_spikes_are_compared():
    ax = comparison({"a": from_trains([[1.0]]), "b": from_trains([[2.0]])})
    assert ax.figure.axes == [ax]
    assert ax.get_xlabel() == "time (ms)"


def test_nothing_to_compare_is_refused():
    with pytest.raises(RecordingError, match=re.escape("comparison needs at least one recording, got none.")):
        comparison({})
    with pytest.raises(RecordingError, match=re.escape("There is no neuron 1 in the recording 'a' of 1: they are counted from 0.")):
        comparison({"a": from_trains([[1.0]])}, 1)


def test_every_plot_draws_on_the_axes_it_is_given():
    one, two, three = Figure().subplots(3, 1)
    assert fi([0.1], [1.0], one) is one
    assert isi_histogram(from_trains([[1.0, 2.0]]), two) is two
    assert phase_plane(hk.cells.FitzHughNagumo(), 0.5, three) is three


def test_plotting_changes_no_setting_and_needs_no_pyplot():
    script = (
        "import sys, matplotlib as mpl; look = lambda: {k: mpl.rcParams[k] for k in mpl.rcParams if k != 'backend'}; before = look()\n"
        "import hillock as hk; hk.plot.fi([0.1, 0.2], [0.0, 1.0]).figure.canvas.draw()\n"
        "assert look() == before and 'matplotlib.pyplot' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
