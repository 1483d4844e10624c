"""Samples.read: what it reads, and the one sentence for everything that can be wrong with a file."""

import os
import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hillock.stimuli import FileError, Samples


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda text, name="data.csv": (tmp_path / name).write_text(text, encoding="utf-8")


def refuses(text, *arguments, **options):
    with pytest.raises(FileError, match="^" + re.escape(text) + "$"):
        Samples.read(*arguments, **options)


def test_a_file_with_names_and_times_needs_nothing_else(write):
    write("t,i\n0,0.1\n0.1,0.2\n0.2,0.3\n")
    read = Samples.read("data.csv")
    assert read.dt == 0.1
    np.testing.assert_array_equal(read.values, [0.1, 0.2, 0.3])


def test_columns_are_chosen_by_name_and_several_become_neurons(write):
    write('t,"i_1", i_2\n0,1,2\n1,3,4\n')
    np.testing.assert_array_equal(Samples.read("data.csv", "i_2").values, [2, 4])
    np.testing.assert_array_equal(Samples.read("data.csv", ["i_2", "i_1"]).values, [[2, 1], [4, 3]])


def test_units_of_a_file_are_converted(write):
    write("time,i\n0,100\n0.001,200\n")
    read = Samples.read("data.csv", time="time", time_unit="s", unit="pA")
    assert read.dt == 1.0
    np.testing.assert_allclose(read.values, [0.1, 0.2], rtol=1e-15)


def test_without_names_columns_are_numbered(write):
    write("\ufeff0,0.1\n0.5,0.2\n\n")
    np.testing.assert_array_equal(Samples.read("data.csv", "1", time="0").values, [0.1, 0.2])
    write("0.1\n0.2\n")
    assert Samples.read("data.csv", dt="0.5 ms").dt == 0.5


def test_the_arrays_of_an_npz_file_are_its_columns(write, tmp_path):
    np.savez(tmp_path / "data.npz", t=np.arange(3) * 0.1, i=np.arange(3), many=np.arange(6).reshape(3, 2))
    np.testing.assert_array_equal(Samples.read("data.npz", "many").values, [[0, 1], [2, 3], [4, 5]])
    assert Samples.read(tmp_path / "data.npz", "i").dt == 0.1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=arrays(float, st.integers(1, 20), elements=st.floats(-1e6, 1e6)), steps=st.integers(1, 1000))
def test_what_is_written_is_read(write, values, steps):
    dt = steps * 0.01
    write("t,i\n" + "".join(f"{k * dt!r},{value!r}\n" for k, value in enumerate(values.tolist())))
    read = Samples.read("data.csv", dt=dt if len(values) == 1 else None)
    np.testing.assert_array_equal(read.values, values)
    assert read.dt == pytest.approx(dt, rel=1e-9)


def test_a_missing_file(write):
    refuses("There is no file data.csv.", "data.csv")
    write("0.1\n", "date.csv")
    refuses("There is no file data.csv. Did you mean date.csv?", "data.csv")


@pytest.mark.parametrize(
    ("content", "options", "text"),
    [
        ("", {}, "data.csv is empty."),
        ("t,i\n", {}, "data.csv holds no samples."),
        ("t,i\n0,1\n1,nan\n", {}, "data.csv has nan in line 3, column 'i'. Every sample must be a finite number."),
        ("0,1\n1,inf\n", {"column": "1", "time": "0"}, "data.csv has inf in line 2, column '1'. Every sample must be a finite number."),
        ("t,i\n0,1\n1,abc\n", {}, "data.csv has 'abc' instead of a number in line 3, column 'i'."),
        ("t,i\n0,1\n1,\n", {}, "data.csv has '' instead of a number in line 3, column 'i'."),
        ("t,i\n0,1\n\n1,1\n", {}, "data.csv has an empty line 3. Remove it, or restore what was there."),
        ("t,i\n0,1\n1\n", {}, "data.csv has 1 instead of 2 columns in line 3."),
        ("t,i,j\n0,1,2\n", {}, "data.csv has the columns t, i, j. Say which to play: column='i'."),
        ("t,current\n0,1\n", {"column": "curent"}, "data.csv has no column 'curent'. Did you mean current? It has t, current."),
        ("t,i\n0,1\n", {}, "data.csv has only one sample, whose spacing cannot be known. Pass dt."),
        ("t,i\n0,1\n1,1\n2,1\n4,1\n", {}, "data.csv is not evenly sampled: 2 ms before line 5, 1 ms elsewhere. Resample it."),
        ("t,i\n0,1\n1,1\n1,1\n2,1\n", {}, "data.csv is not evenly sampled: 0 ms before line 4, 1 ms elsewhere. Resample it."),
        ("t,i\n0,1\nnan,1\n", {}, "data.csv has nan in line 3, column 't'. Every sample must be a finite number."),
        ("t,i\n0,1\n1,2\n", {"dt": 0.5}, "data.csv is sampled every 1 ms by its column 't', but dt = 0.5 ms was given. Leave dt out."),
        ("i\n1\n", {}, "data.csv has no column 't' with times. Say how far apart the samples are, such as dt=0.1, or name it: time='...'."),
    ],
)
def test_what_is_wrong_with_a_text_file_is_said_in_one_sentence(write, content, options, text):
    write(content)
    refuses(text, "data.csv", **options)


def test_an_npz_file_is_never_unpickled(write, tmp_path):
    np.savez(tmp_path / "data.npz", t=np.arange(2), i=np.array([{}, {}], object))
    refuses("data.npz has no numbers of shape (samples,) or (samples, neurons) in 'i'.", "data.npz")


def test_a_file_that_only_claims_to_be_npz(write):
    write("t,i\n", "data.npz")
    refuses("data.npz is not an npz file.", "data.npz")


def test_a_file_larger_than_memory_is_refused_before_it_is_read(write, monkeypatch):
    monkeypatch.setattr("hillock._memory.physical_memory", lambda: 2e9)
    write("t,i\n0,1\n1,2\n")
    os.truncate("data.csv", 1_000_000_000)  # sparse: it takes no room on the disk
    refuses("data.csv may need 4 GB and this machine has 2 GB. Split the file, or play fewer columns.", "data.csv")


def test_an_array_larger_than_memory_is_refused_before_it_is_read(write, tmp_path, monkeypatch):
    monkeypatch.setattr("hillock._memory.physical_memory", lambda: 1e6)
    np.savez_compressed(tmp_path / "data.npz", i=np.zeros(125_000))
    refuses("data.npz may need 0.001 GB and this machine has 0.001 GB. Split the file, or play fewer columns.", "data.npz", dt=1.0)
