"""``hillock compare``: dialects, recordings, and files of spike times."""

import pytest

import hillock as hk

LIF = ("LIF", "--set", "cell.t_ref=2", "--duration", "100")


def theirs(dialect, tmp_path, name="theirs.csv", **options):
    """Write the spike times of another simulator, in seconds, and return the name of the file."""
    rec = hk.simulate(hk.cells.LIF(t_ref=2), hk.stimuli.Constant(0.3), duration=100, dt=0.1, dialect=dialect, **options)
    (tmp_path / name).write_text("t_s\n" + "".join(f"{t / 1000}\n" for t in rec.spike_times))
    return name


def test_the_cause_stands_under_the_dialect(hillock):
    answer = hillock("compare", "LIF", "--dialects", "hillock,nest", "--duration", "50")
    assert answer.out.splitlines()[-1].strip() == "spikes and v: input is felt: 1 step later; in hillock: at once"


def test_spikes_of_another_simulator_are_recognised_by_the_choice_that_makes_them_match(hillock, tmp_path):
    answer = hillock("compare", *LIF, "--with", theirs("nest", tmp_path), "--tolerance", "0")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[-2:] == [
        "all spikes match with another choice: input is felt: 1 step later; here: at once",
        "all spikes match in the dialect nest",
    ]


def test_a_shorter_refractory_count_is_recognised_within_a_step(hillock, tmp_path):
    answer = hillock("compare", *LIF, "--with", theirs("brian2", tmp_path))
    assert "all spikes match with another choice: refractory steps: 19; here: 20" in answer.out.splitlines()


def test_spikes_that_match_need_no_explanation(hillock, tmp_path):
    lines = hillock("compare", *LIF, "--with", theirs("hillock", tmp_path)).out.splitlines()
    assert lines == ["6 spikes of simulated, 6 of theirs.csv: 6 matched within 0.1 ms"]


def test_what_no_choice_explains_is_said_to_be_elsewhere(hillock, tmp_path):
    (tmp_path / "other.csv").write_text("3.0\n")
    answer = hillock("compare", *LIF, "--with", "other.csv")
    assert answer.out.endswith("no other choice of the order of a step makes more spikes match from the start: look at parameters, units and input\n")


def test_a_recording_is_compared_with_a_file(hillock, tmp_path):
    hillock("run", "--cell", "LIF", "--set", "cell.t_ref=2", "--picture", "none", "--name", "mine")
    answer = hillock("compare", "mine.npz", "--with", theirs("nest", tmp_path))
    assert answer.out.splitlines()[0] == "6 spikes of mine.npz, 6 of theirs.csv: 6 matched within 0.1 ms"
    answer = hillock("compare", "mine.npz", "--with", "theirs.csv", "--tolerance", "0.05 ms")
    assert "first divergence: neuron 0 fires at" in answer.out


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("mine.npz",), "mine.npz is a recording. Name the other one: --with other.npz"),
        (("LIF", "--tolerance", "1"), "--tolerance and --unit are about spikes in a file. Name it: --with theirs.csv"),
        (("LIF", "--with", "x.csv", "--dialects", "nest"), "--dialects and --with ask for two comparisons. Leave one of them out."),
        (
            ("mine.npz", "--with", "x.csv", "--dt", "1"),
            "mine.npz was recorded, and no flag changes it. Leave out all but --with, --tolerance and --unit.",
        ),
        (("LIF", "--with", "x.csv"), "There is no file x.csv."),
        (("mine.npz", "--with", "x.csv"), "There is no file mine.npz."),
    ],
)
def test_each_mistake_is_one_sentence(hillock, words, text):
    answer = hillock("compare", *words)
    assert answer.out == ""
    assert answer.err.startswith(f"Error: {text}")
    assert answer.err.count("\n") == 1
