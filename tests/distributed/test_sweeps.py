"""A sweep that several processes share."""

import sys

import pytest

import hillock as hk
from hillock.distributed import launch
from tests.distributed import sweeping

pytestmark = pytest.mark.slow


def test_each_process_runs_its_share_of_the_points_and_gets_the_whole(tmp_path):
    assert launch([sys.executable, "-m", "tests.distributed.sweeping", str(tmp_path)], 2) == 0
    alone = [sweeping.count(i)["n"] for i in (0.2, 0.3, 0.5, 0.6)]
    for process in (0, 1):
        assert (tmp_path / f"{process}.txt").read_text() == (
            f"[{alone[0]:.1f}, {alone[1]:.1f}, nan, {alone[2]:.1f}, {alone[3]:.1f}] [0.0, 1.0, nan, 1.0, 0.0] ValueError: no such current"
        )
    kept = sorted(path.suffix for path in (tmp_path / "points").iterdir())
    assert kept == [".json", *[".npz"] * 4]


def test_processes_that_share_a_sweep_need_a_folder(monkeypatch):
    monkeypatch.setattr("hillock._sweep._sweep.joined", lambda: hk.distributed.Processes(0, 2))
    with pytest.raises(ValueError, match=r"^A sweep by 2 processes that were joined needs a folder in which they meet\. Pass store='sweep'\.$"):
        hk.sweep(sweeping.count, {"i": [0.2]})
