"""Experiment files: what they may say, and every mistake at once."""

import re
from pathlib import Path

import numpy as np
import pytest

import hillock as hk
from hillock.experiment import ExperimentError, catalogue, parse, read

MINIMAL = {"duration": "50 ms", "dt": 0.1, "cell": {"type": "LIF"}, "stimulus": [{"type": "Constant", "amplitude": "300 pA"}]}


def mistakes(raw, **options) -> tuple[str, ...]:
    with pytest.raises(ExperimentError) as caught:
        parse(raw, **options)
    return caught.value.lines


def test_an_experiment_is_the_simulation_that_it_describes():
    ours = parse(MINIMAL).run()
    same = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=50, dt=0.1)
    np.testing.assert_array_equal(ours.spike_times, same.spike_times)
    assert list(ours.traces) == ["v", "threshold", "i"]


def test_every_option_reaches_the_simulation():
    wanted = {"every": 5, "neurons": 3, "key": 7, "dialect": "norse", "integrator": "heun", "dtype": "float64", "record": ["v", "theta"]}
    rec = parse(MINIMAL | wanted).run()
    assert (rec.every, rec.neurons, list(rec.traces)) == (5, 3, ["v", "theta"])
    assert {name: rec.provenance[name] for name in ("key", "dialect", "dtype", "engine")} == {
        "key": 7,
        "dialect": "norse",
        "dtype": "float64",
        "engine": "simd",
    }


@pytest.mark.parametrize("of", [[0, 2], "0, 2"], ids=["list", "text"])
def test_traces_of_chosen_neurons_are_kept(of):
    rec = parse(MINIMAL | {"neurons": 3, "of": of}).run()
    assert (rec.neurons, rec.columns.tolist(), list(rec.traces)) == (3, [0, 2], ["v", "threshold", "i"])
    assert parse(MINIMAL | {"neurons": 3, "of": 2}).options["of"] == [2]


def test_threads_are_those_of_the_engine_simd():
    assert parse(MINIMAL | {"threads": 2}).options["engine"] == hk.engines.Simd(threads=2)
    rec = parse(MINIMAL | {"threads": 2, "engine": "simd"}).run()
    assert (rec.provenance["engine"], rec.provenance["engine_reason"]) == ("simd", "asked for")


def test_a_file_is_read_and_names_itself_in_messages(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('duration = 1\ndt = "1 ms"\n[cell]\ntype = "LIF"\n[[stimulus]]\ntype = "Step"\n')
    message = "mine.toml: stimulus: Step needs amplitude (current while on, nA)."
    with pytest.raises(ExperimentError, match=f"^{re.escape(message)}$"):
        read(path)


def test_all_mistakes_are_named_at_once():
    wrong = {
        "duratoin": 100,
        "dt": "1 mV",
        "neurons": 1.5,
        "every": 0,
        "dialect": "brian",
        "integrator": "rk5",
        "engine": "warp",
        "threads": 0,
        "cell": {"type": "LIF", "tau_m": -1, "thr": -50, "t_ref": "fast"},
        "stimulus": [{"type": "Stpe"}, {"type": "Step", "amplitude": "3 mV"}],
        "output": {"dtaa": "npz", "picture": "gif", "name": "a/b"},
    }
    stimuli, integrators = (catalogue.listed(list(found)) for found in (catalogue.all_stimuli(), catalogue.all_integrators()))
    assert mistakes(wrong) == (
        "duration is missing.",
        "dt must be a time in ms, got '1 mV', which is a voltage.",
        f"dialect is wrong: No dialect named 'brian'. Did you mean brian2? Choose {', '.join(catalogue.dialects.names())}.",
        f"integrator is wrong: No integrator named 'rk5'. Did you mean rk4? Choose {integrators}.",
        "engine is wrong: No engine named 'warp'. Choose auto, simd, scan or exact.",
        "threads must be ≥ 1, got 0.",
        "neurons must be a whole number, got 1.5.",
        "every must be ≥ 1, got 0.",
        "output.name must be a plain file name, got 'a/b'.",
        "output.picture must be 'png', 'svg', 'pdf' or 'none', got 'gif'.",
        "output.dtaa is not a key of an experiment. Did you mean data?",
        "duratoin is not a key of an experiment. Did you mean duration?",
        f"stimulus.1: No stimulus named 'Stpe'. Did you mean Step? Choose {stimuli}.",
        "cell: LIF has no parameter 'thr'; it is called v_th here.",
        "cell: LIF.tau_m must be > 0 ms, got -1 ms.",
        "cell: LIF.t_ref must be a number with a unit such as '1 ms', got 'fast'.",
        "stimulus.2: Step.amplitude must be a current in nA, got '3 mV', which is a voltage.",
    )


def test_an_empty_file_is_told_what_it_needs():
    assert mistakes({}) == ("duration is missing.", "dt is missing.", "cell is missing.", "stimulus is missing.")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"duration": True}, "duration must be a number of ms or text such as '1 ms', got True."),
        ({"cell": "LIF"}, "cell must be a table of keys, got 'LIF'."),
        ({"cell": {"tau_m": 3}}, "cell.type is missing."),
        ({"cell": {"type": 3}}, "cell.type must be text, got 3."),
        ({"stimulus": []}, "stimulus must be at least one, got []."),
        ({"key": -1}, "key must be ≥ 0, got -1."),
        ({"key": "a"}, "key must be a whole number, got 'a'."),
        ({"neurons": True}, "neurons must be a whole number, got True."),
        ({"neurons": "1,2"}, "neurons must be a whole number, got '1,2'."),
        ({"every": "2"}, "every must be a whole number, got '2'."),
        ({"threads": 1.5}, "threads must be a whole number, got 1.5."),
        ({"threads": 2, "engine": "scan"}, "threads is for the engine simd; with engine = 'scan' leave it out."),
        ({"of": {"a": 1}}, "of must be a list, got {'a': 1}."),
        ({"of": True}, "of.1 must be a whole number, got True."),
        ({"of": "0,x"}, "of.2 must be a whole number, got 'x'."),
        ({"of": [0, 1.0]}, "of.2 must be a whole number, got 1.0."),
        ({"tau_m": 3}, "tau_m is not a key of an experiment. Did you mean cell.tau_m?"),
        ({"output": {"name": ".hidden"}}, "output.name must be a plain file name, got '.hidden'."),
        ({"output": {"name": "x" * 201}}, f"output.name must be at most 200 characters, got '{'x' * 201}'."),
        ({"cell": {"type": "Izhikevich", "preset": ["RS"]}}, "cell.preset must be text, got ['RS']."),
        (
            {"cell": {"type": "Izhikevich"}, "sweep": {"cell": {"preset": ["RS", "FS"]}}},
            "sweep.cell.preset cannot be swept, only parameters can. Run once for each value.",
        ),
        (
            {"cell": {"type": "snntorch.Leaky", "beta": 0.9}, "sweep": {"cell": {"reset_mechanism": "zero"}}},
            "sweep.cell.reset_mechanism cannot be swept, only parameters can. Run once for each value.",
        ),
        ({"record": 3}, "record must be a list, got 3."),
        ({"cell": {"type": "Izhikevich", "preset": "XY"}}, "cell: Izhikevich has no preset named 'XY'. It has RS, IB, CH, FS, LTS, TC, RZ."),
        ({"cell": {"type": "LIF", "v_reset": -40}}, "cell: LIF.v_reset must be < LIF.v_th, got -40 mV and -50 mV."),
        ({"cell": {"type": "snntorch.Leaky", "beta": 0.9, "reset_delay": 1}}, "cell: Leaky.reset_delay must be true or false, got 1."),
        ({"sweep": {"cell": {"tau_m": 3}}}, "sweep.cell.tau_m must be a list of values, got 3."),
        ({"sweep": {"cell": {"tau_m": [3, -3]}}}, "cell: LIF.tau_m must be > 0 ms, got -3 ms at index 1."),
        ({"sweep": {"duration": [1, 2]}}, "sweep.duration is not a parameter of this experiment. Sweep those of cell or stimulus."),
        ({"sweep": {"cell": {"taum": [3]}}}, "cell: LIF has no parameter 'taum'; it is called tau_m here."),
        (
            {"cell": {"type": "no.py:Cell"}},
            "cell: no.py:Cell is Python code, which an experiment file may not run by itself. Add --trust if you trust no.py.",
        ),
        (
            {"cell": {"type": "LIF", "tau_m": [10, 20]}, "neurons": 3},
            "All per-neuron values must have the same length, but neurons = 3, LIF.tau_m has 2.",
        ),
    ],
)
def test_a_mistake_is_one_line(change, line):
    assert mistakes(MINIMAL | change) == (line,)


def test_a_sweep_that_does_not_fit_is_refused_before_it_is_made(monkeypatch):
    monkeypatch.setattr("hillock.experiment._build.physical_memory", lambda: 1e9)
    sweep = {"cell": {name: list(range(1, 1001)) for name in ("tau_m", "r_m")}}
    line = "sweep makes 1e+08 neurons, whose labels alone need 1.6 GB; this machine has 1 GB. Sweep fewer values."
    assert mistakes(MINIMAL | {"sweep": sweep, "neurons": 100}) == (line,)


def test_a_list_that_belongs_to_one_neuron_is_not_swept():
    pulses = {"type": "Pulses", "amplitudes": [0.3], "starts": [1], "stops": [2]}
    line = "sweep.stimulus.starts is a list for every neuron and cannot be swept. Give one list: stimulus.starts = [...]."
    assert mistakes(MINIMAL | {"stimulus": pulses, "sweep": {"stimulus": {"starts": [1, 2]}}}) == (line,)


def test_a_sweep_runs_every_combination_the_last_fastest():
    sweep = {"cell": {"tau_m": ["10 ms", 20]}, "stimulus": {"amplitude": [0.2, 0.3, 0.4]}}
    experiment = parse(MINIMAL | {"sweep": sweep})
    np.testing.assert_array_equal(experiment.labels["cell.tau_m"], [10, 10, 10, 20, 20, 20])
    np.testing.assert_array_equal(experiment.labels["stimulus.amplitude"], [0.2, 0.3, 0.4, 0.2, 0.3, 0.4])
    rec = experiment.run()
    assert rec.units["cell.tau_m"] == "ms"
    assert rec.counts()[5] == len(hk.simulate(hk.cells.LIF(tau_m=20), hk.stimuli.Constant(0.4), duration=50, dt=0.1).spike_steps)


def test_one_value_per_neuron_is_labelled_too():
    assert parse(MINIMAL | {"cell": {"type": "LIF", "tau_m": [10, 20]}}).labels["cell.tau_m"].tolist() == [10, 20]


def test_a_preset_is_changed_by_the_parameters_beside_it():
    model = parse(MINIMAL | {"cell": {"type": "Izhikevich", "preset": "FS", "a": 0.05}}).model
    assert isinstance(model, hk.cells.Izhikevich)
    assert (model.a, model.d) == (0.05, hk.cells.Izhikevich.preset("FS").d)


def test_options_of_a_replica_are_passed_on():
    cell = {"type": "snntorch.Leaky", "beta": 0.9, "reset_mechanism": "zero"}
    model = parse(MINIMAL | {"cell": cell}).model
    assert isinstance(model, hk.dialects.snntorch.Leaky)
    assert model.reset_mechanism == "zero"


def test_a_cell_that_a_dialect_brings_runs_in_that_dialect():
    cell = {"type": "nir.LIF", "tau": 10, "r": 1, "v_leak": 0, "v_threshold": 1, "time_unit": "ms"}
    assert parse(MINIMAL | {"cell": cell}).options["dialect"] == "nir"
    assert parse(MINIMAL | {"cell": cell, "dialect": "norse"}).options["dialect"] == "norse"


def test_samples_come_from_a_file_beside_the_experiment(tmp_path):
    (tmp_path / "current.csv").write_text("t,i\n" + "".join(f"{k},{k / 10}\n" for k in range(50)))
    rec = parse(MINIMAL | {"stimulus": {"type": "Samples", "file": "current.csv", "column": "i"}}, folder=tmp_path).run()
    np.testing.assert_allclose(rec["i"][::10, 0], np.arange(50) / 10, rtol=1e-6)


def test_a_stimulus_that_reads_no_file_says_so():
    line = "stimulus: Step reads no file. Leave 'file' out, or take another stimulus, such as Samples."
    assert mistakes(MINIMAL | {"stimulus": {"type": "Step", "file": "x.csv", "amplitude": 1}}) == (line,)


def test_a_large_population_records_no_traces_unless_asked():
    assert parse(MINIMAL | {"neurons": 101}).options["record"] == []
    assert parse(MINIMAL | {"neurons": 101, "of": [0, 100]}).options["record"] == ["v", "threshold", "i"]
    assert parse(MINIMAL | {"neurons": 300, "of": list(range(101))}).options["record"] == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"duration = ", "bad.toml is not TOML: Invalid value (at end of document)."),
        (b"\xff\xfe", "bad.toml is not TOML: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte."),
        (b"#" * 1_000_001, "bad.toml must be < 1000000 bytes, got 1000001. Put long inputs into a data file."),
        (None, "There is no file bad.toml. 'hillock init' writes one to start from."),
    ],
    ids=["no TOML", "no text", "too large", "missing"],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, monkeypatch, content, reason):
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("bad.toml").write_bytes(content)
    with pytest.raises(ExperimentError, match=f"^{re.escape(reason)}$"):
        read("bad.toml")


def test_a_folder_is_no_experiment(tmp_path):
    with pytest.raises(ExperimentError, match=f"^{re.escape(f'{tmp_path} is a folder. Name the experiment file in it.')}$"):
        read(tmp_path)


def test_a_file_that_begins_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "windows.toml"
    path.write_text('duration = 1\ndt = 1\n[cell]\ntype = "LIF"\n[stimulus]\ntype = "Constant"\namplitude = 1\n', encoding="utf-8-sig")
    assert read(path).options["duration"] == 1.0


def test_a_file_nested_too_deeply_is_refused(tmp_path):
    path = tmp_path / "deep.toml"
    path.write_text(f"a = {'[' * 100_000}")
    with pytest.raises(ExperimentError, match=r"deep\.toml is not TOML: "):
        read(path)


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        (None, "mycell.py:Mine", "There is no file mycell.py."),
        ("x = 1\n", "mycell.py:Mine", "mycell.py has no cell named 'Mine'. No class in it is a cell."),
        ("raise SystemExit(3)\n", "mycell.py:Mine", "mycell.py could not be loaded: SystemExit: 3."),
        ("1/0\n", "mycell.py:Mine", "mycell.py could not be loaded: ZeroDivisionError: division by zero."),
        ("from hillock.cells import LIF\n", "mycell.py:LFI", "mycell.py has no cell named 'LFI'. No class in it is a cell."),
    ],
    ids=["missing", "no such class", "ends", "broken", "misspelt"],
)
def test_code_of_ones_own_that_cannot_be_used_says_why(tmp_path, monkeypatch, text, name, reason):
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / "mycell.py").write_text(text)
    assert mistakes(MINIMAL | {"cell": {"type": name}}, trust=True) == (f"cell: {reason}",)


def test_trusting_one_name_trusts_no_other(tmp_path):
    line = mistakes(MINIMAL | {"cell": {"type": "other.py:Cell"}}, trust=["mycell.py:Cell"])[0]
    assert line.endswith("Add --trust if you trust other.py.")


def test_names_of_integrators_are_in_snake_case():
    assert {"euler", "heun", "rk4", "exponential_euler", "exact"} <= set(catalogue.all_integrators())


def test_sums_and_scalings_are_made_by_adding_and_are_not_in_the_catalogue():
    assert not {"Sum", "Scaled"} & set(catalogue.all_stimuli())


@pytest.mark.parametrize("name", sorted(hk.__all__))
def test_everything_public_can_be_reached_from_the_package(name):
    assert name in dir(hk)
    assert getattr(hk, name) is not None


def test_a_name_that_the_package_does_not_have_is_met_with_those_it_has():
    with pytest.raises(AttributeError, match=re.escape(f"hillock has no attribute 'simulat'. It has {', '.join(hk.__all__)}.")):
        hk.simulat  # noqa: B018
