"""NWB files hold seconds, volts and amperes, and every neuron."""

import json

import numpy as np
import pytest

import hillock as hk
from tests.recording.made import from_trains

pynwb = pytest.importorskip("pynwb", reason="the extra neuro is not installed")
pytestmark = pytest.mark.neuro


def run(**options):
    amplitude = hk.stimuli.Constant([0.0, 0.3])
    return hk.simulate(hk.cells.LIF(), amplitude, duration=50, dt=0.1, record=["v", "i"], **options)


def test_the_file_holds_volts_amperes_and_seconds(tmp_path):
    rec = run()
    rec.save(tmp_path / "run.nwb")
    with pynwb.NWBHDF5IO(tmp_path / "run.nwb", "r") as file:
        nwb = file.read()
        v, i = nwb.acquisition["membrane_potential"], nwb.stimulus["input_current"]
        assert (v.unit, i.unit, v.conversion, i.conversion) == ("volts", "amperes", 1.0, 1.0)
        np.testing.assert_allclose(v.data[:] * 1000, rec["v"], rtol=3e-7)  # a rounding to float32 on each side
        np.testing.assert_allclose(i.data[:] * 1e9, rec["i"], rtol=3e-7)
        np.testing.assert_allclose(v.starting_time + np.arange(500) / v.rate, rec.t / 1000, rtol=1e-12)
        assert json.loads(nwb.notes)["dialect"] == "hillock"


def test_silent_neurons_are_units_too(tmp_path):
    rec = run()
    rec.save(tmp_path / "run.nwb")
    with pynwb.NWBHDF5IO(tmp_path / "run.nwb", "r") as file:
        units = file.read().units
        assert len(units) == 2
        assert units["spike_times"][0].size == 0
        np.testing.assert_allclose(units["spike_times"][1] * 1000, rec.times(1), rtol=1e-15)


def test_the_units_say_which_column_of_the_traces_is_theirs(tmp_path):
    run(of=[1]).save(tmp_path / "run.nwb")
    with pynwb.NWBHDF5IO(tmp_path / "run.nwb", "r") as file:
        nwb = file.read()
        assert nwb.units["trace_column"][:].tolist() == [-1, 0]
        assert nwb.acquisition["membrane_potential"].data.shape == (500, 1)
        assert nwb.acquisition["membrane_potential"].description == "'v', one column per neuron that has a trace_column in the units"
    assert pynwb.validate(path=tmp_path / "run.nwb") == []


def test_a_recording_without_any_spike_can_be_written(tmp_path):
    from_trains([[], []], labels={"cell.tau_m": np.array([10.0, 20.0])}).save(tmp_path / "run.nwb")
    with pynwb.NWBHDF5IO(tmp_path / "run.nwb", "r") as file:
        units = file.read().units
        assert [times.size for times in units["spike_times"]] == [0, 0]
        assert units["cell.tau_m"][:].tolist() == [10.0, 20.0]


def test_the_file_is_valid_nwb(tmp_path):
    run().save(tmp_path / "run.nwb")
    assert pynwb.validate(path=tmp_path / "run.nwb") == []


def test_the_same_recording_has_the_same_identifier():
    rec, other = from_trains([[1.0]]), from_trains([[2.0]])
    once, again, others = (made.to_nwb().fields["identifier"] for made in (rec, rec, other))
    assert once == again != others
