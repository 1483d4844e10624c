"""``hillock fit``: the parameters of a cell from a file."""

import pytest

import hillock as hk
from tests.fit.recorded import LIF, recorded


@pytest.fixture
def recording(tmp_path):
    rec, _ = recorded(hk.cells.LIF(**LIF), 0.12, 0.1, duration=600, dt=0.2)
    marks = rec.spike_train[:, 0].astype(int)
    marks = [0, *marks[:-1]]  # a spike at the end of a step is in the next sample
    v = [LIF["v_rest"], *rec["v"][:-1, 0]]
    rows = zip(rec["i"][:, 0], v, marks, strict=True)
    (tmp_path / "cell.csv").write_text("i,v,spike\n" + "".join(f"{i:.6f},{potential:.4f},{mark}\n" for i, potential, mark in rows))
    return tmp_path / "cell.csv"


def test_it_prints_the_parameters_of_the_recorded_cell(hillock, recording):
    starts = [word for name, value in LIF.items() if name != "tau_m" for word in ("--start", f"{name}={value}")]
    answer = hillock("fit", "cell.csv", "--cell", "LIF", "--dt", "0.2", "--free", "tau_m=5:50, r_m", *starts)
    assert (answer.code, answer.err) == (0, "")
    rows = {words[0]: words[1:] for words in map(str.split, answer.out.splitlines()) if words}
    assert rows["tau_m"][:2][0] == "ms"
    assert float(rows["tau_m"][1]) == pytest.approx(13, rel=0.01)
    assert float(rows["r_m"][1]) == pytest.approx(130, rel=0.01)
    assert "held out" in answer.out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            ["cell.csv", "--cell", "LIF"],
            1,
            "cell.csv has no column 't' with times. Say how far apart the samples are, such as dt=0.1, or name it: time='...'.",
        ),
        (["no.csv", "--cell", "LIF"], 1, "There is no file no.csv."),
        (["cell.csv", "--cell", "LIF", "--dt", "0.2", "--free", "thr"], 1, "LIF has no parameter 'thr'; it is called v_th here."),
        (
            ["cell.csv", "--cell", "LIF", "--dt", "0.2", "--free", "tau_m=5"],
            2,
            "--free needs name=low:high, such as tau_m=5:50, got 'tau_m=5'. See hillock --help.",
        ),
        (["cell.csv", "--cell", "LIF", "--start", "tau_m"], 2, "--start needs name=value, such as tau_m=15, got 'tau_m'. See hillock --help."),
        (
            ["cell.csv", "--cell", "LIF", "--units", "ms"],
            2,
            "--units takes three units, of time, current and potential, such as ms,nA,mV, got 'ms'. See hillock --help.",
        ),
        (
            ["cell.csv", "--cell", "nest.iaf_psc_exp"],
            1,
            "nest.iaf_psc_exp is a neuron of one simulator, which cannot be fitted. Fit a cell; 'hillock list' shows them.",
        ),
    ],
    ids=["no times", "no file", "no parameter", "no range", "no value", "no units", "a replica"],
)
def test_mistakes_are_met_with_one_sentence(hillock, recording, words, code, message):
    answer = hillock("fit", *words)
    assert (answer.code, answer.out, answer.err) == (code, "", f"Error: {message}\n")
