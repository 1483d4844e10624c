"""Every example runs, in an empty folder, and is short."""

import ast
import runpy
from pathlib import Path

import jax
import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))
LONG = {"fit_a_recording"}
each_example = pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem, marks=pytest.mark.slow if path.stem in LONG else ()) for path in EXAMPLES]
)


@each_example
def test_an_example_runs_and_says_what_came_out(path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):  # as for everybody
        runpy.run_path(str(path), run_name="__main__")
    printed = capsys.readouterr().out
    assert printed
    for line in printed.splitlines():
        if line.startswith("picture: "):
            assert Path(line.removeprefix("picture: ")).stat().st_size > 1000


@each_example
def test_an_example_is_a_docstring_and_at_most_60_lines(path):
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 60
