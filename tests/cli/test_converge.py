"""``hillock converge`` and ``hillock run --check``: errors on stdout, a picture, mistakes as one line."""

import pytest

import hillock as hk

pytestmark = pytest.mark.slow


def test_a_file_is_tried_with_several_dts(hillock, tmp_path):
    hillock("init")
    answer = hillock("converge", "experiment.toml", "--precision", "0.2ms", "--set", "cell.t_ref=2")
    assert (answer.code, answer.err) == (0, "")
    assert "order: the error of spike times falls as dt^" in answer.out
    assert "largest dt with every spike within 0.2 ms: " in answer.out
    assert answer.out.endswith("picture  experiment_convergence.png\n")
    assert (tmp_path / "experiment_convergence.png").stat().st_size > 1000


def test_dts_and_a_cell_can_be_named(hillock, tmp_path):
    answer = hillock("converge", "LIF", "--dts", "1,0.1 ms", "--picture", "none")
    assert [line.split()[0] for line in answer.out.splitlines()[2:4]] == ["1", "0.1"]
    assert list(tmp_path.iterdir()) == []


def test_converge_chooses_dt_itself(hillock):
    answer = hillock("converge", "LIF", "--dt", "0.1")
    assert (answer.code, answer.err) == (2, "Error: converge tries several dts. Leave out --dt, or write --dts 0.1 See hillock --help.\n")


def test_the_summary_of_a_checked_run_has_error_bars(hillock, tmp_path):
    answer = hillock("run", "--cell", "LIF", "--check", "--picture", "none")
    assert (answer.code, answer.err) == (0, "")
    assert "errors against spikes at real times:\n    spike times  0.2" in answer.out
    assert hk.load(tmp_path / "lif.npz").provenance["errors"]["method"] == "exact"


def test_a_file_can_ask_to_be_checked(hillock, tmp_path):
    hillock("init")
    text = (tmp_path / "experiment.toml").read_text(encoding="utf-8").replace('# check = "exact"', 'check = "exact"')
    (tmp_path / "experiment.toml").write_text(text, encoding="utf-8")
    assert "errors against spikes at real times:" in hillock("run", "experiment.toml", "--picture", "none").out
    (tmp_path / "experiment.toml").write_text(text.replace('check = "exact"', 'check = "yes"'), encoding="utf-8")
    answer = hillock("run", "experiment.toml")
    assert answer.code == 1
    assert "check" in answer.err
    assert "'exact'" in answer.err
