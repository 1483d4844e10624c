"""Networks in files: every mistake at once, each with its place."""

import pytest

import hillock as hk
from hillock.experiment import ExperimentError, parse_network
from tests.network_file import PAIR, changed


def mistakes(raw, **options) -> tuple[str, ...]:
    with pytest.raises(ExperimentError) as caught:
        parse_network(raw, **options)
    return caught.value.lines


def choose(known) -> str:
    return f"Choose {hk.experiment.catalogue.listed(list(known))}."


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
        ([[-1]], "population.A.spikes: SpikeTrains.times must be lists of finite times ≥ 0 ms, got [-1.0] for neuron 0."),
        ([[1], [2, "3 mV"]], "population.A.spikes.2 must be a time in ms, got '3 mV', which is a voltage."),
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


def test_a_port_that_a_neuron_does_not_have_is_met_with_those_it_has():
    population = PAIR["population"] | {"B": {"n": 2, "cell": "nest.iaf_psc_exp"}}
    raw = changed("projection", synapse="exc", weight=1000) | {"population": population}
    assert mistakes(raw) == ("projection: synapse must be the name of a port of iaf_psc_exp, 'ex' or 'in', got 'exc'.",)
