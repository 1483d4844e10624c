"""``run``, ``init`` and ``compare``: from a file or flags to data, picture and summary."""

import re

import numpy as np
import pytest
import xarray

import hillock as hk
from hillock.engines import simd

QUICK = ("--duration", "20", "--picture", "none")


def test_the_file_that_init_writes_runs(hillock, tmp_path):
    assert hillock("init") == (0, "Wrote experiment.toml. Run it with: hillock run experiment.toml\n", "")
    answer = hillock("run", "experiment.toml")
    assert (answer.code, answer.err) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} == {"experiment.toml", "experiment.npz", "experiment.png"}
    assert (tmp_path / "experiment.png").read_bytes().startswith(b"\x89PNG")


def test_the_starting_file_names_every_key(hillock, tmp_path):
    hillock("init", "mine.toml")
    text = (tmp_path / "mine.toml").read_text()
    schema = hk.experiment.Schema.model_fields
    for key in (*schema, *hk.experiment.Output.model_fields):
        assert re.search(rf"^(# )?(\[*{key}\]*|{key} = .*)", text, re.MULTILINE), key


def test_init_does_not_overwrite(hillock, tmp_path):
    (tmp_path / "experiment.toml").write_text("mine")
    answer = hillock("init")
    assert (answer.code, answer.err) == (1, "Error: experiment.toml is there already. Name another file: hillock init other.toml.\n")
    assert (tmp_path / "experiment.toml").read_text() == "mine"


def test_the_common_case_needs_no_file(hillock, tmp_path):
    answer = hillock("run", "--cell", "LIF", "--stimulus", "Step", "--set", "stimulus.amplitude=0.3", "--duration", "50", "--dt", "0.1", *QUICK[2:])
    assert answer.code == 0
    assert "spikes at 13.9, 29.8, 45.7 ms\n" in answer.out  # LIF's docstring has the same run
    np.testing.assert_array_equal(hk.load(tmp_path / "lif.npz").spike_times, [13.9, 29.8, 45.7])


def test_the_summary_says_what_ran_what_came_out_and_where_it_is(hillock):
    assert hillock("run", "--cell", "LIF", "--duration", "50", "--picture", "none").out == (
        "LIF on Constant, 50 ms at dt = 0.1 ms, 1 neuron; dialect hillock, engine simd, float32\n"
        "\n"
        "spikes  rate (Hz)  first (ms)  mean ISI (ms)  CV of ISI\n"
        "     3         60        13.9           15.9       0.00\n"
        "\n"
        "spikes at 13.9, 29.8, 45.7 ms\n"
        "\n"
        "data     lif.npz\n"
    )


def test_several_values_make_a_labelled_population(hillock, tmp_path):
    answer = hillock("run", "--cell", "LIF", "--set", "cell.tau_m=10,20,30", "--set", "stimulus.amplitude=0.2,300 pA", *QUICK)
    rec = hk.load(tmp_path / "lif.npz")
    np.testing.assert_array_equal(rec.labels["cell.tau_m"], [10, 10, 20, 20, 30, 30])
    np.testing.assert_array_equal(rec.labels["stimulus.amplitude"], [0.2, 0.3, 0.2, 0.3, 0.2, 0.3])
    assert "cell.tau_m (ms)  stimulus.amplitude (nA)  spikes" in answer.out
    alone = hk.simulate(hk.cells.LIF(tau_m=30), hk.stimuli.Constant(0.3), duration=20, dt=0.1)
    np.testing.assert_array_equal(rec.times(5), alone.times())


def test_a_sweep_is_labelled_in_netcdf_and_in_the_picture(hillock, tmp_path):
    hillock("run", "--cell", "LIF", "--set", "cell.tau_m=10,20", "--duration", "20", "--data", "nc", "--picture", "svg", "-o", "results/here")
    with xarray.open_dataset(tmp_path / "results/here/lif.nc", engine="h5netcdf", decode_times=False) as data:
        np.testing.assert_array_equal(data["cell.tau_m"], [10, 20])
    drawn = (tmp_path / "results/here/lif.svg").read_text()
    assert "tau_m = 10" in drawn
    assert "tau_m = 20" in drawn


def test_neurons_are_repeated_for_each_value(hillock, tmp_path):
    noise = ("--stimulus", "GaussianNoise", "--set", "stimulus.mean=0.2", "--set", "stimulus.std=0.3", "--key", "1")
    answer = hillock("run", "--cell", "LIF", *noise, "--set", "cell.tau_m=10,20", "--neurons", "3", *QUICK)
    rec = hk.load(tmp_path / "lif.npz")
    np.testing.assert_array_equal(rec.labels["cell.tau_m"], [10, 10, 10, 20, 20, 20])
    assert "cell.tau_m (ms)  neurons" in answer.out


def test_traces_are_kept_and_drawn_of_chosen_neurons(hillock, tmp_path):
    sweep = ("--set", "cell.tau_m=10,20,30", "--of", "1,2", "--duration", "20", "--picture", "svg", "--threads", "2")
    answer = hillock("run", "--cell", "LIF", *sweep)
    rec = hk.load(tmp_path / "lif.npz")
    assert (answer.code, rec.neurons, rec.columns.tolist(), rec["v"].shape) == (0, 3, [1, 2], (200, 2))
    assert rec.provenance["engine_reason"] == "asked for"
    drawn = (tmp_path / "lif.svg").read_text()
    assert [drawn.count(f"<!-- tau_m = {tau} -->") for tau in (10, 20, 30)] == [1, 2, 2]  # in the raster; also in the legend if shown above


def test_all_chosen_neurons_are_drawn_also_with_equal_labels(hillock, tmp_path):
    hillock("run", "--cell", "LIF", "--set", "cell.tau_m=10,20", "--neurons", "2", "--of", "0,1", "--duration", "20", "--picture", "svg")
    drawn = (tmp_path / "lif.svg").read_text()
    assert [drawn.count(f"<!-- tau_m = {name} -->") for name in ("10, neuron 0", "10, neuron 1", "20, neuron 2")] == [2, 2, 1]


def test_one_chosen_neuron_needs_no_list(hillock, tmp_path):
    assert hillock("run", "--cell", "LIF", "--neurons", "3", "--set", "of=2", *QUICK).code == 0
    assert hk.load(tmp_path / "lif.npz").columns.tolist() == [2]


def test_flags_change_what_a_file_says(hillock, tmp_path):
    hillock("init")
    hillock("run", "experiment.toml", "--set", "cell.tau_m=10", "--set", "dt=0.05", "--set", "record=v,theta", "--name", "other", *QUICK)
    rec = hk.load(tmp_path / "other.npz")
    assert (rec.dt, rec.duration, list(rec.traces)) == (0.05, 20.0, ["v", "theta"])
    assert rec.provenance["model"]["parameters"]["LIF.tau_m"] == 10.0


def test_a_flag_for_a_section_that_is_none_is_left_to_the_check_of_the_file(hillock, tmp_path):
    (tmp_path / "bad.toml").write_text('output = 3\nduration = 1\ndt = 1\n[cell]\ntype = "LIF"\n[stimulus]\ntype = "Constant"\namplitude = 1\n')
    answer = hillock("run", "bad.toml", "-o", "here")
    assert (answer.code, answer.err) == (1, "Error: bad.toml: output must be a table of keys, got 3.\n")


def test_code_named_in_a_flag_is_found_from_the_working_folder(hillock, tmp_path, own_cell):
    (tmp_path / "inside").mkdir()
    hillock("init", "inside/experiment.toml")
    words = ("--cell", own_cell.name + ":Leaky", "--stimulus", "Constant", "--set", "stimulus.amplitude=2", *QUICK)
    assert hillock("run", "inside/experiment.toml", *words).code == 0


def test_stimuli_are_added(hillock, tmp_path):
    two = ("--stimulus", "Constant", "--stimulus", "Step", "--set", "stimulus.1.amplitude=0.1", "--set", "stimulus.2.amplitude=0.2")
    assert hillock("run", "--cell", "LIF", *two, "--set", "stimulus.2.start=10", *QUICK).code == 0
    current = hk.load(tmp_path / "lif.npz")["i"][:, 0]
    np.testing.assert_allclose(current[[0, 99, 100, 199]], [0.1, 0.1, 0.3, 0.3], rtol=1e-6)


def test_a_neuron_of_another_simulator_runs_under_its_own_names(hillock, tmp_path):
    seed = ("--set", "cell.tau_m=100", "--set", "cell.resist_m=1000", "--set", "cell.tau_theta=300", "--set", "cell.refract_time=2")
    answer = hillock(
        "run", "--cell", "ngclearn.LIF", *seed, "--stimulus", "Step", "--set", "stimulus.amplitude=0.3", "--set", "stimulus.start=1", *QUICK
    )
    assert answer.code == 0
    np.testing.assert_array_equal(hk.load(tmp_path / "lif.npz").spike_steps, [54, 102, 151])


def test_a_cell_of_ones_own_runs_from_a_flag(hillock, own_cell):
    answer = hillock("run", "--cell", "mycell.py:Leaky", "--set", "stimulus.amplitude=2", "--set", "cell.tau=5,10", *QUICK)
    assert answer.code == 0
    assert answer.out.startswith("mycell.py:Leaky on Constant, 20 ms")


def test_a_file_that_names_code_is_refused_until_it_is_trusted(hillock, tmp_path, own_cell):
    text = 'duration = 20\ndt = 0.1\n[cell]\ntype = "mycell.py:Leaky"\n[stimulus]\ntype = "Constant"\namplitude = 2\n'
    (tmp_path / "own.toml").write_text(text)
    answer = hillock("run", "own.toml", "--picture", "none")
    rule = "mycell.py:Leaky is Python code, which an experiment file may not run by itself. Add --trust if you trust mycell.py."
    assert (answer.code, answer.out, answer.err) == (1, "", f"Error: own.toml: cell: {rule}\n")
    assert hillock("run", "own.toml", "--picture", "none", "--trust").code == 0


def test_an_experiment_says_how_it_can_be_done_again(hillock, tmp_path):
    hillock("run", "--cell", "LIF", "--set", "cell.tau_m=10,20", *QUICK)
    source = hk.load(tmp_path / "lif.npz").provenance["experiment"]
    again = hk.experiment.parse(source).run()
    np.testing.assert_array_equal(again.spike_times, hk.load(tmp_path / "lif.npz").spike_times)


def test_a_doubt_is_one_line_and_the_run_goes_on(hillock, monkeypatch):
    monkeypatch.setattr("hillock._simulate._population.doubts", lambda *_, **__: ["dt = 5 ms is large.", "1 ms is short."])
    answer = hillock("run", "--cell", "LIF", *QUICK)
    assert (answer.code, answer.err) == (0, "Warning: dt = 5 ms is large.\nWarning: 1 ms is short.\n")


def test_ctrl_c_keeps_what_was_recorded(hillock, tmp_path, monkeypatch):
    run, calls = simd._Run.run, []

    def interrupted(self, carry, start, steps, into):
        calls.append(start)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return run(self, carry, start, steps, into)

    monkeypatch.setattr(simd, "_CHUNK_STEPS", 5000)
    monkeypatch.setattr(simd._Run, "run", interrupted)
    answer = hillock("run", "--cell", "LIF", "--duration", "2 s", "--picture", "none")
    rec = hk.load(tmp_path / "lif.npz")
    assert (answer.code, rec.complete, rec.steps) == (130, False, 5000)
    assert f"Interrupted: this is what was recorded in the first {rec.duration:g} ms." in answer.out
    assert answer.err == f"Warning: Interrupted after {rec.duration:g} of 2000 ms; the recording holds those.\n"


def test_ctrl_c_before_the_first_chunk_writes_nothing(hillock, tmp_path, monkeypatch):
    def interrupted(self, carry, start, steps, into):
        raise KeyboardInterrupt

    monkeypatch.setattr(simd._Run, "run", interrupted)
    answer = hillock("run", "--cell", "LIF")
    assert answer.code == 130
    assert answer.err.endswith("Error: Interrupted before anything was recorded; nothing was written.\n")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_while_writing_leaves_the_old_file_whole(hillock, tmp_path, monkeypatch):
    hillock("run", "--cell", "LIF", "--duration", "20")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(*_, **__):
        raise OSError(28, "No space left on device", "lif")

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", full)
    monkeypatch.setattr("numpy.lib.format.write_array", full)
    answer = hillock("run", "--cell", "LIF", "--duration", "40")
    assert (answer.code, answer.err) == (1, "Error: lif: No space left on device.\n")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_ctrl_c_while_writing_says_what_is_there(hillock, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", interrupted)
    answer = hillock("run", "--cell", "LIF", "--duration", "20")
    assert (answer.code, answer.err) == (130, "Error: Interrupted while writing; only the files named above are there.\n")
    assert answer.out.endswith("\ndata     lif.npz\n")
    assert [path.name for path in tmp_path.iterdir()] == ["lif.npz"]


def test_a_silent_run_says_how_silent_it_was(hillock):
    answer = hillock("run", "--cell", "LIF", "--set", "stimulus.amplitude=0.14", "--duration", "500", "--picture", "none")
    assert "\nno spikes; v stayed 1 mV below the threshold\n" in answer.out  # 15 mV - 100 MΩ · 0.14 nA
    assert "Try: " not in answer.out
    some = ("--set", "stimulus.amplitude=0.1,0.12", "--of", "1", "--duration", "500", "--picture", "none")
    assert "\nno spikes; v, where it was recorded, stayed 3 mV below the threshold\n" in hillock("run", "--cell", "LIF", *some).out


@pytest.mark.parametrize("cell", hk.experiment.catalogue.all_cells())
def test_a_cell_that_the_default_current_leaves_silent_comes_with_a_command_that_does_not(hillock, cell):
    answer = hillock("run", "--cell", cell, "--dt", "0.05", *QUICK[2:])
    told = "No stimulus was named, and the constant 0.3 nA does not make this neuron fire. Try: "
    advice = next((line.removeprefix(told) for line in answer.out.splitlines() if line.startswith(told)), "")
    hillock("run", "--cell", cell, "--dt", "0.05", *advice.split(), *QUICK[2:])
    assert hk.load(f"{cell.lower()}.npz").counts().max() > 0


def test_compare_shows_where_dialects_part(hillock):
    answer = hillock("compare", "LIF", "--dialects", "hillock,ngclearn", "--duration", "50")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("LIF on Constant, 50 ms at dt = 0.1 ms\n")
    assert re.search(r"^ngclearn +3 ", answer.out, re.MULTILINE)


def test_compare_takes_an_experiment_file(hillock, tmp_path):
    hillock("init")
    assert hillock("compare", "experiment.toml", "--dialects", "hillock,norse").out.startswith("LIF on Step, 100 ms at dt = 0.1 ms\n")


def test_compare_advises_on_silence_too(hillock):
    answer = hillock("compare", "Izhikevich", "--dialects", "hillock,norse")
    assert answer.out.endswith("does not make this neuron fire. Try: --set stimulus.amplitude=10\n\n")


def test_compare_refuses_what_only_one_dialect_has(hillock):
    answer = hillock("compare", "tensorflow_notebook.LIF")
    rule = "tensorflow_notebook.LIF is a neuron of one simulator, which no other can step. Compare a cell; 'hillock list' shows them."
    assert (answer.code, answer.out, answer.err) == (1, "", f"Error: {rule}\n")
