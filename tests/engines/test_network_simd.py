"""Networks under the simd engine: the same spikes as a plain loop over neurons and connections, for any threads, chunks and windows."""

import numpy as np
import pytest

import hillock as hk
from hillock.connections import AllToAll, Explicit, FixedProbability, Normal, OneToOne, Uniform
from hillock.engines import _form

DT = 0.1
CELL = hk.cells.LIF(tau_m=20.0, r_m=100.0, v_rest=-49.0, v_reset=-60.0, v_th=-50.0, t_ref=5.0)
SYNAPSE = hk.synapses.Exponential(5.0)


def simulate(network, **options):
    settings = {"duration": 100.0, "dt": DT, "key": 3, "dtype": "float64", "engine": hk.engines.Simd(threads=1)} | options
    return hk.simulate(network, **settings)


def random_network(n=200, delay=None, weight=0.03):
    start = {"v": Uniform(-60.0, -50.0)}
    sparse = FixedProbability(0.1)
    return hk.Network(
        {"E": hk.Population(CELL, n, start), "I": hk.Population(CELL, n // 4, start)},
        [
            hk.Projection("E", "E", SYNAPSE, sparse, weight, delay),
            hk.Projection("E", "I", SYNAPSE, sparse, weight, delay),
            hk.Projection("I", "E", hk.synapses.Exponential(10.0), sparse, -3 * weight, delay),
        ],
    )


def same(a, b):
    for name in a:
        np.testing.assert_array_equal(a[name].spike_steps, b[name].spike_steps)
        np.testing.assert_array_equal(a[name].spike_neurons, b[name].spike_neurons)


def plain_loop(n, sources, targets, weights, delays, v, steps):
    """Simulate exponential synapses on LIF cells connection by connection; what arrives in a step arrives after its flow and before its test."""
    i, rest = np.zeros(n), np.zeros(n, int)
    keep, decay = np.exp(-DT / 20.0), np.exp(-DT / 5.0)
    gain = 100.0 * 5.0 / (5.0 - 20.0) * (decay - keep)
    arriving = np.zeros((steps + max(delays) + 1, n))
    spikes = []
    for k in range(steps):
        flowed = -49.0 + (v + 49.0) * keep + gain * i
        was_above = v > -50.0
        v = np.where(rest > 0, v, flowed)
        i = i * decay + arriving[k]
        fired = (v > -50.0) & (rest == 0) & ~was_above
        rest = np.where(fired, 50, np.maximum(rest - 1, 0))
        v = np.where(fired, -60.0, v)
        spikes += [(k, j) for j in np.flatnonzero(fired)]
        for e in np.flatnonzero(fired[sources]):
            arriving[k + delays[e], targets[e]] += weights[e]
    return spikes


def test_spikes_are_those_of_a_plain_loop_over_connections():
    rng, n = np.random.default_rng(5), 60
    sources, targets = rng.integers(0, n, 400), rng.integers(0, n, 400)
    weights, delays = rng.normal(0.02, 0.02, 400), rng.integers(1, 30, 400)
    v = rng.uniform(-60.0, -50.0, n)
    connect = Explicit(sources, targets)
    network = hk.Network({"E": hk.Population(CELL, n, {"v": v})}, [hk.Projection("E", "E", SYNAPSE, connect, weights, delays * DT)])
    rec = simulate(network, duration=200.0)["E"]
    expected = plain_loop(n, sources, targets, weights, delays, v, 2000)
    assert len(expected) > 300
    assert list(zip(rec.spike_steps.tolist(), rec.spike_neurons.tolist(), strict=True)) == expected


@pytest.mark.parametrize("delay", [None, "1.5 ms", Uniform("0.5 ms", "3 ms")])
@pytest.mark.parametrize("threads", [2, 3, 8])
def test_the_number_of_threads_changes_no_spike(delay, threads):
    network = random_network(1000, delay)
    same(simulate(network, duration=50.0), simulate(network, duration=50.0, engine=hk.engines.Simd(threads=threads)))


@pytest.mark.parametrize("delay", [None, "1.5 ms", Normal("2 ms", "0.5 ms", low="0.1 ms")])
@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_the_length_of_a_chunk_changes_no_spike(delay, chunk, monkeypatch):
    network = random_network(delay=delay)
    whole = simulate(network)
    monkeypatch.setattr("hillock.engines.network._simd._CHUNK_STEPS", chunk)
    same(whole, simulate(network))


def test_two_halves_make_a_whole_though_spikes_are_in_flight():
    network = random_network(delay="4 ms")
    whole, first = simulate(network), simulate(network, duration=47.3)
    second = simulate(network, duration=52.7, start=first.end)
    for name in whole:
        steps = np.concatenate([first[name].spike_steps, second[name].spike_steps])
        np.testing.assert_array_equal(steps, whole[name].spike_steps)


def test_a_spike_arrives_after_its_delay_and_not_before():
    quiet = hk.cells.LIF(v_rest=-65.0)
    for steps in (1, 2, 15, 40, 333):
        network = hk.Network(
            {"in": hk.SpikeTrains([[2.0]]), "out": hk.Population(quiet, 1)},
            [hk.Projection("in", "out", hk.synapses.Delta(), OneToOne(), "1 mV", steps * DT)],
        )
        v = simulate(network, record={"out": ["v"]})["out"]["v"][:, 0]
        assert np.flatnonzero(v > -65.0)[0] == 20 + steps - 1  # row k shows (k + 1) dt


def test_a_source_with_many_delays_reaches_each_target_at_its_own():
    n, quiet = 100, hk.cells.LIF(v_rest=-65.0)
    delays = np.arange(1, n + 1) * DT
    network = hk.Network(
        {"in": hk.SpikeTrains([[1.0]]), "out": hk.Population(quiet, n)},
        [hk.Projection("in", "out", hk.synapses.Delta(), Explicit(np.zeros(n, int), np.arange(n)), "1 mV", delays)],
    )
    v = simulate(network, record={"out": ["v"]})["out"]["v"]
    np.testing.assert_array_equal(np.argmax(v > -65.0, axis=0), 10 + np.arange(n))


@pytest.mark.parametrize("n", [1, 63, 64, 65, 700])
def test_every_neuron_is_reached_whatever_their_number(n):
    network = hk.Network(
        {"in": hk.SpikeTrains([[1.0]] * n), "out": hk.Population(hk.cells.LIF(v_rest=-65.0), n)},
        [hk.Projection("in", "out", hk.synapses.Delta(), OneToOne(), np.diag(np.arange(1, n + 1) / n))],
    )
    v = simulate(network, duration=2.0, record={"out": ["v"]}, engine=hk.engines.Simd(threads=2))["out"]["v"]
    np.testing.assert_allclose(v[10], -65.0 + np.arange(1, n + 1) / n, rtol=1e-15)


def test_more_sums_than_sixteen_bits_can_count_are_told_apart():
    n = 70_000
    network = hk.Network(
        {"in": hk.SpikeTrains([[0.0]]), "out": hk.Population(hk.cells.LIF(v_rest=-65.0), n)},
        [hk.Projection("in", "out", hk.synapses.Delta(), Explicit([0, 0], [3, 69_999]), [1.0, 2.0])],
    )
    v = simulate(network, duration=0.1, record={"out": ["v"]})["out"]["v"][0]
    assert dict(zip(np.flatnonzero(v != -65.0).tolist(), v[v != -65.0].tolist(), strict=True)) == {3: -64.0, 69_999: -63.0}


def test_weights_of_one_target_add_up_whichever_projection_they_come_by():
    sources = {"a": hk.SpikeTrains([[1.0]]), "b": hk.SpikeTrains([[1.0], [1.0]])}
    projections = [hk.Projection(name, "out", hk.synapses.Delta(), AllToAll(), w) for name, w in (("a", 1.0), ("b", 0.25))]
    network = hk.Network({**sources, "out": hk.Population(hk.cells.LIF(v_rest=-65.0), 3)}, projections)
    np.testing.assert_array_equal(simulate(network, duration=2.0, record={"out": ["v"]})["out"]["v"][10], [-63.5] * 3)


def test_a_refractory_neuron_hears_no_delta_pulse_but_keeps_a_current():
    cell = hk.cells.LIF(v_rest=-65.0, t_ref=2.0)
    trains = hk.SpikeTrains([[1.0, 2.0]])
    for synapse, weight, moves in ((hk.synapses.Delta(), 20.0, False), (hk.synapses.Exponential(5.0), 20.0, True)):
        network = hk.Network({"in": trains, "out": hk.Population(cell, 1)}, [hk.Projection("in", "out", synapse, OneToOne(), weight)])
        rec = simulate(network, duration=6.0, record={"out": ["v"]})["out"]
        assert (len(rec.spike_steps) > 1) == moves


def test_a_chain_of_delays_carries_a_wave():
    n = 20
    chain = Explicit(np.arange(n - 1), np.arange(1, n))
    network = hk.Network(
        {"in": hk.SpikeTrains([[0.0]]), "chain": hk.Population(hk.cells.LIF(v_rest=-65.0), n)},
        [
            hk.Projection("in", "chain", hk.synapses.Delta(), Explicit([0], [0]), "20 mV"),
            hk.Projection("chain", "chain", hk.synapses.Delta(), chain, "20 mV", "1.3 ms"),
        ],
    )
    rec = simulate(network)["chain"]
    np.testing.assert_array_equal(rec.spike_steps, 13 * np.arange(n))
    np.testing.assert_array_equal(rec.spike_neurons, np.arange(n))


def test_the_neurons_of_a_network_draw_different_random_numbers():
    noise = hk.stimuli.GaussianNoise(0.0, 0.1, interval=0.1)
    population = hk.Population(hk.cells.LIF(), 2)
    rec = simulate(hk.Network({"a": population, "b": population}, (), {"a": noise, "b": noise}), duration=5.0, record={"a": ["v"], "b": ["v"]})
    columns = np.concatenate([rec["a"]["v"], rec["b"]["v"]], axis=1)
    assert all((columns[1:, j] != columns[1:, k]).all() for j in range(4) for k in range(j))


@pytest.mark.parametrize("every", [1, 3, 20])
def test_traces_have_every_kth_row_of_the_chosen_neurons(every):
    network = random_network(delay="1.5 ms")
    full = simulate(network, record={"E": ["v", "i_E"]})["E"]
    rec = simulate(network, record={"E": ["v", "i_E"]}, of={"E": [3, 170]}, every=every)["E"]
    for name in ("v", "i_E"):
        np.testing.assert_array_equal(rec[name], full[name][every - 1 :: every][: len(rec[name]), [3, 170]])


def test_populations_that_differ_in_names_only_share_a_kernel_and_keep_their_names(monkeypatch):
    made, original = [], _form.Form.__init__
    monkeypatch.setattr(_form, "_FORMS", {})
    monkeypatch.setattr(_form.Form, "__init__", lambda form, *args: (made.append(form), original(form, *args))[1])
    projections = [hk.Projection(a, b, SYNAPSE, AllToAll(), 0.03) for a, b in (("x", "y"), ("y", "z"), ("z", "x"))]
    network = hk.Network({name: hk.Population(CELL, 20) for name in "xyz"}, projections)
    rec = simulate(network, record={"x": ["i_z"], "y": ["i_x"], "z": ["i_y"]})
    assert len(made) == 1
    np.testing.assert_array_equal(rec["x"]["i_z"], rec["y"]["i_x"])
    assert [carry.state.cell._fields[-1] for carry in rec.end.carry.members] == ["i_z", "i_x", "i_y"]


@pytest.mark.parametrize("engine", ["simd", "scan"])
def test_where_a_dialect_masks_input_a_resting_neuron_does_not_feel_its_synapses(engine):
    cell = hk.cells.LIF(v_rest=-65.0, v_reset=-75.0, t_ref=2.0)
    network = hk.Network(
        {"in": hk.SpikeTrains([[0.1]]), "out": hk.Population(cell, 1)}, [hk.Projection("in", "out", hk.synapses.Exponential(50.0), OneToOne(), 5.0)]
    )
    rec = simulate(network, duration=6.0, dialect="ngclearn", engine=engine, record={"out": ["v", "i_in"]})["out"]
    first, second = rec.spike_steps[:2]
    assert second - first > 20
    resting = rec["v"][first + 1 : first + 19, 0]
    assert (np.diff(resting) > 0).all()  # the leak goes on
    assert resting.max() < -65.0
    assert rec["i_in"][first + 10, 0] > 4.0
