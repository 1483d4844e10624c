"""Networks in files: what they may say."""

from typing import Any

import numpy as np
import pytest
from scipy import sparse

import hillock as hk
from hillock.experiment import ExperimentError, parse, parse_network, read_network
from tests.network_file import PAIR, changed


def given_times(part, **options) -> list[list[float]]:
    """Return the times of population A, whose spikes a file gives."""
    found = parse_network({**PAIR, "population": {**PAIR["population"], "A": part}, "input": []}, **options).network.populations["A"]
    assert isinstance(found, hk.SpikeTrains)
    return [times.tolist() for times in found.times]


def first(raw, **options) -> tuple[hk.Projection, Any]:
    """Return the first projection of a network, and its rule."""
    found = parse_network(raw, **options).network.projections[0]
    return found, found.connect


def test_a_network_is_the_simulation_that_it_describes():
    ours = parse_network(PAIR).run()
    populations = {"A": hk.Population(hk.cells.LIF(), 3), "B": hk.Population(hk.cells.LIF(tau_m=10), 2)}
    joined = hk.Projection("A", "B", hk.synapses.Exponential(), hk.connections.AllToAll(), weight=2.0, delay=1.0)
    network = hk.Network(populations, [joined], {"A": hk.stimuli.Step(1.0, start=2.0)})
    same = hk.simulate(network, duration=20, dt=0.1)
    assert len(same["B"].spike_steps)
    for name in ("A", "B"):
        np.testing.assert_array_equal(ours[name].spike_steps, same[name].spike_steps)


def test_every_option_reaches_the_simulation():
    more = {"key": 7, "dialect": "brian2", "integrator": "heun", "dtype": "float32", "every": 5, "record": {"B": "v"}, "of": {"B": [1]}}
    rec = parse_network(PAIR | more).run()
    assert (rec["B"].every, list(rec["B"].traces), rec["B"].columns.tolist(), list(rec["A"].traces)) == (5, ["v"], [1], [])
    assert {name: rec.provenance[name] for name in ("key", "dialect", "dtype")} == {"key": 7, "dialect": "brian2", "dtype": "float32"}


def test_cells_and_synapses_get_names_and_are_changed_where_they_are_used():
    own = {"cell": {"slow": {"type": "LIF", "tau_m": 50, "v_th": -52}}, "synapse": {"fast": {"type": "Exponential", "tau_syn": "1 ms"}}}
    populations = {"A": {"n": 3, "cell": "slow"}, "B": {"n": 2, "cell": {"type": "slow", "v_th": -45}}}
    network = parse_network(changed("projection", synapse="fast") | own | {"population": populations}).network
    assert time_and_threshold(network, "A") == (50, -52)
    assert time_and_threshold(network, "B") == (50, -45)
    assert network.projections[0].synapse == hk.synapses.Exponential(1.0)


def time_and_threshold(network, name) -> tuple[float, float]:
    return network.populations[name].cell.tau_m, network.populations[name].cell.v_th


def test_one_table_joins_every_source_to_every_target():
    network = parse_network(changed("projection", source=["A", "B"], target=["A", "B"])).network
    assert [(p.source, p.target) for p in network.projections] == [("A", "A"), ("A", "B"), ("B", "A"), ("B", "B")]


def test_weights_delays_and_starts_are_drawn_from_distributions():
    weight, delay = {"type": "Normal", "mean": "20 pA", "sd": "2 pA", "low": 0}, {"type": "Uniform", "low": "0.5 ms", "high": 2}
    start = {"v": {"type": "Uniform", "low": "-60 mV", "high": "-50 mV"}}
    raw = changed("projection", weight=weight, delay=delay) | {"population": {**PAIR["population"], "A": {"n": 3, "cell": "LIF", "start": start}}}
    projection, _ = first(raw)
    assert projection.weight == hk.connections.Normal(0.02, 0.002, low=0.0)
    assert projection.delay == hk.connections.Uniform(0.5, 2.0)
    population = parse_network(raw).network.populations["A"]
    assert isinstance(population, hk.Population)
    assert population.start == {"v": hk.connections.Uniform(-60.0, -50.0)}


def test_distance_dependent_rules_have_tables_inside():
    rule = {
        "type": "DistanceDependent",
        "kernel": {"type": "Disc", "p": 1, "radius": 0.3},
        "sources": [[0.0], [0.5], [1.0]],
        "targets": [[0.1], [0.9]],
    }
    assert first(changed("projection", connect=rule))[1].synapses(3, 2, same=False) == 2.0
    rule["sources"] = {"type": "Grid", "shape": 3, "extent": 1.5}
    assert first(changed("projection", connect=rule))[1].sources == hk.connections.Grid((3,), (1.5,))


def test_spikes_are_given_as_lists_of_times():
    assert given_times({"spikes": [[3, "0.001 s"], [], [5.5]]}) == [[1.0, 3.0], [], [5.5]]


def test_spikes_are_read_from_a_file_beside_the_network(tmp_path):
    (tmp_path / "spikes.csv").write_text("t (s),neuron\n0.002,1\n0.001,0\n0.003,1\n")
    assert given_times({"n": 3, "spikes": {"file": "spikes.csv"}}, folder=tmp_path) == [[1.0], [2.0, 3.0], []]


def test_connections_are_read_from_a_file_with_their_weights_and_delays(tmp_path):
    (tmp_path / "list.csv").write_text("source,target,weight,delay\n0,1,0.5,1.0\n2,0,-0.25,0.5\n")
    raw = changed("projection", connect={"type": "Explicit", "file": "list.csv"}, weight=None, delay=None)
    projection, rule = first(raw, folder=tmp_path)
    assert (rule.sources.tolist(), rule.targets.tolist()) == ([0, 2], [1, 0])
    assert (projection.weight.tolist(), projection.delay.tolist()) == ([0.5, -0.25], [1.0, 0.5])


@pytest.mark.parametrize("name", ["matrix.npz", "matrix.npy"])
def test_a_matrix_of_weights_is_read_from_a_file(tmp_path, name):
    weights = np.array([[0.0, 1.5], [0.0, 0.0], [2.0, 0.0]])
    sparse.save_npz(tmp_path / name, sparse.csr_array(weights)) if name.endswith("npz") else np.save(tmp_path / name, weights)
    raw = changed("projection", connect={"type": "Matrix", "file": name}, weight=None)
    np.testing.assert_array_equal(first(raw, folder=tmp_path)[1].matrix.toarray(), weights)


def test_spikes_from_outside_have_a_synapse_and_a_weight():
    part = {"target": ["A", "B"], "spikes": {"type": "PoissonSpikes", "rate": "800 Hz"}, "synapse": "Delta", "weight": "1 mV"}
    network = parse_network(PAIR | {"input": part, "key": 1}).network
    for name in ("A", "B"):
        assert [(drive.synapse, drive.weight) for drive in network.drives(name)] == [(hk.synapses.Delta(), 1.0)]


def test_a_file_of_a_network_is_not_read_as_one_of_a_neuron(tmp_path):
    (tmp_path / "net.toml").write_text('duration = 1\ndt = 1\npopulation.A = { n = 1, cell = "LIF" }\n')
    assert read_network(tmp_path / "net.toml").network.n == 1
    with pytest.raises(
        ExperimentError, match=r"^This is a network, not an experiment with one cell. Use hillock.experiment.read_network or parse_network\.$"
    ):
        parse(PAIR)
