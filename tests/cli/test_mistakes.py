"""``run`` and its mistakes: each one sentence, before any work."""

import sys

import pytest

from hillock.engines import Simd


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            [],
            "Name an experiment file or a cell: 'hillock run experiment.toml' or 'hillock run --cell LIF'. 'hillock init' writes a file. "
            "See hillock --help.",
        ),
        (["--cell", "LIF", "--set", "cell.tau_m"], "--set needs path=value, such as cell.tau_m=30, got 'cell.tau_m'. See hillock --help."),
        (
            ["--cell", "LIF", "--set", "duration.x=1"],
            "--set duration.x leads nowhere: duration is not a table. Name a key of the experiment, such as cell.tau_m. See hillock --help.",
        ),
        (
            ["--cell", "LIF", "--stimulus", "Step", "--stimulus", "Step", "--set", "stimulus.amplitude=1"],
            "--set stimulus.amplitude names no stimulus. Write stimulus.1.amplitude or stimulus.2.amplitude. See hillock --help.",
        ),
        (["--cell", "LIF", "--set", "stimulus.2.start=1"], "--set stimulus.2.start names no stimulus. Write stimulus.start. See hillock --help."),
        (
            ["--cell", "Izhikevich", "--set", "cell.preset=RS,FS"],
            "--set cell.preset takes one value, got 'RS,FS'. Only parameters are swept; run once for each value. See hillock --help.",
        ),
        (
            ["--cell", "LIF", "--set", "neurons=1,2"],
            "--set neurons takes one value, got '1,2'. Only parameters are swept; run once for each value. See hillock --help.",
        ),
        (
            ["--cell", "LIF", "--set", "threads=1,2"],
            "--set threads takes one value, got '1,2'. Only parameters are swept; run once for each value. See hillock --help.",
        ),
    ],
    ids=[
        "nothing",
        "no value",
        "no table",
        "which stimulus",
        "no such stimulus",
        "several presets",
        "several numbers of neurons",
        "several numbers of threads",
    ],
)
def test_incomplete_commands_are_met_with_one_sentence(hillock, words, message):
    answer = hillock("run", *words)
    assert (answer.code, answer.out, answer.err) == (2, "", f"Error: {message}\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--set", "cell.tau_m=-1"], "cell: LIF.tau_m must be > 0 ms, got -1 ms."),
        (["--set", "cell.thr=-50"], "cell: LIF has no parameter 'thr'; it is called v_th here."),
        (["--set", "cell.tau_m=10,x"], "cell: LIF.tau_m must be a number with a unit such as '1 ms', got 'x'."),
        (["--set", "cell.v_reset=-40"], "cell: LIF.v_reset must be < LIF.v_th, got -40 mV and -50 mV."),
        (["--dt", "0.3"], "duration = 100 ms is not a whole number of steps of dt = 0.3 ms. Use 99.9 or 100.2 ms, or change dt."),
        (["--record", "w"], "'w' cannot be recorded. This model shows v, theta, threshold, i."),
        (["--engine", "warp"], "engine is wrong: No engine named 'warp'. Choose auto, simd, scan or exact."),
        (["--engine", "scan", "--threads", "2"], "threads is for the engine simd; with engine = 'scan' leave it out."),
        (["--threads", "0"], "threads must be ≥ 1, got 0."),
        (["--neurons", "3", "--of", "0,3"], "of must be a whole number from 0 to 2, got 3."),
        (["--neurons", "3", "--of", "0,0"], "of must name at least one neuron, and each only once."),
        (["--neurons", "3", "--of", "0,-1"], "of must be a whole number from 0 to 2, got -1."),
        (["--of", "a"], "of.1 must be a whole number, got 'a'."),
        (["--set", "tau_m=3"], "tau_m is not a key of an experiment. Did you mean cell.tau_m?"),
        (["--set", "amplitude=3"], "amplitude is not a key of an experiment. Did you mean stimulus.amplitude?"),
        (["--name", ".."], "output.name must be a plain file name, got '..'."),
        (["--every", "1001"], "every = 1001 is more than the 1000 steps of the run: no row of a trace would be recorded. Use every ≤ 1000."),
        (["--neurons", "10000000000"], "neurons must be < 2147483648, got 10000000000."),
    ],
    ids=[
        "range",
        "alias",
        "text",
        "order",
        "grid",
        "record",
        "engine",
        "threads of scan",
        "threads",
        "of",
        "of twice",
        "of < 0",
        "of text",
        "cell's",
        "stimulus's",
        "name",
        "every",
        "neurons",
    ],
)
def test_every_mistake_is_one_clear_sentence_before_any_work(hillock, tmp_path, words, message):
    answer = hillock("run", "--cell", "LIF", *words)
    assert (answer.code, answer.out, answer.err) == (1, "", f"Error: {message}\n")
    assert list(tmp_path.iterdir()) == []


def test_a_misspelt_cell_is_met_with_the_nearest(hillock):
    answer = hillock("run", "--cell", "LFI")
    assert (answer.code, answer.err) == (1, "Error: cell: No cell named 'LFI'. Did you mean LIF? 'hillock list' shows all.\n")


def test_an_output_folder_that_is_a_file_is_found_out_before_the_run(hillock, tmp_path, monkeypatch):
    (tmp_path / "results").write_text("")
    monkeypatch.setattr(Simd, "open", None)
    answer = hillock("run", "--cell", "LIF", "-o", "results")
    assert (answer.code, answer.err) == (1, "Error: results: File exists.\n")


def test_results_that_a_folder_is_in_the_way_of_are_found_out_before_the_run(hillock, tmp_path, monkeypatch):
    (tmp_path / "lif.png").mkdir()
    monkeypatch.setattr(Simd, "open", None)
    answer = hillock("run", "--cell", "LIF")
    rule = "lif.png is a folder, and the results would go there. Choose another --name or --output."
    assert (answer.code, answer.out, answer.err) == (2, "", f"Error: {rule} See hillock --help.\n")


def test_a_folder_that_cannot_be_written_to_is_found_out_before_the_run(hillock, tmp_path, monkeypatch):
    def forbidden(*_, **__):
        raise PermissionError(13, "Permission denied", "a temporary name")

    monkeypatch.setattr("hillock.cli._run.TemporaryFile", forbidden)
    monkeypatch.setattr(Simd, "open", None)
    answer = hillock("run", "--cell", "LIF", "-o", "results")
    assert (answer.code, answer.out, answer.err) == (1, "", "Error: results: Permission denied.\n")


def test_a_package_that_is_not_there_is_found_out_before_the_run(hillock, monkeypatch):
    monkeypatch.setitem(sys.modules, "pynwb", None)
    monkeypatch.setattr(Simd, "open", None)
    answer = hillock("run", "--cell", "LIF", "--data", "nwb")
    rule = "--data nwb needs the package pynwb. Install it with: pip install 'hillock[neuro]'"
    assert (answer.code, answer.out, answer.err) == (1, "", f"Error: {rule}\n")
