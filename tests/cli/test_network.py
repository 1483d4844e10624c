"""Networks on the command line: ``init --network``, ``run`` and ``describe`` of a file."""

import re
from pathlib import Path

import numpy as np
import pytest

import hillock as hk
from hillock.experiment import NetworkOutput, NetworkSchema

NET = """
duration = "20 ms"
dt = "0.1 ms"

[population]
A = { n = 3, cell = "LIF" }
B = { n = 2, cell = { type = "LIF", tau_m = "10 ms" } }

[[projection]]
source = "A"
target = "B"
synapse = "Exponential"
connect = "AllToAll"
weight = "2 nA"
delay = "1 ms"

[[input]]
target = "A"
stimulus = { type = "Step", amplitude = "1 nA", start = "2 ms" }
"""
QUIET = ("--data", "none", "--picture", "none")
EXAMPLE = Path(__file__).parents[2] / "examples" / "cuba.toml"


@pytest.fixture
def net(tmp_path) -> str:
    """Return the name of a file with a network of two populations."""
    (tmp_path / "net.toml").write_text(NET, encoding="utf-8")
    return "net.toml"


def test_the_network_file_that_init_writes_runs(hillock, tmp_path):
    assert hillock("init", "--network") == (0, "Wrote network.toml. Run it with: hillock run network.toml\n", "")
    answer = hillock("run", "network.toml", "--duration", "20", "--set", "population.E.n=80", "--set", "population.I.n=20")
    assert (answer.code, answer.err) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} == {"network.toml", "network.npz", "network.png"}
    assert (tmp_path / "network.png").read_bytes().startswith(b"\x89PNG")


def test_the_starting_network_names_every_key(hillock, tmp_path):
    hillock("init", "--network")
    text = (tmp_path / "network.toml").read_text(encoding="utf-8")
    for key in (*NetworkSchema.model_fields, *NetworkOutput.model_fields):
        assert re.search(rf"^(# )?(\[*{key}(\.\w+)?\]*|{key}(\.\w+)? = .*)", text, re.MULTILINE), key


def test_the_summary_says_how_often_each_population_fired(hillock, net):
    answer = hillock("run", net, *QUIET)
    head, _, names, a, b, _ = answer.out.split("\n", 5)
    assert head == "Network of 5 neurons in 2 populations, 20 ms at dt = 0.1 ms; dialect hillock, engine simd, float32"
    assert names == "population  neurons  spikes  rate (Hz)  silent  CV of ISI"
    rec = hk.experiment.read_network(net).run()
    for line, name in ((a, "A"), (b, "B")):
        assert line.split()[:4] == [name, str(rec[name].neurons), str(len(rec[name].spike_steps)), f"{rec.rates[name]:.4g}"]


def test_the_data_are_those_of_the_run(hillock, net, tmp_path):
    assert hillock("run", net, "--picture", "none", "-o", "out").out.endswith("data     out/net.npz\n")
    ours, saved = hk.experiment.read_network(net).run(), hk.load(tmp_path / "out" / "net.npz")
    for name in ours:
        np.testing.assert_array_equal(saved[name].spike_times, ours[name].spike_times)


def test_flags_change_what_the_file_says(hillock, net):
    lines = hillock("run", net, "--set", "population.A.n=7", "--set", "projection.1.weight='1 pA'", "--dialect", "nest", *QUIET).out.splitlines()
    assert "dialect nest" in lines[0]
    assert lines[3].split()[:2] == ["A", "7"]
    assert lines[4].split()[:4] == ["B", "2", "0", "0"]


def test_inline_tables_are_values_of_set(hillock, net):
    answer = hillock("run", net, "--set", 'projection.1.weight={type="Normal", mean=2, sd=0.1}', "--key", "1", *QUIET)
    assert (answer.code, answer.err) == (0, "")


def test_traces_are_recorded_by_population(hillock, net):
    assert hillock("run", net, "--record", "A.v, B.i_A", "--of", "A.0,A.2", *QUIET).code == 0
    answer = hillock("run", net, "--record", "A.w", *QUIET)
    assert (answer.code, answer.err) == (1, "Error: net.toml: record.A: 'w' cannot be recorded. This model shows v, theta, threshold, i.\n")


def test_a_network_is_described_with_the_order_of_a_step(hillock, net):
    answer = hillock("describe", net)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == hk.experiment.read_network(net).describe() + "\n"
    assert "A → B      AllToAll()  Exponential(tau_syn=5)         6           3  2 nA    1 ms (10 steps)" in answer.out


def test_the_cuba_network_of_the_examples_is_vogels_and_abbotts(hillock):
    out = hillock("describe", str(EXAMPLE)).out
    assert out.startswith("Network: 4,000 neurons · 2 populations · 4 projections · 320,000 synapses, expected\n")
    small = ("--set", "population.E.n=320", "--set", "population.I.n=80", "--duration", "20")
    assert hillock("run", str(EXAMPLE), *small, *QUIET).code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--cell", "LIF"], "net.toml holds a network, which takes no --cell. Change its cells: --set population.E.cell=LIF"),
        (["--stimulus", "Step"], "net.toml holds a network, which takes no --stimulus. Change its inputs: --set input.1.stimulus.amplitude=0.3"),
        (["--neurons", "3"], "net.toml holds a network, which takes no --neurons. Change its populations: --set population.E.n=100"),
        (["--check"], "net.toml holds a network, which takes no --check. Run it once more with half the dt."),
        (["--record", "v"], "--record of a network needs the population before each name, such as --record E.v,I.v, got 'v'."),
        (["--of", "1"], "--of of a network needs the population before each name, such as --of E.0,E.7, got '1'."),
        (["--set", "population.A.n"], "--set needs path=value, such as population.E.n=100, got 'population.A.n'."),
        (
            ["--set", "projection.2.weight=1"],
            "--set projection.2.weight leads nowhere: projection has the numbers 1 to 1. Write projection.1.weight.",
        ),
        (["--set", "projection.weight=1"], "--set projection.weight leads nowhere: projection has the numbers 1 to 1. Write projection.1.weight."),
        (["--set", "population.A.cell.tau_m=1"], "--set population.A.cell.tau_m leads nowhere: population.A.cell is 'LIF', not a table."),
    ],
)
def test_what_a_network_does_not_take_is_said_in_one_sentence(hillock, net, words, message):
    assert hillock("run", net, *words) == (2, "", f"Error: {message} See hillock --help.\n")


@pytest.mark.parametrize("command", ["explain", "compare", "converge"])
def test_commands_about_one_neuron_refuse_a_network(hillock, net, command):
    message = "net.toml holds a network, and this command is about single neurons. Take 'hillock run net.toml' or 'hillock describe net.toml'."
    assert hillock(command, net) == (2, "", f"Error: {message} See hillock --help.\n")


def test_a_file_of_one_neuron_is_not_described_as_a_network(hillock):
    hillock("init")
    message = "experiment.toml is about one neuron, not a network. Take 'hillock explain experiment.toml', or describe its parts by name."
    assert hillock("describe", "experiment.toml") == (2, "", f"Error: {message} See hillock --help.\n")


def test_a_format_for_single_populations_is_refused_before_the_run(hillock, net):
    assert hillock("run", net, "--data", "nc") == (1, "", "Error: net.toml: output.data must be 'npz', 'folder' or 'none', got 'nc'.\n")


# Going on


def spikes(path) -> list[tuple[list[int], list[int]]]:
    """Return steps and neurons of the spikes of each population in a recording."""
    return [(one.spike_steps.tolist(), one.spike_neurons.tolist()) for one in hk.load(path).values()]


def test_a_run_into_a_folder_is_resumed_up_to_the_duration(hillock, net, tmp_path):
    hillock("run", net, "--picture", "none", "--name", "whole")
    quiet = ("--data", "folder", "--picture", "none")
    assert hillock("run", net, *quiet, "--duration", "8").out.endswith("data     net\n")
    answer = hillock("run", net, *quiet, "--resume")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Network of 5 neurons in 2 populations, 20 ms at dt = 0.1 ms;")
    assert spikes(tmp_path / "net") == spikes(tmp_path / "whole.npz")


def test_a_run_goes_on_from_where_another_stopped(hillock, net, tmp_path):
    for name, words in (("whole", ()), ("a", ("--duration", "8")), ("b", ("--duration", "12", "--start", "a.npz"))):
        assert hillock("run", net, "--picture", "none", "--name", name, *words).code == 0
    whole, a, b = (hk.load(tmp_path / f"{name}.npz") for name in ("whole", "a", "b"))
    for name in whole:
        np.testing.assert_array_equal(np.concatenate([a[name].spike_steps, b[name].spike_steps]), whole[name].spike_steps)


def test_another_network_does_not_go_on(hillock, net):
    hillock("run", net, "--data", "folder", "--picture", "none", "--duration", "8")
    answer = hillock("run", net, "--data", "folder", "--picture", "none", "--resume", "--set", "projection.1.weight=3")
    assert answer.code == 1
    assert "weight" in answer.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--resume"], "--resume and --data npz contradict each other. Only a folder keeps what was recorded when a run stops: --data folder"),
        (["--resume", "--start", "a.npz", "--data", "folder"], "--resume and --start a.npz contradict each other. Leave one of them out."),
        (["--start", "net.npz"], "--start net.npz would be overwritten. Choose another --name or --output."),
        (["--data", "folder"], "net is not empty. Go on with the run in it, --resume, or choose another --name."),
    ],
)
def test_what_cannot_go_on_is_said_before_the_run(hillock, net, tmp_path, words, message):
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "mine").touch()
    assert hillock("run", net, *words) == (2, "", f"Error: {message} See hillock --help.\n")


def test_a_run_that_is_complete_is_not_resumed(hillock, net):
    hillock("run", net, "--data", "folder", "--picture", "none")
    message = "net holds all 20 ms already. Choose a longer duration to go on."
    assert hillock("run", net, "--data", "folder", "--picture", "none", "--resume") == (1, "", f"Error: {message}\n")


def test_single_neurons_do_not_go_on(hillock):
    message = "--resume goes on with a network. Name its file: 'hillock run network.toml'."
    assert hillock("run", "--cell", "LIF", "--resume") == (2, "", f"Error: {message} See hillock --help.\n")


def test_mistakes_in_a_network_file_name_their_places(hillock, net, tmp_path):
    (tmp_path / net).write_text(NET.replace('"AllToAll"', '"AllToAl"').replace("n = 3", "n = -3"), encoding="utf-8")
    rules = hk.experiment.catalogue.listed(list(hk.experiment.catalogue.all_rules()))
    answer = hillock("run", net)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        "Error: net.toml has 2 mistakes:\n"
        "  population.A.n must be ≥ 1, got -3.\n"
        f"  projection.connect: No connection rule named 'AllToAl'. Did you mean AllToAll? Choose {rules}.\n"
    )
