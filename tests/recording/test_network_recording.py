"""Recordings of networks: files, folders that are written while the run goes on, other formats, and what is refused."""

import json
import re

import numpy as np
import pytest

import hillock as hk
from hillock import _budget
from hillock._simulate import _network_run
from hillock.recording import NetworkRecording, RecordingError, load_end, pieces
from tests.recording.made import assert_same, from_trains
from tests.recording.networks import RUN, assert_continued, network


@pytest.fixture(scope="module")
def rec():
    return hk.simulate(network(), duration=40, every=5, **RUN)


@pytest.fixture
def small_pieces(monkeypatch):
    """Write a piece after each chunk, and make chunks of 50 steps."""
    monkeypatch.setattr(_network_run, "_PIECE_SECONDS", 0.0)
    monkeypatch.setattr("hillock.engines.network._simd._CHUNK_STEPS", 50)


def assert_all_same(a, b):
    assert list(a) == list(b)
    for name in a:
        assert_same(a[name], b[name])


def test_what_is_saved_is_loaded(tmp_path, rec):
    rec.save(tmp_path / "run.npz")
    back = hk.load(tmp_path / "run.npz")
    assert isinstance(back, NetworkRecording)
    assert_all_same(rec, back)
    assert back.end is not None
    assert (back.end.step, back.complete, back.rates) == (400, True, rec.rates)


def test_numpy_alone_opens_the_file(tmp_path, rec):
    rec.save(tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as data:
        np.testing.assert_array_equal(data["populations/E/spike_steps"], rec["E"].spike_steps)
        np.testing.assert_array_equal(data["populations/E/traces/v"], rec["E"]["v"])


def test_a_population_may_be_called_as_anything_in_the_file_is(tmp_path):
    made = NetworkRecording({name: from_trains([[1.0]]) for name in ("network", "end", "populations", "traces")}, {})
    made.save(tmp_path / "run.npz")
    assert_all_same(made, hk.load(tmp_path / "run.npz"))


def test_a_folder_holds_what_memory_would(tmp_path, rec, small_pieces):
    stored = hk.simulate(network(), duration=40, every=5, store=tmp_path / "run", **RUN)
    assert sorted(path.name for path in (tmp_path / "run").glob("0*")) == [f"{first:010d}.npz" for first in range(0, 400, 50)]
    for name in rec:
        np.testing.assert_array_equal(stored[name].spike_times, rec[name].spike_times)
        np.testing.assert_array_equal(stored[name].columns, rec[name].columns)
        for trace in rec[name].traces:
            np.testing.assert_array_equal(stored[name][trace], rec[name][trace])
    assert stored.rates == rec.rates


def test_a_folder_can_be_gone_through_piece_by_piece(tmp_path, rec, small_pieces):
    hk.simulate(network(), duration=40, every=5, store=tmp_path / "run", **RUN)
    parts = list(pieces(tmp_path / "run"))
    assert [part["E"].first_step for part in parts] == list(range(0, 400, 50))
    assert_continued(rec, *parts)


def test_a_folder_is_saved_as_one_file(tmp_path, rec, small_pieces):
    hk.simulate(network(), duration=40, every=5, store=tmp_path / "run", **RUN).save(tmp_path / "run.npz")
    back = hk.load(tmp_path / "run.npz")
    assert_continued(rec, back)
    assert back.end.made_by == rec.end.made_by


def test_traces_are_read_when_they_are_looked_at(tmp_path, small_pieces):
    stored = hk.simulate(network(), duration=40, store=tmp_path / "run", **RUN)
    assert stored["E"].traces.read == {}
    assert stored["E"]["v"].shape == (400, 2)
    assert list(stored["E"].traces.read) == ["v"]
    with pytest.raises(RecordingError, match="'w' was not recorded"):
        stored["E"]["w"]


def test_a_run_goes_on_in_its_folder(tmp_path, rec, small_pieces):
    run = {**RUN, "every": 5, "store": tmp_path / "run"}
    first = hk.simulate(network(), duration=15, **run)
    assert (first.complete, first["E"].steps) == (True, 150)
    assert_continued(rec, hk.simulate(network(), duration=25, start=tmp_path / "run", **run))


def test_a_folder_can_be_read_while_the_run_goes_on(tmp_path, monkeypatch, small_pieces):
    seen = []

    def write(self, populations, end):
        before(self, populations, end)
        seen.append(hk.load(tmp_path / "run")["E"].steps)

    before = _network_run.Stream.write
    monkeypatch.setattr(_network_run.Stream, "write", write)
    hk.simulate(network(), duration=20, store=tmp_path / "run", **RUN)
    assert seen == [0, 50, 100, 150, 200, 200]


def test_memory_holds_a_piece_and_not_the_run(tmp_path, monkeypatch, small_pieces):
    monkeypatch.setattr(_network_run, "PIECE_BYTES", 10_000)
    longest = []
    before = _network_run.Course.gatherings

    def gatherings(self, first, steps):
        made = before(self, first, steps)
        longest.append(max(len(rows) for one in made for rows in one.traces.values()))
        return made

    monkeypatch.setattr(_network_run.Course, "gatherings", gatherings)
    hk.simulate(network(), duration=40, store=tmp_path / "run", **RUN)
    assert max(longest[1:]) <= 50  # the first describes the run, and is never written to


def test_what_is_good_is_kept_when_a_state_runs_away(tmp_path, monkeypatch, small_pieces):
    answers = iter([True, True, False])
    monkeypatch.setattr(_network_run, "is_finite", lambda _: next(answers, False))
    with pytest.raises(hk.SimulationError, match="A state of population E is no longer a finite number at t = 15 ms, since some step after 10 ms"):
        hk.simulate(network(), duration=20, store=tmp_path / "run", **RUN)
    assert hk.load(tmp_path / "run")["E"].steps == 100


@pytest.mark.neuro
def test_every_population_has_a_block_a_file_and_a_dataset(rec):
    pytest.importorskip("neo")
    pytest.importorskip("pynwb")
    assert [block.name for block in rec.to_neo().values()] == ["E", "I", "given"]
    assert [len(file.units) for file in rec.to_nwb().values()] == [40, 12, 8]
    assert {name: data.sizes["neuron"] for name, data in rec.to_xarray().items()} == {"E": 40, "I": 12, "given": 8}


@pytest.mark.neuro
def test_every_population_has_its_pynapple_group(rec):
    pytest.importorskip("pynapple")
    assert {name: len(data["spikes"]) for name, data in rec.to_pynapple().items()} == {"E": 40, "I": 12, "given": 8}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("spike_steps", "It holds one recording for each population: take rec['E'] or rec['I'] or rec['given']."),
        ("E", "Write rec['E']."),
    ],
)
def test_a_network_says_where_the_recording_of_a_population_is(rec, name, message):
    with pytest.raises(AttributeError) as error:
        getattr(rec, name)
    assert str(error.value) == f"A NetworkRecording has no attribute {name!r}. {message}"


def refused(sentence):
    return pytest.raises(ValueError, match=re.escape(sentence) + "$")


def test_a_folder_that_is_in_use_is_refused(tmp_path):
    folder = tmp_path / "run"
    hk.simulate(network(), duration=2, store=folder, **RUN)
    sentence = f"store: '{folder}' holds a run until step 20, and this run begins at step 0. "
    with refused(f"{sentence}Choose another name, or pass start='{folder}' to go on with it."):
        hk.simulate(network(), duration=2, store=folder, **RUN)


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with refused(f"store: '{tmp_path}' exists and is no recording of hillock. Choose another name."):
        hk.simulate(network(), duration=2, store=tmp_path, **RUN)
    with refused(f"'{tmp_path}' is a folder without a recording of hillock."):
        hk.load(tmp_path)


def test_a_folder_goes_on_with_the_same_traces_only(tmp_path):
    folder = tmp_path / "run"
    hk.simulate(network(), duration=2, store=folder, **RUN)
    sentence = f"store: '{folder}' has of = [0, 3] of E, and this run has [0]. Record the same, or choose another name."
    with refused(sentence):
        hk.simulate(network(), duration=2, start=folder, store=folder, **{**RUN, "of": {"E": [0]}})


def test_a_folder_does_not_go_on_between_two_rows(tmp_path):
    folder, run = tmp_path / "run", {**RUN, "every": 10}
    hk.simulate(network(), duration=2.5, store=folder, **run)
    with refused(f"store: the run in '{folder}' stopped between two rows of every = 10 steps. Choose another name."):
        hk.simulate(network(), duration=2, start=folder, store=folder, **run)


def test_a_missing_parent_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=re.escape(f"There is no folder '{tmp_path / 'a'}' to write 'b' into. Make it first.")):
        hk.simulate(network(), duration=2, store=tmp_path / "a" / "b", **RUN)


def test_a_missing_piece_is_named(tmp_path, small_pieces):
    hk.simulate(network(), duration=20, store=tmp_path / "run", **RUN)
    (tmp_path / "run" / "0000000050.npz").unlink()
    with refused(f"'{tmp_path / 'run'}' is damaged: the piece that begins with step 50 is missing."):
        hk.load(tmp_path / "run")


def test_a_cell_alone_has_no_folder(tmp_path):
    with refused("store is for networks. Simulate hk.Network({'cells': hk.Population(cell, n)}), or use rec.save."):
        hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=1, dt=0.1, store=tmp_path / "run")


def test_files_of_other_kinds_say_what_they_are(tmp_path, rec):
    rec.end.save(tmp_path / "state.npz")
    from_trains([[1.0]]).save(tmp_path / "one.npz")
    with refused(f"'{tmp_path / 'state.npz'}' is no recording but where one stopped. Pass start='{tmp_path / 'state.npz'}' to simulate."):
        hk.load(tmp_path / "state.npz")
    with refused(f"'{tmp_path / 'one.npz'}' is not a network end of hillock."):
        load_end(tmp_path / "one.npz")
    with refused("'run.nc' cannot be written: what a network leaves behind is kept in files whose name ends in .npz."):
        rec.save("run.nc")


CONTRADICTIONS = [
    ({"version": 2}, "'{path}' has format 2, and this hillock reads format 1. Update hillock."),
    ({"complete": 1}, "'{path}' is damaged: complete must be bool, got 1."),
    ({"end": {"step": "4"}}, "'{path}' is damaged: step must be int, got '4'."),
    ({"populations": {"E": 1}}, "'{path}' is damaged: E must be str, got 1."),
    ({"populations": {"Z": "{}"}}, "'{path}' is not a recording of hillock."),
]


@pytest.mark.parametrize(("changed", "sentence"), CONTRADICTIONS, ids=lambda x: "" if isinstance(x, str) else next(iter(x)))
def test_a_contradiction_is_refused(tmp_path, rec, changed, sentence):
    path = tmp_path / "run.npz"
    rec.save(path)
    with np.load(path) as data:
        arrays = dict(data)
    arrays["network"] = np.array(json.dumps({**json.loads(str(arrays["network"])), **changed}))
    np.savez(path, **arrays)
    with refused(sentence.format(path=path)):
        hk.load(path)


def test_connections_beyond_memory_are_refused_before_any_work(monkeypatch):
    monkeypatch.setattr(_budget._memory, "physical_memory", lambda: 25e9)
    cell = hk.Population(hk.cells.LIF(), 1_000_000)
    dense = hk.Projection("A", "A", hk.synapses.Delta(), hk.connections.AllToAll(), 0.1)
    sentence = "Projection A → A: 1e+12 connections need 4.2e+03 GB, of 4.2e+03 GB in all, and this machine has 25 GB. Make fewer."
    with refused(sentence):
        hk.simulate(hk.Network({"A": cell}, [dense]), duration=1, dt=0.1)


def test_traces_beyond_memory_are_refused_with_the_way_to_disk(monkeypatch):
    monkeypatch.setattr(_budget._memory, "physical_memory", lambda: 1e9)
    net = hk.Network({"A": hk.Population(hk.cells.LIF(), 1000)})
    sentence = "Recording v of A needs 4.07 GB and this machine has 1 GB. Record every so many steps, some neurons (of=), or to disk (store='run')."
    with refused(sentence):
        hk.simulate(net, duration=100_000, dt=0.1, record={"A": ["v"]})


def test_traces_beyond_the_disk_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_budget.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1e6}))
    sentence = f"store: the traces need 4 MB and '{tmp_path}' has 1 MB left. Record fewer, or store elsewhere."
    with refused(sentence):
        hk.simulate(hk.Network({"A": hk.Population(hk.cells.LIF(), 100)}), duration=1000, dt=0.1, record={"A": ["v"]}, store=tmp_path / "run")


def test_what_a_run_takes_is_said_before_it_begins(capsys):
    hk.simulate(network(), duration=1, progress=True, **RUN)
    assert re.match(
        r"memory: \S+ .B \(states \S+ kB, connections \S+ .B, traces \S+ kB, spikes on their way \S+ kB\); and 12 bytes for each spike\n",
        capsys.readouterr().err,
    )
