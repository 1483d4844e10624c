"""NWB files as targets: time series and units, in their units; what a file must not do to the machine that reads it."""

import re

import numpy as np
import pytest

import hillock as hk
from hillock.stimuli import FileError
from tests.fit.recorded import LIF, recorded

pytestmark = pytest.mark.neuro


def whole(message):
    return f"^{re.escape(message)}$"


@pytest.fixture
def rec():
    return recorded(hk.cells.LIF(**LIF), 0.12, 0.1, duration=300)[0]


@pytest.fixture
def path(rec, tmp_path):
    pytest.importorskip("pynwb", reason="the extra neuro is not installed")
    rec.save(tmp_path / "a.nwb")
    return tmp_path / "a.nwb"


def test_what_hillock_wrote_is_read_in_our_units(path, rec):
    target = hk.Target.read(path, stamp=1)
    again = hk.Target.from_recording(rec)
    assert target.v is not None
    assert again.v is not None
    assert target.dt == pytest.approx(again.dt)
    np.testing.assert_allclose(target.current, again.current, rtol=1e-6)
    np.testing.assert_allclose(target.v, again.v, rtol=1e-6)
    assert target.spike_steps.tolist() == rec.spike_steps.tolist()


def test_conversion_and_offset_are_applied(path, rec):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "r+") as file:
        data = file["acquisition/membrane_potential/data"]
        data.attrs["conversion"], data.attrs["offset"] = 2.0, 0.001
    v = hk.Target.read(path).v
    assert v is not None
    np.testing.assert_allclose(v, 2 * rec["v"][:, 0] + 1.0, rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"v": "membrane"}, "{path} has no acquisition series 'membrane'. Did you mean membrane_potential? It has membrane_potential."),
        ({"current": "x"}, "{path} has no stimulus series 'x'. It has input_current."),
        ({"spikes": 3}, "{path} has no unit 3: it has 1, counted from 0."),
        ({"spikes": "a"}, "In an NWB file spikes are units, counted from 0, not 'a'. Pass spikes=0, or times in ms."),
        ({"dt": 0.5}, "{path} is sampled every 0.1 ms, but dt = 0.5 ms was given. Leave dt out."),
    ],
)
def test_what_is_not_there_is_said(path, options, message):
    with pytest.raises(FileError, match=whole(message.format(path=path))):
        hk.Target.read(path, **options)


def test_a_conversion_that_is_no_number_is_said(path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "r+") as file:
        file["acquisition/membrane_potential/data"].attrs["conversion"] = "much"
    message = f"{path} has 'much' as conversion of /acquisition/membrane_potential/data, and it must be a number."
    with pytest.raises(FileError, match=whole(message)):
        hk.Target.read(path)


def test_a_wrong_unit_is_said(path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "r+") as file:
        file["stimulus/presentation/input_current/data"].attrs["unit"] = "volts"
    with pytest.raises(FileError, match=whole(f"{path} has 'input_current' in the unit 'volts', and it must be a current such as amperes.")):
        hk.Target.read(path)


def test_a_file_that_claims_more_than_memory_is_refused_unread(path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "r+") as file:  # a few bytes on disk, 8 TB in memory
        group = file["stimulus/presentation/input_current"]
        attributes = dict(group["data"].attrs)
        del group["data"]
        group.create_dataset("data", shape=(10**12,), chunks=(10**6,), dtype="f4").attrs.update(attributes)
    with pytest.raises(
        FileError, match=r" needs 8e\+03 GB for /stimulus/presentation/input_current/data and this machine has .* GB\. Split the recording\.$"
    ):
        hk.Target.read(path)


def test_a_link_out_of_the_file_is_not_followed(path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "r+") as file:
        del file["acquisition/membrane_potential/data"]
        file["acquisition/membrane_potential/data"] = h5py.ExternalLink("other.h5", "/data")
    with pytest.raises(FileError, match=r" keeps membrane_potential/data in another file\. Copy it into this one\.$"):
        hk.Target.read(path)


def test_what_is_no_hdf5_is_refused(tmp_path):
    pytest.importorskip("h5py")
    (tmp_path / "a.nwb").write_text("no")
    with pytest.raises(FileError, match=r"a\.nwb is not an NWB file\.$"):
        hk.Target.read(tmp_path / "a.nwb")
