"""``demo``: two published experiments, and where their pictures are."""

import re
from pathlib import Path


def test_the_demo_runs_both_experiments_and_says_where_the_pictures_are(hillock, tmp_path):
    answer = hillock("demo")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert re.fullmatch(r"ngc-learn lecture 2B: step of current +3 +150 +4.85 +5.4 10.2 15.1", lines[1])
    assert re.fullmatch(r"TensorFlow notebook: square pulses +6 +30 +22.4 +68 91 132 148 164 180", lines[2])
    assert f"Pictures in {tmp_path / 'hillock-demo'}: " in answer.out
    assert all((tmp_path / "hillock-demo" / name).read_bytes().startswith(b"\x89PNG") for name in re.findall(r"[\w-]+\.png", answer.out))


def test_the_demo_takes_another_folder(hillock, tmp_path):
    assert hillock("demo", "-o", "pictures/of/it").code == 0
    assert len(list(Path(tmp_path / "pictures/of/it").glob("*.png"))) == 3
