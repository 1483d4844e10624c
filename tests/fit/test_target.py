"""What is fitted: arrays, files, and a sentence for each thing that can be wrong with them."""

import re

import numpy as np
import pytest

import hillock as hk
from hillock._fit import TargetError
from hillock.stimuli import FileError

CURRENT = np.sin(np.arange(2000) / 50)
V = np.full(2000, -60.0)
V[300:1900:300] = 20.0  # six spikes
SPIKES = np.arange(30.0, 190.0, 30.0)


def whole(message):
    return f"^{re.escape(message)}$"


def having(array, index, value):
    changed = np.array(array, float)
    changed[index] = value
    return changed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"current": CURRENT[:500], "v": V[:500]}, "The recording lasts 50 ms, too short for a fit. Record at least 100 ms, better seconds."),
        (
            {"v": np.full(2000, -60.0) + CURRENT},
            "v never rises through -20 mV, so it shows no spikes. Pass spikes (ms), or the level that spikes rise through.",
        ),
        ({"spikes": []}, "The recording has no spikes. Use a stronger current, or a stretch in which the neuron fires."),
        ({"v": having(V, 12, np.nan)}, "v has nan at sample 12. Every sample must be a number: cut the stretch out or repair it."),
        (
            {"current": having(CURRENT, 7, np.inf)},
            "current has inf at sample 7. Every sample must be a number: cut the stretch out or repair it.",
        ),
        ({"v": V[:1999]}, "v has 1999 samples and current has 2000. Cut both to the same stretch, sampled at the same rate."),
        ({"v": V / 1000}, "v lies between -0.06 and 0.02 mV, which looks like volts. Convert it to mV: v * 1000."),
        ({"current": 300 * CURRENT}, "The current reaches 300 nA, which looks like pA. Convert it to nA: current / 1000."),
        ({"current": 1e-9 * CURRENT}, "The current reaches only 1e-09 nA, which looks like amperes. Convert it to nA: current * 1e9."),
        ({"current": ["1 mV"] * 2000}, "current must be a current in nA, got '1 mV', which is a voltage."),
        (
            {"current": np.ones(2000)},
            "The current is 1 nA throughout, which tells few parameters apart. Record with a current that changes.",
        ),
        ({"v": None}, "A fit needs something to fit. Pass v (mV), spikes (ms), or both."),
        ({"dt": None}, "An array does not say how far apart its samples are. Pass dt, such as dt=0.1 (ms)."),
        ({"dt": -1}, "dt must be > 0 ms and finite, got -1 ms. A common choice is 0.1 ms."),
        ({"spikes": [250.0]}, "A spike at 250 ms is outside the recording, 0 to 200 ms. Count times from its first sample, in ms."),
        ({"spikes": [50.0, 40.0]}, "spikes must ascend, one per sample at most, got 50 ms before 40 ms. Sort them and drop duplicates."),
        ({"spikes": [np.nan]}, "spikes must be a list of finite times in ms, got an array of shape (1,). Choose one neuron."),
        (
            {"v": np.stack([V, V], axis=1)},
            "v must be one number per sample, got an array of shape (2000, 2). Choose one neuron and one sweep.",
        ),
    ],
)
def test_a_bad_recording_is_met_with_one_sentence_and_what_to_do(arguments, message):
    given = {"current": CURRENT, "v": V, "dt": 0.1, **arguments}
    with pytest.raises(ValueError, match=whole(message)):
        hk.fit(hk.cells.LIF(), given.pop("current"), given.pop("v"), **given)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"free": ["thr"]}, "LIF has no parameter 'thr'; it is called v_th here."),
        ({"free": "tau_m"}, "free must be a list of names or ranges by name, got 'tau_m'. Write free=['tau_m']."),
        (
            {"free": []},
            "free names no parameter. Name some of tau_m, r_m, v_rest, v_reset, v_th, t_ref, tau_theta, theta_plus, i_e, or leave it out.",
        ),
        (
            {"free": ["theta_plus"]},
            "LIF.theta_plus is 0 mV, which does not say where to look. Give a range: free={'theta_plus': (low, high)}.",
        ),
        ({"free": {"tau_m": (30, 20)}}, "LIF.tau_m needs a range from low to high, got 30 ms to 20 ms."),
        ({"free": {"tau_m": (-1, 20)}}, "LIF.tau_m must be > 0 ms, got -1 ms."),
        ({"free": {"tau_m": 20}}, "LIF.tau_m needs a range (low, high) or None to look for it, got 20."),
        ({"free": {"tau_m": ("1 mV", 20)}}, "LIF.tau_m must be a time in ms, got '1 mV', which is a voltage."),
        ({"free": ["tau_theta"]}, "tau_theta has no effect on this cell. Choose others to be free."),
        ({"hold_out": 1.5}, "hold_out must be a share between 0 and 1, got 1.5. A quarter is usual: hold_out=0.25."),
        ({"hold_out": 0.7}, "Only 2 of the 6 spikes are in the part to fit, and a fit needs 3. Record longer."),
        (
            {"hold_out": 0.1},
            "The last 10 % of the recording, which are held out, have no spike to predict. Choose a larger hold_out.",
        ),
        (
            {"spike_shape": (30, 30)},
            "No potential is left between spikes when 30 ms before and 30 ms after each are left out. Shorten spike_shape.",
        ),
        ({"spike_shape": (-1, 3)}, "spike_shape must be two times ≥ 0 ms, before and after a spike, got (-1, 3)."),
        ({"precision": 0}, "precision must be > 0 ms, got 0 ms. The INCF competition used 4 ms."),
        ({"members": 3}, "members must be a whole number from 8 to 65536, got 3."),
        ({"key": -1}, "key must be a whole number from 0 to 2**64 - 1, got -1."),
    ],
)
def test_a_fit_that_cannot_be_is_refused_before_it_starts(monkeypatch, options, message):
    monkeypatch.setattr("hillock._fit._fit.search", None)  # no work
    with pytest.raises(ValueError, match=whole(message)):
        hk.fit(hk.cells.LIF(), CURRENT, V + 0.1 * CURRENT, **{"dt": 0.1, **options})


def test_a_recording_whose_derivatives_do_not_fit_into_memory_is_refused(monkeypatch):
    monkeypatch.setattr("hillock._fit._fit.physical_memory", lambda: 1e6)
    message = "To fit 7 parameters to 2000 samples needs 0.000704 GB and this machine has 0.001 GB. Fit a shorter stretch, or fewer samples per ms."
    with pytest.raises(TargetError, match=whole(message)):
        hk.fit(hk.cells.LIF(), CURRENT, V + 0.1 * CURRENT, dt=0.1)


def test_only_one_neuron_of_a_cell_is_fitted():
    with pytest.raises(TypeError, match=r"^cell must be a cell such as hillock\.cells\.LIF\(\), got 'LIF'\.$"):
        hk.fit("LIF", CURRENT, V, dt=0.1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^fit looks for one neuron, but the parameters of the cell describe several\. Give one value for each\.$"):
        hk.fit(hk.cells.LIF(tau_m=[10, 20]), CURRENT, V, dt=0.1)


def test_a_target_is_all_there_is():
    target = hk.Target.from_arrays(CURRENT, V, dt=0.1)
    with pytest.raises(TargetError, match=r"^A Target holds everything that is fitted\. Leave dt out\.$"):
        hk.fit(hk.cells.LIF(), target, dt=0.1)


def test_samples_bring_their_own_dt():
    target = hk.Target.from_arrays(hk.stimuli.Samples(CURRENT, dt=0.1), V)
    assert target.dt == 0.1
    with pytest.raises(TargetError, match=r"^Samples bring their own dt = 0\.1 ms\. Leave dt out\.$"):
        hk.Target.from_arrays(hk.stimuli.Samples(CURRENT, dt=0.1), V, dt=0.1)


def test_a_simulation_without_its_input_cannot_be_fitted():
    rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=200, dt=0.1, record=["v"])
    with pytest.raises(
        TargetError, match=r"^A fit needs the input in every step of the recording\. Pass record=\['i', 'v'\] and every=1 to simulate\.$"
    ):
        hk.Target.from_recording(rec)


def test_arrays_and_text_may_come_in_other_units():
    pint = pytest.importorskip("pint", reason="quantities are optional")
    units = pint.UnitRegistry()
    target = hk.Target.from_arrays(CURRENT * 1000 * units.pA, V / 1000 * units.V, dt="100 us")
    np.testing.assert_allclose(target.current, CURRENT)
    assert target.v is not None
    np.testing.assert_allclose(target.v, V)
    assert target.dt == pytest.approx(0.1)


def written(path, head, *columns):
    path.write_text(f"{head}\n" + "".join(",".join(map(str, row)) + "\n" for row in zip(*columns, strict=True)))
    return path


def test_a_csv_file_has_times_current_potential_and_spikes(tmp_path):
    marks = np.zeros(2000, int)
    marks[np.rint(SPIKES / 0.1).astype(int)] = 1
    path = written(tmp_path / "a.csv", "t,i,v,spike", np.arange(2000) / 10000, CURRENT * 1000, V / 1000, marks)
    target = hk.Target.read(path, units=("s", "pA", "V"))
    assert target.dt == pytest.approx(0.1)
    assert target.v is not None
    np.testing.assert_allclose(target.current, CURRENT, atol=1e-12)
    np.testing.assert_allclose(target.v, V, atol=1e-12)
    np.testing.assert_allclose(target.spikes, SPIKES)


def test_a_csv_file_without_marks_shows_its_spikes(tmp_path):
    path = written(tmp_path / "a.csv", "I_inj,Vm", CURRENT, V)
    target = hk.Target.read(path, current="I_inj", v="Vm", dt=0.1)
    np.testing.assert_allclose(target.spikes, SPIKES)


def test_an_npz_file_is_read_too(tmp_path):
    np.savez(tmp_path / "a.npz", i=CURRENT, v=V)
    target = hk.Target.read(tmp_path / "a.npz", dt=0.1, spikes=[1.0, 2.0])
    assert target.spikes.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("head", "options", "message"),
    [
        ("x,v", {"dt": 0.1}, "{path} has no column 'i'. It has x, v."),
        ("i,v", {}, "{path} has no column 't' with times. Say how far apart the samples are, such as dt=0.1, or name it: time='...'."),
        ("i,spike", {"dt": 0.1}, "{path}, column 'spike', must be 1 where the neuron fires and 0 elsewhere, got -60. Mark each spike in one sample."),
        ("i,v", {"dt": 0.1, "spikes": 0}, "In {path} spikes are a column. Pass its name, or spike times in ms."),
    ],
)
def test_a_file_that_is_not_as_described_is_refused(tmp_path, head, options, message):
    path = written(tmp_path / "a.csv", head, CURRENT, V)
    with pytest.raises(FileError, match=whole(message.format(path=path))):
        hk.Target.read(path, **options)


def test_what_is_no_file_is_refused(tmp_path):
    for name in ("a.csv", "a.nwb"):
        with pytest.raises(FileError, match=r"^There is no file .*a\.(csv|nwb)\.$"):
            hk.Target.read(tmp_path / name)
