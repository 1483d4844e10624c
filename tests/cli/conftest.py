"""The command line in this process, in an empty folder."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from hillock.cli import main


class Answer(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def hillock(capsys, tmp_path, monkeypatch) -> Callable[..., Answer]:
    """Return a function that runs ``hillock`` with some words; ``tmp_path`` is the folder it runs in."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Answer:
        capsys.readouterr()
        code = main(words)
        return Answer(code, *capsys.readouterr())

    return run


OWN_CELL = '''
from hillock.cells import AbstractCell, Voltage
from hillock import Param, param


class Leaky(AbstractCell):
    """Leaky cell of my own."""

    tau: Param = param(10.0, "ms", "time constant", above=0.0)
    t_ref: Param = param(0.0, "ms", "refractory time", low=0.0, on_grid=True)

    def init(self):
        return Voltage(v=0.0)

    def drift(self, state, i):
        return Voltage(v=(i - state.v) / self.tau)

    def excess(self, state):
        return state.v - 1.0

    def reset(self, state):
        return Voltage(v=0.0)
'''


@pytest.fixture
def own_cell(tmp_path) -> Path:
    """Return a file in which a user wrote a cell."""
    path = tmp_path / "mycell.py"
    path.write_text(OWN_CELL)
    return path
