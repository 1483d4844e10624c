"""A run that stopped goes on as if it had not: in this process, in another, and only as what it was."""

import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

import hillock as hk
from hillock._simulate import _network_run
from hillock.recording import load_end
from tests.recording.networks import RUN, assert_continued, network

pytestmark = pytest.mark.slow

GO_ON = """
import hillock as hk
from tests.recording.networks import RUN, network
hk.simulate(network(), duration=20, start="{start}", **RUN).save("{to}")
"""


@pytest.fixture(scope="module")
def whole():
    return hk.simulate(network(), duration=40, **RUN)


def in_another_process(script):
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path.cwd())


def test_the_network_of_these_tests_has_spikes_on_their_way_wherever_it_is_cut(whole):
    assert min(whole.rates.values()) > 0
    for cut in (3.7, 20.0, 31.3):
        assert any(len(steps) for steps, _ in hk.simulate(network(), duration=cut, **RUN).end.carry.flight)


@pytest.mark.parametrize("cut", [3.7, 20.0, 31.3])
def test_two_runs_are_one_bit_for_bit(whole, cut):
    first = hk.simulate(network(), duration=cut, **RUN)
    assert_continued(whole, first, hk.simulate(network(), duration=40 - cut, start=first.end, **RUN))


def test_a_run_goes_on_in_a_new_process_bit_for_bit(tmp_path, whole):
    first = hk.simulate(network(), duration=20, **RUN)
    first.end.save(tmp_path / "state.npz")
    in_another_process(GO_ON.format(start=tmp_path / "state.npz", to=tmp_path / "second.npz"))
    assert_continued(whole, first, hk.load(tmp_path / "second.npz"))


def test_the_scan_engine_goes_on_from_a_file_as_well(tmp_path):
    both = {**RUN, "engine": "scan"}
    first = hk.simulate(network(), duration=5, **both)
    first.save(tmp_path / "first.npz")
    second = hk.simulate(network(), duration=5, start=tmp_path / "first.npz", **both)
    assert_continued(hk.simulate(network(), duration=10, **both), first, second)


def test_an_end_comes_back_from_its_file_as_it_was(tmp_path):
    end = hk.simulate(network(), duration=5, **RUN).end
    end.save(tmp_path / "state.npz")
    back = load_end(tmp_path / "state.npz")
    assert (back.step, back.dt, back.made_by) == (end.step, end.dt, end.made_by)
    with np.load(tmp_path / "state.npz", allow_pickle=False) as data:
        np.testing.assert_array_equal(data["end/members/0/state/cell/v"], end.carry.members[0].state.cell.v)


CHANGES = [
    ({"tau_m": 10.0}, {}, "populations.E.cell.tau_m = 20.0, and this one has 10.0."),
    ({"p": 0.2}, {}, "projections[0].connect.p = 0.3, and this one has 0.2."),
    ({"weight": -0.1}, {}, "projections[1].weight = -0.09, and this one has -0.1."),
    ({}, {"key": 2}, "key = 1, and this one has 2."),
    ({}, {"dtype": "float32"}, "dtype = float64, and this one has float32."),
    ({}, {"dialect": "brian2"}, "dialect.E.order.name = hillock, and this one has brian2."),
]


@pytest.mark.parametrize(("parts", "run", "difference"), CHANGES, ids=lambda x: "" if isinstance(x, str) else next(iter(x), ""))
def test_another_run_is_refused_with_the_difference_named(tmp_path, parts, run, difference):
    hk.simulate(network(), duration=1, **RUN).end.save(tmp_path / "state.npz")
    with pytest.raises(ValueError, match="start") as refusal:
        hk.simulate(network(**parts), duration=1, start=tmp_path / "state.npz", **{**RUN, **run})
    hint = " Use the same, or start=end.for_another() if it is meant to change."
    assert str(refusal.value) == f"start is the end of a run with {difference}{hint}"


def test_arrays_that_differ_are_told_apart_by_their_digests():
    def joined(weights):
        pair = {"A": hk.SpikeTrains([[1.0]] * 3), "B": hk.Population(hk.cells.LIF(), 4)}
        return hk.Network(pair, [hk.Projection("A", "B", hk.synapses.Delta(), hk.connections.AllToAll(), weights)])

    end = hk.simulate(joined(np.ones((3, 4))), duration=1, dt=0.1).end
    sentence = (
        r"projections\[0\]\.weight = float64 of shape \(3, 4\) with digest [0-9a-f]{16}, and this one has float64 of shape \(3, 4\) with digest"
    )
    with pytest.raises(ValueError, match=sentence):
        hk.simulate(joined(np.full((3, 4), 2.0)), duration=1, dt=0.1, start=end)


def test_another_dt_is_refused():
    end = hk.simulate(network(), duration=1, **RUN).end
    with pytest.raises(ValueError, match=r"^start is the end of a run at dt = 0.1 ms, and this one has dt = 0.05 ms. Use the same dt.$"):
        hk.simulate(network(), duration=1, start=end, **{**RUN, "dt": 0.05})


def test_a_change_that_is_meant_is_made():
    end = hk.simulate(network(), duration=10, **RUN).end
    changed = hk.simulate(network(weight=-0.5), duration=10, start=end.for_another(), **RUN)
    assert changed["E"].first_step == 100
    with pytest.raises(ValueError, match=r"^start is the end of another model: its variables, number of neurons or dtype differ.$"):
        hk.simulate(network(), duration=10, start=end.for_another(), **{**RUN, "dtype": "float32"})


def test_what_is_no_end_is_refused():
    sentence = "start must be the end of a network's recording, rec.end, or the path of a file or folder that holds one, got 3."
    with pytest.raises(TypeError) as refusal:
        hk.simulate(network(), duration=1, start=3, **RUN)  # type: ignore[arg-type]
    assert str(refusal.value) == sentence


def test_a_network_stops_where_it_is_interrupted_and_can_go_on(monkeypatch, whole):
    monkeypatch.setattr(_network_run, "_chunks", interrupted_after(20.0))
    with pytest.warns(UserWarning, match=r"^Interrupted after 20 of 40 ms; the recording holds those.$"):
        first = hk.simulate(network(), duration=40, **RUN)
    monkeypatch.undo()
    assert not first.complete
    assert_continued(whole, first, hk.simulate(network(), duration=20, start=first.end, **RUN))


def interrupted_after(ms):
    """Return a loop like that of a run, which yields 2 ms at a time and is interrupted by Ctrl-C."""

    def chunks(course, *_):
        carry = course.carry
        for done in range(0, round(ms / course.job.dt), 20):
            carry, what = course.run.run(carry, course.first + done, 20)
            yield carry, 20, what
        raise KeyboardInterrupt

    return chunks


def test_one_population_goes_on_from_a_file_bit_for_bit(tmp_path):
    def run(duration, **more):
        return hk.simulate(hk.cells.AdEx(), hk.stimuli.GaussianNoise(0.8, 0.5), duration=duration, dt=0.1, key=1, record=["v"], **more)

    first = run(30)
    first.save(tmp_path / "first.npz")
    second = run(30, start=hk.load(tmp_path / "first.npz").end)
    np.testing.assert_array_equal(run(60)["v"], np.concatenate([first["v"], second["v"]]))


@pytest.mark.parametrize("engine", ["scan", "exact"])
def test_one_population_goes_on_from_a_file_under_every_engine(tmp_path, engine):
    def run(duration, **more):
        return hk.simulate(hk.cells.LIF(t_ref=2.0), hk.stimuli.Constant(0.3), duration=duration, dt=0.1, engine=engine, **more)

    first = run(30)
    first.save(tmp_path / "first.npz")
    second = run(30, start=hk.load(tmp_path / "first.npz").end)
    np.testing.assert_array_equal(second.spike_times, run(30, start=first.end).spike_times)


def test_a_file_without_an_end_does_not_begin_afresh(tmp_path):
    pytest.importorskip("h5netcdf")
    hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=1, dt=0.1).save(tmp_path / "run.nc")
    sentence = "start must be the end of a recording, rec.end, got nothing, which is what its file keeps of it; save the recording as .npz."
    with pytest.raises(TypeError) as refusal:
        hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=1, dt=0.1, start=hk.load(tmp_path / "run.nc").end)
    assert str(refusal.value) == sentence


def test_the_end_of_another_cell_is_refused_also_from_a_file(tmp_path):
    hk.simulate(hk.cells.AdEx(), hk.stimuli.Constant(0.3), duration=1, dt=0.1).save(tmp_path / "run.npz")
    with pytest.raises(ValueError, match=r"^start is the end of another model: its variables, number of neurons or dtype differ.$"):
        hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=1, dt=0.1, start=hk.load(tmp_path / "run.npz").end)


KILLED = """
import hillock as hk
from hillock._simulate import _network_run
from tests.recording.networks import RUN, network
_network_run._PIECE_SECONDS = 0.0
_network_run.PIECE_BYTES = 2**14
hk.simulate(network(), duration=1e6, store="{store}", **RUN)
"""


@pytest.mark.skipif(os.name != "posix", reason="only there can a process be killed without a chance to tidy up")
def test_after_kill_9_the_pieces_are_readable_and_the_run_goes_on_bit_for_bit(tmp_path):
    folder = tmp_path / "run"
    child = subprocess.Popen([sys.executable, "-c", KILLED.format(store=folder)])
    deadline = time.monotonic() + 120
    while len(list(folder.glob("[0-9]*.npz"))) < 3 and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    stopped = load_end(folder).step
    dead = hk.load(folder)
    assert dead["E"].steps >= stopped > 0
    assert not dead.complete
    on = hk.simulate(network(), duration=10, start=folder, store=folder, **RUN)
    assert on.complete
    assert_continued(hk.simulate(network(), duration=stopped * 0.1 + 10, **RUN), on)


def test_a_run_to_disk_keeps_what_there_was_when_it_is_interrupted(tmp_path, monkeypatch, whole):
    monkeypatch.setattr(_network_run, "_chunks", interrupted_after(20.0))
    with pytest.warns(UserWarning, match=r"^Interrupted after 20 of 40 ms; the recording in the folder holds those.$"):
        first = hk.simulate(network(), duration=40, store=tmp_path / "run", **RUN)
    monkeypatch.undo()
    assert (first.complete, first["E"].steps) == (False, 200)
    with warnings.catch_warnings():
        assert_continued(whole, hk.simulate(network(), duration=20, start=tmp_path / "run", store=tmp_path / "run", **RUN))
