"""Networks in files: what they may say, every mistake at once, and the network in words."""

from typing import Any

import numpy as np
import pytest
from scipy import sparse

import hillock as hk
from hillock.experiment import ExperimentError, network_summary, parse, parse_network, read_network
from hillock.network._describe import describe
from hillock.network._repr import written

PAIR = {
    "duration": "20 ms",
    "dt": "0.1 ms",
    "population": {"A": {"n": 3, "cell": "LIF"}, "B": {"n": 2, "cell": {"type": "LIF", "tau_m": "10 ms"}}},
    "projection": {"source": "A", "target": "B", "synapse": "Exponential", "connect": "AllToAll", "weight": "2 nA", "delay": "1 ms"},
    "input": {"target": "A", "stimulus": {"type": "Step", "amplitude": "1 nA", "start": "2 ms"}},
}


def mistakes(raw, **options) -> tuple[str, ...]:
    with pytest.raises(ExperimentError) as caught:
        parse_network(raw, **options)
    return caught.value.lines


def changed(section: str, **change) -> dict:
    """Return the pair with some keys of one section changed; None takes a key away."""
    return PAIR | {section: {name: value for name, value in {**PAIR[section], **change}.items() if value is not None}}


def choose(known) -> str:
    return f"Choose {hk.experiment.catalogue.listed(list(known))}."


def given_times(part, **options) -> list[list[float]]:
    """Return the times of population A, whose spikes a file gives."""
    found = parse_network({**PAIR, "population": {**PAIR["population"], "A": part}, "input": []}, **options).network.populations["A"]
    assert isinstance(found, hk.SpikeTrains)
    return [times.tolist() for times in found.times]


def first(raw, **options) -> tuple[hk.Projection, Any]:
    """Return the first projection of a network, and its rule."""
    found = parse_network(raw, **options).network.projections[0]
    return found, found.connect


# What a file says


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


# Mistakes


def test_all_mistakes_are_named_at_once():
    wrong = {
        "duration": "20 mV",
        "dt": "0.1 ms",
        "dialect": "brian",
        "stimulus": {"type": "Step"},
        "cell": {"slow": {"type": "LIF", "tau_m": -5}},
        "population": {"A": {"n": 0, "cell": "slow"}, "B": {"n": 2, "cell": "LFI", "strat": {}}, "C": {"n": 2, "cell": "LIF", "start": {"w": 1}}},
        "projection": [
            {"source": "A", "target": "D", "synapse": "Exponental", "connect": {"type": "FixedProbability", "q": 0.1}, "weight": 1},
            {"source": "C", "target": "C", "synapse": "Delta", "connect": {"type": "FixedProbability", "p": 1.5}, "weight": {"mean": 1}},
        ],
        "input": [{"target": "C", "stimulus": "Constant", "spikes": "PoissonSpikes"}],
        "record": {"E": ["v"]},
    }
    assert mistakes(wrong, name="net.toml") == (
        "duration must be a time in ms, got '20 mV', which is a voltage.",
        f"dialect is wrong: No dialect named 'brian'. Did you mean brian2? Choose {', '.join(hk.dialects.names())}.",
        "population.A.n must be ≥ 1, got 0.",
        "population.B.strat is not a key of an experiment. Did you mean start?",
        "stimulus is not a key of an experiment. Did you mean input?",
        "cell.slow: LIF.tau_m must be > 0 ms, got -5 ms.",
        "population.B.cell: No cell named 'LFI'. Did you mean LIF? 'hillock list' shows all.",
        "population.C: LIF has no variable 'w' to start with. It has v, theta.",
        "record.E: there is no population 'E'. There are A, B, C.",
        "projection.1.target: there is no population 'D'. There are A, B, C.",
        "projection.1.connect: FixedProbability has no parameter 'q'. It has p, autapses.",
        "projection.1.connect: FixedProbability needs p (probability of each pair).",
        "projection.1.synapse: No synapse named 'Exponental'. Did you mean Exponential? " + choose(hk.experiment.catalogue.all_synapses()),
        "projection.2.weight.type is missing.",
        "projection.2.connect: FixedProbability.p must be ≥ 0 and ≤ 1, got 1.5.",
        "input must have either stimulus, a current, or spikes, with synapse and weight, got stimulus and spikes.",
        "input.stimulus: Constant needs amplitude (current, nA).",
        "input.spikes: PoissonSpikes needs rate (spikes per second, Hz).",
    )


RULES, DISTRIBUTIONS = hk.experiment.catalogue.all_rules(), hk.experiment.catalogue.all_distributions()


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (PAIR | {"population": {}}, "population must be at least one, got {}."),
        (PAIR | {"population": {"A": {"cell": "LIF"}}, "projection": [], "input": []}, "population.A.n is missing."),
        (PAIR | {"population": {"A": {"n": 2}}, "projection": [], "input": []}, "population.A.cell is missing."),
        (PAIR | {"populations": {}}, "populations is not a key of an experiment. Did you mean population?"),
        (PAIR | {"neurons": 3}, "neurons is not a key of an experiment. Did you mean population.NAME.n?"),
        (PAIR | {"cell": {"LIF": {"type": "LIF"}}}, "cell.LIF has the name of a cell of hillock. Choose another name."),
        (PAIR | {"record": {"A": ["w"]}}, "record.A: 'w' cannot be recorded. This model shows v, theta, threshold, i."),
        (PAIR | {"of": {"A": [0, 3]}}, "of.A must be a whole number from 0 to 2, got 3."),
        (changed("projection", source="a"), "projection.source: there is no population 'a'. Did you mean A?"),
        (changed("projection", weight=None), "projection.weight is missing. Only the rule Matrix brings its own."),
        (changed("projection", weight={"type": "Gauss", "mean": 1}), f"projection.weight: No distribution named 'Gauss'. {choose(DISTRIBUTIONS)}"),
        (changed("projection", weight={"type": "Normal", "mean": 1}), "projection.weight: Normal needs sd."),
        (
            changed("projection", weight={"type": "Uniform", "low": 2, "high": 1}),
            "projection.weight: Uniform.low must be ≤ Uniform.high, got 2 and 1 nA.",
        ),
        (
            changed("projection", connect="FixProbability"),
            f"projection.connect: No connection rule named 'FixProbability'. Did you mean FixedProbability? {choose(RULES)}",
        ),
        (
            changed("projection", connect="OneToOne"),
            "projection: OneToOne needs as many targets as sources, got 3 sources and 2 targets. Use populations of one size, or Explicit(sources, targets).",
        ),
        (
            changed("projection", connect={"type": "AllToAll", "file": "x.csv"}),
            "projection.connect: AllToAll reads no file. Leave 'file' out, or take Explicit or Matrix.",
        ),
        (changed("projection", connect={"type": "Explicit", "file": "x.csv"}), "projection.connect: There is no file x.csv."),
        (changed("input", target="B", stimulus=None), "input must have either stimulus, a current, or spikes, with synapse and weight, got neither."),
        (changed("input", weight=1), "input.weight is for spikes. Leave it out."),
        (
            changed("input", stimulus="mine.py:Mine"),
            "input.stimulus: mine.py:Mine is Python code, which an experiment file may not run by itself. Add --trust if you trust mine.py.",
        ),
    ],
)
def test_a_mistake_is_one_line_with_its_place(raw, line):
    assert mistakes(raw) == (line,)


@pytest.mark.parametrize(
    ("spikes", "line"),
    [
        ([1, 2], "population.A.spikes must be a list of times (ms) for each neuron, such as [[1.0, 5.5], []], or a file, got [1, 2]."),
        ([[-1]], "population.A.spikes: SpikeTrains.times must be lists of finite times ≥ 0 ms, got [[-1]] for neuron 0."),
        ({"path": "x"}, "population.A.spikes: it needs file = '...' and may have unit = '...', got the keys path."),
        ({"file": "x.csv"}, "population.A.spikes: There is no file x.csv."),
    ],
)
def test_given_spikes_that_are_wrong_say_so(spikes, line):
    assert mistakes(PAIR | {"population": {"A": {"spikes": spikes}}, "projection": [], "input": []}) == (line,)


def test_given_spikes_have_no_cell():
    raw = PAIR | {"population": {"A": {"spikes": [[1]], "cell": "LIF"}}, "projection": [], "input": []}
    assert mistakes(raw) == ("population.A.cell is not for given spikes. Leave it out, or leave out spikes.",)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "source,weight\n0,1\n",
            "projection.connect: {} has no column 'target'. It has source, weight, and a list of connections has source and target.",
        ),
        ("source,target\n0,1\n1.5,1\n", "projection.connect: {} has 1.5 in line 3, column 'source'. Neurons are whole numbers, counted from 0."),
        ("source,target\n0,1\n7,1\n", "projection: Explicit.sources must be ≥ 0 and < 3, the number of neurons, got 7 at index 1."),
        ("source,target,weight\n0,1,1\n", "projection.weight is also a column of the file of connections. Leave one of them out."),
    ],
)
def test_files_of_connections_that_are_wrong_say_so(tmp_path, text, line):
    (tmp_path / "list.csv").write_text(text)
    raw = changed("projection", connect={"type": "Explicit", "file": "list.csv"})
    assert mistakes(raw, folder=tmp_path) == (line.format(tmp_path / "list.csv"),)


def test_cells_of_two_simulators_need_a_dialect():
    cells = {
        "A": {"n": 1, "cell": "LIF"},
        "B": {"n": 1, "cell": {"type": "nir.LIF", "tau": 10, "r": 1, "v_leak": 0, "v_threshold": 1, "time_unit": "ms"}},
    }
    line = "dialect is missing: there are cells of hillock and nir, and all are stepped in one order. Choose one."
    assert mistakes(PAIR | {"population": cells, "projection": [], "input": []}) == (line,)


def test_a_file_of_a_network_is_not_read_as_one_of_a_neuron(tmp_path):
    (tmp_path / "net.toml").write_text('duration = 1\ndt = 1\npopulation.A = { n = 1, cell = "LIF" }\n')
    assert read_network(tmp_path / "net.toml").network.n == 1
    with pytest.raises(
        ExperimentError, match=r"^This is a network, not an experiment with one cell. Use hillock.experiment.read_network or parse_network\.$"
    ):
        parse(PAIR)


# In words

MIXED = hk.Network(
    {"E": hk.Population(hk.cells.LIF(tau_m=[10.0, 20.0]), 2, {"v": hk.connections.Uniform(-60, -55)}), "S": hk.SpikeTrains([[1.0, 2.5], []])},
    [
        hk.Projection("S", "E", hk.synapses.Delta(), hk.connections.Explicit([0, 1], [1, 0]), weight=[1.0, 2.0], delay="1 ms"),
        hk.Projection(
            "E", "E", hk.synapses.Exponential(7.0), hk.connections.Matrix([[0.0, 0.5], [0.25, 0.0]]), delay=hk.connections.Normal(2, 1, low=0.5)
        ),
    ],
    {"E": [0.5 * hk.stimuli.Step(0.3, start=1.0), hk.Drive(hk.stimuli.PoissonSpikes(50.0), hk.synapses.Delta(), "0.1 mV")]},
)


def test_the_text_of_a_network_makes_it_again():
    again = eval(written(MIXED), {"hk": hk})
    assert written(again) == written(MIXED)
    assert describe(again) == describe(MIXED)
    ours, theirs = (hk.simulate(network, duration=30, dt=0.1, key=3) for network in (MIXED, again))
    np.testing.assert_array_equal(ours["E"].spike_steps, theirs["E"].spike_steps)


def test_the_text_of_a_network_has_one_line_for_each_part():
    network = hk.Network({"A": hk.Population(hk.cells.LIF(), 3)}, [hk.Projection("A", "A", hk.synapses.Delta(), hk.connections.AllToAll(), 0.5)])
    assert written(network) == (
        "hk.Network(\n"
        "    populations={\n"
        "        'A': hk.Population(hk.cells.LIF(), 3),\n"
        "    },\n"
        "    projections=[\n"
        "        hk.Projection('A', 'A', synapse=hk.synapses.Delta(), connect=hk.connections.AllToAll(), weight=0.5),\n"
        "    ],\n"
        ")"
    )


def test_long_arrays_are_not_written_out():
    network = hk.Network({"A": hk.Population(hk.cells.LIF(tau_m=np.linspace(10, 20, 100)), 100)})
    assert "tau_m=<array of shape (100,)>" in written(network)


def test_a_network_in_words_says_what_there_is_and_how_much():
    assert parse_network(PAIR).describe() == PARTS + ORDER


PARTS = """Network: 5 neurons · 2 populations · 1 projection · 6 synapses

Populations
    name  neurons  cell           start
    A           3  LIF()
    B           2  LIF(tau_m=10)

Projections
    from → to  rule        synapse                 synapses  per neuron  weight  delay
    A → B      AllToAll()  Exponential(tau_syn=5)         6           3  2 nA    1 ms (10 steps)

Inputs
    to  what                        synapse  weight
    A   Step(amplitude=1, start=2)

Memory, in float32
    states       48 B
    connections  12 B

"""

ORDER = """One step in the dialect hillock
    1. cells and synapses flow over dt
    2. spikes arrive that were fired their delay ago (at least one step)
    3. neurons that rest after a spike keep their potential
    4. the threshold is tested: who is above it fires
    5. who fired is reset
    6. spikes and traces are recorded
    In its own words: flow (exact where the cell is linear), test for an upward crossing, reset in the same step, hold v
    for t_ref/dt steps; a spike is stamped at the end of its step."""


def test_in_brian2s_order_spikes_arrive_before_the_flow():
    lines = describe(MIXED, dialect="brian2").partition("One step in the dialect brian2\n")[2].splitlines()
    assert lines[0] == "    1. spikes arrive that were fired their delay and one step ago (a delay may be 0)"
    assert lines[1] == "    2. cells and synapses flow over dt"


@pytest.mark.parametrize("dialect", hk.dialects.names())
def test_the_order_of_a_step_is_told_for_every_dialect(dialect):
    text = describe(MIXED, dialect=dialect)
    assert f"One step in the dialect {dialect}\n    1. " in text
    assert text.count("spikes arrive") == text.count("who is above it fires") == 1


def test_neurons_of_another_simulator_bring_their_ports_units_and_order():
    population = PAIR["population"] | {"B": {"n": 2, "cell": "nest.iaf_psc_exp"}, "A": {"spikes": [[1], [2], []]}}
    raw = changed("projection", synapse="ex", weight=1000) | {"population": population, "input": []}
    text = parse_network(raw).describe()
    assert "A → B      AllToAll()  port ex         6           3  1000 pA  1 ms (10 steps)" in text
    assert "nest.iaf_psc_exp()" in text
    assert "One step in the dialect nest" in text
    assert parse_network(raw).run().provenance["dialect"] == "nest"
    line = "projection: synapse must be the name of a port of iaf_psc_exp, 'ex' or 'in', got 'exc'."
    assert mistakes(raw | {"projection": {**raw["projection"], "synapse": "exc"}}) == (line,)


def test_the_summary_has_a_row_for_each_population():
    rec = parse_network(PAIR).run()
    head, _, names, *rows = network_summary(rec).splitlines()
    assert head == "Network of 5 neurons in 2 populations, 20 ms at dt = 0.1 ms; dialect hillock, engine simd, float32"
    assert names.split("  ")[0] == "population"
    assert [row.split()[:3] for row in rows[:2]] == [[name, str(one.neurons), str(len(one.spike_steps))] for name, one in rec.items()]
