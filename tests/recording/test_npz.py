"""The npz format: everything comes back, and a file that was tampered with is refused in one sentence."""

import dataclasses
import io
import json
import re
import sys
import zipfile
from contextlib import suppress

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hillock as hk
from hillock.recording import RecordingError, load
from tests.recording.made import assert_same, from_trains, recordings


@settings(max_examples=60, deadline=None)
@given(rec=recordings())
def test_what_is_saved_is_loaded(tmp_path_factory, rec):
    path = tmp_path_factory.mktemp("npz") / "run.npz"
    rec.save(path)
    assert_same(rec, load(path))


def test_a_simulation_comes_back(tmp_path):
    rec = hk.simulate(hk.cells.LIF(tau_m=[10.0, 20.0]), hk.stimuli.Constant(0.3), duration=50, dt=0.1, record=["v", "i"], every=5)
    rec.save(tmp_path / "run.npz")
    assert_same(rec, load(tmp_path / "run.npz"))


def test_traces_of_chosen_neurons_come_back_with_their_neurons(tmp_path):
    rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=50, dt=0.1, neurons=3, record=["v"], of=[0, 2])
    rec.save(tmp_path / "run.npz")
    back = load(tmp_path / "run.npz")
    assert_same(rec, back)
    assert back.columns.tolist() == [0, 2]


def test_a_file_of_before_there_were_chosen_neurons_holds_all(tmp_path):
    path = tmp_path / "run.npz"
    rewrite(path)
    with np.load(path) as data:
        assert json.loads(str(data["recording"]))["version"] == 1  # which every hillock reads
        assert "trace_neurons" not in data
    assert load(path).of is None


def test_numpy_alone_opens_the_file(tmp_path):
    from_trains([[1.0, 5.0]]).save(tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as data:
        assert data["spike_steps"].tolist() == [9, 49]
        assert json.loads(str(data["recording"]))["dt"] == 0.1


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    from_trains([[1.0]]).save(path)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        from_trains([[2.0]], provenance={"object": object()}).save(path)

    def full(*_, **__):
        raise OSError("No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(OSError, match="No space left on device"):
        from_trains([[2.0]]).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def refused(path, sentence):
    return pytest.raises(RecordingError, match=re.escape(sentence.format(path=path)) + "$")


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    path.write_text("time,v\n0,-65\n")
    with refused(path, "'{path}' is not a recording of hillock: it is not an npz file."):
        load(path)


def test_an_npz_file_of_someone_else_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    np.savez(path, v=np.zeros(3))
    with refused(path, "'{path}' is not a recording of hillock."):
        load(path)


def test_pickled_objects_are_never_read(tmp_path):
    path = tmp_path / "run.npz"
    np.savez(path, recording=np.array([print], object))
    with refused(path, "'{path}' is damaged: recording.npy holds Python objects, which are not read."):
        load(path)


def test_a_truncated_file_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    from_trains([[1.0]]).save(path)
    path.write_bytes(path.read_bytes()[:-30])
    with refused(path, "'{path}' is damaged: File is not a zip file."):
        load(path)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_flipped_byte_is_refused_or_harmless(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("flip") / "run.npz"
    rec = from_trains([[1.0, 5.0], [2.0]])
    rec.save(path)
    raw = bytearray(path.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(raw)
    with suppress(RecordingError):
        assert_same(rec, load(path))


def rewrite(path, of=None, **changed):
    """Save a recording of two neurons with some of its arrays, or entries of its description, replaced."""
    from_trains([[1.0, 5.0], [2.0]], of=of).save(path)
    with np.load(path) as data:
        arrays = dict(data)
    head = json.loads(str(arrays["recording"]))
    head |= {name: value for name, value in changed.items() if name not in arrays}
    arrays |= {"recording": np.array(json.dumps(head))}
    np.savez(path, **{**arrays, **{name: value for name, value in changed.items() if name in arrays}})


CONTRADICTIONS = [
    ({"version": 3}, "'{path}' has format 3, and this hillock reads formats 1 and 2. Update hillock."),
    ({"version": 2}, "'{path}' is damaged: it has no trace_neurons."),
    ({"dt": "0.1"}, "'{path}' is damaged: dt must be float, got '0.1'."),
    ({"dt": -1.0}, "'{path}' is damaged: dt must be > 0 ms and finite, got -1 ms."),
    ({"neurons": 0}, "'{path}' is damaged: neurons must be ≥ 1, got 0."),
    ({"neurons": 1}, "'{path}' is damaged: it has spikes of neurons outside 0 to 0."),
    ({"steps": 20}, "'{path}' is damaged: it has spikes outside steps 0 to 19."),
    ({"traces": ["v"]}, "'{path}' is damaged: it has no traces/v."),
    ({"spike_steps": np.zeros(3)}, "'{path}' is damaged: spike_steps cannot be float64."),
    ({"spike_neurons": np.zeros(2, int)}, "'{path}' is damaged: spike_neurons must have shape (3,), got (2,)."),
    ({"spike_steps": np.array([9, 5, 7])}, "'{path}' is damaged: spike 1 is out of order."),
    ({"recording": np.array("{")}, "'{path}' is damaged: its description is not JSON."),
]


@pytest.mark.parametrize(("changed", "sentence"), CONTRADICTIONS, ids=lambda x: "" if isinstance(x, str) else next(iter(x)))
def test_a_contradiction_is_refused(tmp_path, changed, sentence):
    path = tmp_path / "run.npz"
    rewrite(path, **changed)
    with refused(path, sentence):
        load(path)


@pytest.mark.parametrize("neurons", [[0, 2], [-1, 0], [1, 0], [0, 0], []], ids=str)
def test_chosen_neurons_that_cannot_be_are_refused(tmp_path, neurons):
    path = tmp_path / "run.npz"
    rewrite(path, of=np.array([0, 1]), trace_neurons=np.array(neurons, int))
    with refused(path, "'{path}' is damaged: trace_neurons must be at least one neuron from 0 to 1, in ascending order."):
        load(path)


def test_chosen_neurons_and_the_columns_of_the_traces_must_agree(tmp_path):
    path = tmp_path / "run.npz"
    rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=5, dt=0.1, neurons=3, record=["v"], of=[0, 2])
    dataclasses.replace(rec, of=np.array([0, 1, 2])).save(path)
    with refused(path, "'{path}' is damaged: traces/v must have shape (50, 3), got (50, 2)."):
        load(path)


def test_a_header_that_announces_more_than_there_is_costs_no_memory(tmp_path):
    path, header = tmp_path / "run.npz", io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("recording.npy", header.getvalue())
    with refused(path, "'{path}' is damaged: recording.npy should hold an array of shape (1000000000000,) and has 0 bytes."):
        load(path)


def test_a_file_larger_than_memory_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("recording.npy", bytes(10**7))
    monkeypatch.setattr("hillock.recording._archive.physical_memory", lambda: 1e7)
    with refused(path, "'{path}' holds 0.0 GB and this machine has 0.0 GB. Read parts of it with np.load."):
        load(path)


def test_a_missing_file_and_a_missing_folder_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=re.escape(f"There is no file '{tmp_path / 'a.npz'}'.")):
        load(tmp_path / "a.npz")
    sentence = f"There is no folder '{tmp_path / 'b'}' to write 'a.npz' into. Make it first."
    with pytest.raises(FileNotFoundError, match=re.escape(sentence)):
        from_trains([[1.0]]).save(tmp_path / "b" / "a.npz")


def test_another_suffix_is_refused_with_the_ones_there_are(tmp_path):
    with pytest.raises(RecordingError, match=re.escape("'run.txt' cannot be written: the name must end in .npz, .nc or .nwb.")):
        from_trains([[1.0]]).save("run.txt")
    with pytest.raises(RecordingError, match=re.escape("'run.nwb' cannot be read: the name must end in .npz or .nc.")):
        load("run.nwb")


def test_a_recording_made_inside_jit_says_why_it_has_no_events(tmp_path):
    made = []

    def f(x):
        made.append(hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(x), duration=1, dt=0.1))
        return x

    jax.jit(f)(0.3)
    sentence = "A recording made inside jit, grad or vmap has no spike events. Return rec.spike_train, or simulate outside."
    with pytest.raises(RecordingError, match=re.escape(sentence)):
        made[0].save(tmp_path / "run.npz")


@pytest.mark.parametrize(("package", "extra", "method"), [("neo", "neuro", "to_neo"), ("pynwb", "neuro", "to_nwb"), ("xarray", "io", "to_xarray")])
def test_a_missing_package_is_asked_for_by_its_extra(monkeypatch, package, extra, method):
    monkeypatch.setitem(sys.modules, package, None)
    sentence = f"Recording.{method} needs the package {package}. Install it with: pip install 'hillock[{extra}]'"
    with pytest.raises(ImportError, match=re.escape(sentence)):
        getattr(from_trains([[1.0]]), method)()
