"""xarray and netCDF."""

import re

import numpy as np
import pytest
from hypothesis import given, settings

import hillock as hk
from hillock.recording import RecordingError, from_xarray, load
from tests.recording.made import assert_same, from_trains, recordings

xr = pytest.importorskip("xarray", reason="the extra io is not installed")
pytest.importorskip("h5netcdf", reason="the extra io is not installed")


@settings(max_examples=50, deadline=None)
@given(rec=recordings())
def test_a_dataset_turns_back_into_the_recording(rec):
    assert_same(rec, from_xarray(rec.to_xarray()))


@settings(max_examples=15, deadline=None)
@given(rec=recordings())
def test_a_netcdf_file_turns_back_into_the_recording(tmp_path_factory, rec):
    path = tmp_path_factory.mktemp("nc") / "run.nc"
    rec.save(path)
    assert_same(rec, load(path))


def test_traces_have_units_and_the_sweep_is_a_coordinate():
    rec = hk.simulate(hk.cells.LIF(tau_m=[10.0, 20.0]), hk.stimuli.Constant(0.3), duration=20, dt=0.1, record=["v"])
    labelled = from_trains([[1.0], [2.0]], labels={"tau_m": np.array([10.0, 20.0])}).to_xarray()
    data = rec.to_xarray()
    assert data["v"].attrs["units"] == "mV"
    assert data["time"].attrs["units"] == "ms"
    assert data["v"].dims == ("time", "neuron")
    assert labelled["tau_m"].values.tolist() == [10.0, 20.0]
    np.testing.assert_array_equal(data["spike_time"], rec.spike_times)


def chosen():
    return hk.simulate(hk.cells.LIF(), hk.stimuli.Constant([0.1, 0.2, 0.3]), duration=20, dt=0.1, record=["v"], of=[0, 2])


def test_traces_of_chosen_neurons_are_found_by_their_neuron():
    rec = chosen()
    data = rec.to_xarray()
    assert data["v"].dims == ("time", "trace_neuron")
    np.testing.assert_array_equal(data["v"].sel(trace_neuron=2), rec["v"][:, 1])
    assert data["neuron"].values.tolist() == [0, 1, 2]


def test_of_a_dataset_some_traces_may_be_kept():
    rec = chosen()
    less = from_xarray(rec.to_xarray().sel(trace_neuron=[2]))
    assert less.columns.tolist() == [2]
    np.testing.assert_array_equal(less["v"], rec["v"][:, [1]])


def test_a_dataset_that_lost_the_neurons_of_its_traces_is_refused():
    with pytest.raises(RecordingError, match="^" + re.escape("The dataset is damaged: it has no trace_neurons.") + "$"):
        from_xarray(chosen().to_xarray().drop_vars("trace_neuron"))


def test_a_dataset_of_someone_else_is_refused(tmp_path):
    with pytest.raises(RecordingError, match=re.escape("The dataset is not a recording of hillock.")):
        from_xarray(xr.Dataset({"v": ("time", [1.0])}))
    (tmp_path / "run.nc").write_text("not netCDF")
    with pytest.raises(RecordingError, match=re.escape(f"'{tmp_path / 'run.nc'}' is damaged or not a netCDF file: ")):
        load(tmp_path / "run.nc")
