"""Pictures of networks: what was recorded, how it is wired."""

import re

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Circle, StepPatch

import hillock as hk
from hillock._wiring import wiring
from hillock.network import NetworkError
from hillock.plot import circuit, connectivity, irregularity, network, rates
from hillock.plot._effect import EXCITATORY, INHIBITORY
from hillock.plot._style import population_colours
from hillock.recording import NetworkRecording, Recording, RecordingError
from tests.plot.drawn import bars, labels, names, ticks, written
from tests.recording.made import from_trains

C = hk.connections


def recorded(duration=100.0):
    return NetworkRecording({"E": from_trains([[10.0, 30.0, 90.0], [], [50.0]], duration), "I": from_trains([[20.0, 40.0]], duration)}, {})


def large(spikes=60_000, steps=1000, neurons=4000):
    at = np.unique(np.random.default_rng(0).integers(0, steps * neurons, spikes))
    return NetworkRecording({"E": Recording(at // neurons, (at % neurons).astype(np.int32), {}, steps, 0.1, neurons)}, {})


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_every_spike_of_a_small_network_is_shown_population_below_population(tmp_path):
    ax = network(recorded())
    found = ticks(ax)
    assert [t for t, _, _ in found] == [10.0, 20.0, 30.0, 40.0, 50.0, 90.0]
    height = {t: (low + high) / 2 for t, low, high in found}
    assert height[10.0] == height[30.0] < height[50.0] < height[20.0] == height[40.0]  # the axis points down
    assert ax.yaxis_inverted()
    assert texts(ax) == ["E", "3 neurons", "I", "1 neuron"]
    written(ax, tmp_path)


def test_mean_rates_stand_beside_and_rates_over_time_beneath():
    _, beside, below = network(recorded(), width=50).figure.axes
    assert [width for width, _ in bars(beside)] == pytest.approx([4 / 3 / 0.1, 20.0])
    assert texts(beside)[:2] == ["13.3 Hz", "20 Hz"]
    e, i = (np.asarray(line.get_xydata()) for line in below.lines)
    assert np.allclose(e, [[25.0, 3 / 3 / 0.05], [75.0, 1 / 3 / 0.05]])  # the spike at 50.0 ms fell in the step that ends there
    assert np.allclose(i, [[25.0, 2 / 0.05], [75.0, 0.0]])


def test_of_many_neurons_a_part_is_shown_and_says_so():
    rec = large()
    ax = network(rec, most=200)
    assert texts(ax) == ["E", "200 of 4000"]
    chosen = np.isin(rec["E"].spike_neurons, (np.arange(200) + 0.5) * 20)
    assert [t for t, _, _ in ticks(ax)] == rec["E"].spike_times[chosen].tolist()


def test_too_many_spikes_for_lines_are_an_image(tmp_path):
    ax = network(large(), most=4000)
    assert len(ax.images) == 1
    assert not ticks(ax)
    written(ax, tmp_path)


def test_a_small_population_beside_a_large_one_can_be_seen():
    one = from_trains([[50.0]])
    rec = NetworkRecording({"E": from_trains([[]] * 1000), "I": one}, {})
    (_, low, high) = ticks(network(rec))[0]
    assert abs(high - low) > 0.04


def test_a_stretch_shows_what_is_inside():
    ax = network(recorded(), start=25, stop="60 ms")
    assert [t for t, _, _ in ticks(ax)] == [30.0, 40.0, 50.0]
    assert ax.get_xlim() == (25.0, 60.0)
    sentence = "The stretch from start = 50 ms to stop = 200 ms must be inside the recording, 0 to 100 ms, and not empty."
    with pytest.raises(RecordingError, match=f"^{re.escape(sentence)}$"):
        network(recorded(), start=50, stop=200)


def test_a_population_has_one_colour_in_all_pictures():
    shades = population_colours(["E", "I"])
    above, _, below = network(recorded()).figure.axes
    assert [text.get_color() for text in above.texts[::2]] == list(shades.values())
    assert [line.get_color() for line in below.lines] == list(shades.values())
    net = ei()
    assert [text.get_color() for text in connectivity(net, dt=0.1, key=1).get_yticklabels()] == list(shades.values())
    assert len(set(population_colours(str(k) for k in range(12)).values())) == 12


def test_no_spike_is_lost_in_the_rates_over_time(tmp_path):
    rec = recorded(duration=97.3)
    ax = rates(rec, width=10)
    assert names(ax) == ["E", "I"]
    assert labels(ax) == ("time (ms)", "rate (Hz)")
    assert texts(ax) == ["bins of 10 ms"]
    edges = np.append(np.arange(0, 100, 10), 97.3)  # the last bin takes the 7.3 ms that are left
    counts = np.asarray(ax.lines[0].get_ydata()) * np.diff(edges) / 1000 * 3
    assert counts.round(9).tolist() == np.histogram([9.9, 29.9, 89.9, 49.9], edges)[0].tolist()
    written(ax, tmp_path)


def test_bins_are_whole_steps_of_round_width():
    assert texts(rates(recorded())) == ["bins of 0.5 ms"]
    assert texts(rates(large())) == ["bins of 0.5 ms"]
    sentence = "rates.width must be > 0 ms and at most the stretch of 100 ms, got 200 ms."
    with pytest.raises(RecordingError, match=f"^{re.escape(sentence)}$"):
        rates(recorded(), width=200)


def test_the_areas_under_the_intervals_are_one_and_every_variation_is_counted(tmp_path):
    rng = np.random.default_rng(1)
    trains = [np.cumsum(rng.integers(10, 300, 60)) * 0.1 for _ in range(20)]
    rec = NetworkRecording({"E": from_trains(trains, 2000.0), "I": from_trains(trains[:5], 2000.0)}, {})
    ax = irregularity(rec)
    for k, panel in enumerate(ax.figure.axes):
        for outline in (patch for patch in panel.patches if isinstance(patch, StepPatch) and patch.get_gid() == "histogram"):
            heights, edges, _ = outline.get_data()
            width = np.diff(np.log10(edges)) if k == 0 else 1.0
            assert np.sum(heights * width) == pytest.approx(1.0)
    assert names(ax.figure.axes[1])[0].endswith(", 20 of 20")
    written(ax, tmp_path)


def test_without_two_spikes_there_is_no_irregularity():
    with pytest.raises(RecordingError, match=re.escape("There are no intervals to draw: no neuron fired twice.")):
        irregularity(NetworkRecording({"E": from_trains([[1.0], [2.0]])}, {}))


def test_two_spikes_make_an_interval_and_no_variation(tmp_path):
    ax = irregularity(NetworkRecording({"E": from_trains([[1.0, 5.0]])}, {}))
    assert names(ax.figure.axes[1]) == ["E: 4 ms, no CV"]
    written(ax, tmp_path)


def ei(inhibition=None, weight=-0.4, n=30):
    """Ten inhibitory neurons beside n excitatory ones."""
    cell, exc, inh = hk.cells.LIF(), hk.synapses.Exponential(5.0), inhibition or hk.synapses.Exponential(10.0)
    projections = [
        hk.Projection("E", "E", exc, C.FixedProbability(0.1), C.Normal(0.2, 0.02), "1.5 ms"),
        hk.Projection("E", "I", exc, C.FixedIndegree(5), 0.3),
        hk.Projection("I", "E", inh, C.AllToAll(), weight, 1.0),
    ]
    return hk.Network({"E": hk.Population(cell, n), "I": hk.Population(cell, 10)}, projections)


def test_the_matrix_of_a_small_network_holds_each_weight_where_it_belongs(tmp_path):
    ax = connectivity(ei(), dt=0.1, key=1)
    expected = np.zeros((40, 40))
    blocks = [(0, 30, 0, 30), (0, 30, 30, 40), (30, 40, 0, 30)]
    for (a, b, c, d), one in zip(blocks, wiring(ei(), dt=0.1, key=1), strict=True):
        expected[a:b, c:d] = one.matrix().toarray()
    np.testing.assert_allclose(np.asarray(ax.images[0].get_array()), expected, rtol=1e-6)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["E", "I"]
    assert (labels(ax), ax.figure.axes[1].get_ylabel()) == (("target", "source"), "weight (nA)")
    written(ax, tmp_path)


def test_a_pixel_of_a_large_network_is_the_mean_of_its_pairs():
    net = ei(n=791)
    image = np.asarray(connectivity(net, dt=0.1, key=1, weights=False).images[0].get_array())
    assert image.shape == (200, 200)
    pixel = np.arange(801) * 200 // 801
    size = np.bincount(pixel)
    counts = [len(one.all().sources) for one in wiring(net, dt=0.1, key=1)]
    assert (image * np.outer(size, size)).sum() == pytest.approx(sum(counts))
    assert np.allclose(image[-2:, :190], 1.0)  # all to all


def test_a_reversal_potential_below_rest_is_shown_as_inhibition():
    gaba = hk.synapses.ConductanceExponential(10.0, e_rev=-80.0)
    net = ei(gaba, weight=0.004)
    assert np.asarray(connectivity(net, dt=0.1, key=1, populations=["E", "I"], weights=False).images[0].get_array()).min() == 0.0
    sentence = "connectivity needs weights of one unit, got nA and uS. Choose populations, or pass weights=False."
    with pytest.raises(NetworkError, match=f"^{re.escape(sentence)}$"):
        connectivity(net, dt=0.1, key=1)
    one = hk.Network({"I": net.populations["I"]}, [hk.Projection("I", "I", gaba, C.AllToAll(), 0.004)])
    np.testing.assert_allclose(np.asarray(connectivity(one, dt=0.1).images[0].get_array()), -0.004, rtol=1e-6)
    assert ends(circuit(net)) == {"excitatory": 2, "inhibitory": 1}


def test_a_population_that_is_not_there_is_refused():
    with pytest.raises(NetworkError, match=r"^connectivity: there is no population 'X'. There are E, I.$"):
        connectivity(ei(), dt=0.1, key=1, populations=["X"])


def ends(ax):
    kinds = [patch.get_gid() for patch in ax.patches if patch.get_gid() in ("excitatory", "inhibitory", "silent")]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def test_a_circuit_shows_its_populations_and_what_projections_do(tmp_path):
    ax = circuit(ei())
    large, small = (patch for patch in ax.patches if isinstance(patch, Circle) and patch.get_gid() == "population")
    assert large.radius > small.radius
    assert ends(ax) == {"excitatory": 2, "inhibitory": 1}
    assert "E\n30" in texts(ax)
    assert [text for text in texts(ax) if "nA" in text] == ["p = 0.1\n0.2 ± 0.02 nA, 1.5 ms", "in-degree 5\n0.3 nA", "all to all\n−0.4 nA, 1 ms"]
    written(ax, tmp_path)


def test_inputs_come_from_outside():
    net = ei()
    drive = hk.Drive(hk.stimuli.PoissonSpikes("800 Hz"), hk.synapses.Exponential(5.0), 0.1)
    inputs = {"E": [hk.stimuli.Constant(0.1), drive]}
    ax = circuit(hk.Network(net.populations, net.projections, inputs))
    assert [text.get_text() for text in ax.texts if text.get_gid() == "input"] == ["Constant(amplitude=0.1)", "PoissonSpikes(rate=800)\n0.1 nA"]
    assert ends(ax) == {"excitatory": 3, "inhibitory": 1, "silent": 1}


def test_of_many_projections_the_width_shows_the_strength():
    ax = circuit(ei(), labels=False)
    assert not any("nA" in text for text in texts(ax))
    widths = [patch.get_linewidth() for patch in ax.patches if patch.get_gid() == "excitatory"]
    assert widths == pytest.approx([0.3 + 2.2 * (0.2 * 3) / (0.3 * 5), 2.5])  # weight times connections of a target


def test_excitation_and_inhibition_have_their_colours():
    lines = {patch.get_gid(): patch.get_edgecolor() for patch in circuit(ei()).patches}
    assert (lines["excitatory"], lines["inhibitory"]) == (to_rgba(EXCITATORY), to_rgba(INHIBITORY))


def test_network_pictures_are_drawn_on_the_axes_they_are_given():
    one, two, three = Figure().subplots(3, 1)
    assert rates(recorded(), one) is one
    assert connectivity(ei(), two, dt=0.1, key=1) is two
    assert circuit(ei(), three) is three
    assert network(recorded(), axes=one) is one
    with pytest.raises(ValueError, match=r"^network draws on one or three Axes, got 2.$"):
        network(recorded(), axes=list(Figure().subplots(2, 1)))
    with pytest.raises(ValueError, match=r"^network.most must be a number of neurons ≥ 1, got 0.$"):
        network(recorded(), most=0)


def test_a_run_with_given_spikes_is_shown_like_any_other():
    given = hk.SpikeTrains([[5.0, 15.0], [10.0]])
    joined = hk.Projection("in", "E", hk.synapses.Delta(), C.AllToAll(), 30.0)
    net = hk.Network({"in": given, "E": hk.Population(hk.cells.LIF(), 2)}, [joined])
    ax = network(hk.simulate(net, duration=20, dt=0.1))
    # A spike given for 5.0 ms arrives after one step, at whose end, 5.1 ms, both neurons fire.
    assert [round(t, 1) for t, _, _ in ticks(ax)] == [5.0, 5.1, 5.1, 10.0, 10.1, 10.1, 15.0, 15.1, 15.1]
    given_look, own = [patch.get_linestyle() for patch in circuit(net).patches if patch.get_gid() == "population"]
    assert given_look != own


@pytest.mark.parametrize("draw", [network, rates, irregularity])
def test_pictures_of_networks_want_a_network(draw):
    message = (
        "rec must be the recording of a network, got Recording(2 neurons, 10 ms at dt = 0.1 ms, 1 spikes). Of one population hk.plot.raster draws"
    )
    with pytest.raises(TypeError, match=re.escape(message)):
        draw(from_trains([[1.0], []], 10.0))
