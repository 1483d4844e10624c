"""Spike times in files of others: what is read, and one sentence for each thing that can be wrong."""

import io
import re
import zipfile

import h5py
import numpy as np
import pytest

import hillock as hk
from hillock import _memory
from hillock._compare import Spikes, read_spikes
from hillock.stimuli import FileError

CELL = hk.cells.LIF(tau_m=20, r_m=1, v_rest=0, v_reset=0, v_th=1, t_ref=0)


@pytest.fixture(scope="module")
def rec():
    return hk.simulate(CELL, hk.stimuli.Constant([1.2, 1.5]), duration=100, dt=0.5)


def written(tmp_path, text, name="theirs.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def spikes_in(path, unit=None):
    found = read_spikes(path, unit)
    assert isinstance(found, Spikes)
    return found


def nwb(path, times, index):
    with h5py.File(path, "w") as file:
        file["units/spike_times"], file["units/spike_times_index"] = times, index
    return path


@pytest.mark.parametrize(
    ("text", "times", "neurons"),
    [
        ("1.5\n3\n", [1.5, 3], None),
        ("1.5,0\n3,2\n", [1.5, 3], [0, 2]),
        ("time\n1.5\n", [1.5], None),
        ("neuron,t\n2,1.5\n", [1.5], [2]),
        ("t_s\n0.0015\n", [1.5], None),
        ("Time (s),i\n0.0015,1\n", [1.5], [1]),
        ("spike_times [us]\n1500\n", [1.5], None),
        ("time_ms,senders\n", [], []),
    ],
)
def test_columns_of_times_and_neurons_are_read_with_and_without_names(tmp_path, text, times, neurons):
    found = spikes_in(written(tmp_path, text))
    np.testing.assert_allclose(found.times, times)
    assert (None if found.neurons is None else found.neurons.tolist()) == neurons


def test_a_unit_converts_times_without_one(tmp_path):
    assert spikes_in(written(tmp_path, "0.25\n"), "s").times.tolist() == [250.0]


@pytest.mark.parametrize("ending", ["csv", "npz", "nwb", "own.npz", "own.nc", pytest.param("own.nwb", marks=pytest.mark.neuro)])
def test_spikes_survive_every_kind_of_file(tmp_path, rec, ending):
    path = tmp_path / f"theirs.{ending}"
    order = np.argsort(rec.spike_neurons, kind="stable")
    if ending == "own.nwb":
        pytest.importorskip("pynwb", reason="the extra neuro is not installed")
    if ending.startswith("own"):
        rec.save(path)
    elif ending == "csv":
        written(tmp_path, "t,neuron\n" + "".join(f"{t},{k}\n" for t, k in zip(rec.spike_times, rec.spike_neurons, strict=True)))
    elif ending == "npz":
        np.savez(path, spike_times=rec.spike_times, spike_neurons=rec.spike_neurons)
    else:
        nwb(path, rec.spike_times[order] / 1000, np.cumsum(rec.counts()))
    found = hk.compare_recordings(rec, path)
    assert (found.agrees, found.matched.tolist()) == (True, rec.counts().tolist())
    np.testing.assert_allclose(found.lags, 0, atol=1e-9)


def test_a_file_that_says_no_more_is_of_a_silent_neuron(tmp_path, rec):
    found = hk.compare_recordings(rec, written(tmp_path, "time,neuron\n"))
    assert (found.matched.sum(), found.missed.tolist()) == (0, rec.counts().tolist())


def test_spikes_of_nobody_in_particular_are_not_given_to_one_of_several_neurons(tmp_path, rec):
    with pytest.raises(ValueError, match=r"^theirs\.csv does not say which neuron fired, and a has 2 neurons\. Add a column neuron\.$"):
        hk.compare_recordings(rec, written(tmp_path, "22\n"))


def test_seconds_read_as_milliseconds_and_the_other_way_round_are_noticed(tmp_path, rec):
    with pytest.raises(ValueError, match=r"^theirs.csv has a spike at 22000 ms, and a lasts from 0 to 100 ms. Check the unit of the times"):
        hk.compare_recordings(rec, written(tmp_path, "22,0\n"), unit="s")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("t,i,v\n1,2,3\n", "has the columns t, i, v. Spikes have a column time and perhaps one named neuron, and no others."),
        ("v\n1\n", "has the columns v. Spikes have a column time and perhaps one named neuron, and no others."),
        ("1,2,3\n", "has 3 columns without names. Spikes have a time and perhaps a neuron."),
        ("1.0,0.5\n", "has 0.5 as the number of a neuron, and they are whole numbers, counted from 0."),
        ("1.0,-1\n", "has -1 as the number of a neuron, and they are whole numbers, counted from 0."),
        ("time\nnan\n", "has nan as the time of spike 1, and it must be a finite number."),
        ("time\n1\nx\n", "has 'x' instead of a number in line 3, column 'time'."),
        ("", "is empty."),
    ],
)
def test_a_csv_file_that_holds_no_spikes_is_refused(tmp_path, text, rule):
    path = written(tmp_path, text)
    with pytest.raises(FileError, match="^" + re.escape(f"{path} {rule}")):
        read_spikes(path)


def test_a_unit_that_contradicts_the_name_of_the_column_is_refused(tmp_path):
    path = written(tmp_path, "t_s\n1\n")
    with pytest.raises(FileError, match=re.escape("has its times in s by its column 't_s', but the unit ms was given. Leave unit out.")):
        read_spikes(path, "ms")


def archive(path, **members):
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(f"{name}.npy", data)
    return path


def header(shape):
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return stream.getvalue()


def test_a_npz_file_can_neither_run_code_nor_announce_what_it_does_not_have(tmp_path):
    objects = tmp_path / "objects.npz"
    np.savez(objects, spike_times=np.array([{"run": "me"}], object), allow_pickle=True)
    with pytest.raises(FileError, match=r"spike_times.npy holds Python objects, which are not read"):
        read_spikes(objects)
    with pytest.raises(FileError, match=r"is damaged: spike_times.npy should hold an array of shape"):
        read_spikes(archive(tmp_path / "huge.npz", spike_times=header((10**15,))))
    with pytest.raises(FileError, match=r"is damaged: spike_times.npy is not a plain array"):
        read_spikes(archive(tmp_path / "short.npz", spike_times=b"\x93NUMPY"))
    with pytest.raises(FileError, match="is not an npz file"):
        read_spikes(written(tmp_path, "no", "text.npz"))


def test_a_npz_file_of_something_else_is_refused_with_the_way_to_write_one(tmp_path):
    path = tmp_path / "other.npz"
    np.savez(path, v=[1.0])
    with pytest.raises(FileError, match=re.escape("has no array spike_times. It has v. Save it with np.savez(path, spike_times=")):
        read_spikes(path)
    np.savez(path, spike_times=[1.0, 2.0], spike_neurons=[0])
    with pytest.raises(FileError, match=r"has 2 spike_times and 1 spike_neurons\. Each spike needs one of both"):
        read_spikes(path)


def test_what_does_not_fit_into_memory_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(_memory, "physical_memory", lambda: 1e4)
    packed = tmp_path / "packed.npz"
    np.savez_compressed(packed, spike_times=np.zeros(10**4))
    for path in (written(tmp_path, "1.0\n" * 1000), packed, nwb(tmp_path / "x.nwb", np.zeros(10**4), [10**4])):
        with pytest.raises(FileError, match=r"and this machine has 1e-05 GB\. Split the (file|recording)"):
            read_spikes(path)


def test_units_that_do_not_divide_the_spikes_and_links_out_of_the_file_are_refused(tmp_path):
    for index in ([3, 1], [5], [1]):
        with pytest.raises(FileError, match=r"is damaged: its units do not divide its 2 spike times"):
            read_spikes(nwb(tmp_path / "x.nwb", [0.1, 0.2], index))
    path = tmp_path / "link.nwb"
    with h5py.File(path, "w") as file:
        file["units/spike_times_index"] = [1]
        file["units/spike_times"] = h5py.ExternalLink("/etc/passwd", "/x")
    with pytest.raises(FileError, match=r"keeps units/spike_times in another file\. Copy it into this one"):
        read_spikes(path)
    with pytest.raises(FileError, match=r"is not an NWB file"):
        read_spikes(written(tmp_path, "no", "text.nwb"))


@pytest.mark.parametrize("ending", ["npz", "nwb", "csv"])
def test_a_damaged_file_is_read_or_refused_and_nothing_else(tmp_path, ending):
    path = tmp_path / f"theirs.{ending}"
    if ending == "npz":
        np.savez(path, spike_times=np.arange(9.0), spike_neurons=np.arange(9))
    elif ending == "nwb":
        nwb(path, np.arange(9.0), [4, 9])
    else:
        written(tmp_path, "t_ms,neuron\n" + "1.5,0\n" * 9)
    whole = path.read_bytes()
    refused = 0
    for at in range(0, len(whole), max(len(whole) // 200, 1)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xA5]) + whole[at + 1 :])
        try:
            read_spikes(path)
        except FileError:
            refused += 1
    assert refused > 0


def test_a_file_that_is_not_there_or_of_another_kind_is_refused(tmp_path):
    with pytest.raises(FileError, match=r"There is no file nowhere.csv"):
        read_spikes("nowhere.csv")
    with pytest.raises(FileError, match=r"is a folder\. Name a file in it"):
        read_spikes(tmp_path)
    with pytest.raises(
        FileError, match=re.escape("has the ending '.xls'. Spike times are read from csv, txt, npz and nwb, recordings from npz and nc.")
    ):
        read_spikes(written(tmp_path, "", "x.xls"))
