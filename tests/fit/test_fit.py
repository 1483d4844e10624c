"""Parameters that are known are found again in noisy recordings, and what cannot be known is said."""

import re
from dataclasses import replace

import numpy as np
import pytest

import hillock as hk
from hillock._fit._forced import forcing
from hillock._fit._refine import Problem
from hillock._fit._score import between_spikes
from hillock._fit._space import Axis, Space
from tests.fit.recorded import LIF, recorded

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lif():
    rec, target = recorded(hk.cells.LIF(**LIF), 0.12, 0.1)
    return rec, hk.fit(hk.cells.LIF(), target)


@pytest.fixture(scope="module")
def adex():
    true = hk.cells.AdEx(c_m=0.2, g_l=0.01, v_rest=-65, v_t=-50, delta_t=1.5, tau_w=100, a=0.001, b=0.03, v_reset=-58)
    _, target = recorded(true, 0.3, 0.3, duration=2000, dt=0.2, key=3)
    return hk.fit(hk.cells.AdEx(), target, generations=100)


@pytest.fixture(scope="module")
def spikes_only():
    rec, _ = recorded(hk.cells.LIF(**LIF), 0.12, 0.1, dt=0.2)
    target = hk.Target.from_arrays(rec["i"][:, 0], spikes=rec.times(), dt=0.2)
    return hk.fit(hk.cells.LIF(), target, generations=60)


@pytest.mark.parametrize("name", LIF)
def test_two_seconds_of_a_noisy_lif_give_its_parameters_within_5_percent(lif, name):
    # of voltages, 5 % of the distance from rest to threshold, which is what they mean to the cell
    size = LIF["v_th"] - LIF["v_rest"] if name.startswith("v_") else LIF[name]
    assert abs(getattr(lif[1].cell, name) - LIF[name]) < 0.05 * size


def test_errors_are_as_large_as_they_say(lif):
    # five standard errors: 1 in 300 000 would fail by chance if errors are Gaussian and their size is right
    for name, found in lif[1].parameters.items():
        assert abs(found.value - LIF[name]) < 5 * found.error
        assert found.error < 0.01 * abs(found.value)  # 15 000 samples of noise that is a twentieth of the range


def test_a_lif_predicts_spikes_that_were_held_out(lif):
    rec, found = lif
    assert found.coincidence_held_out > 0.95
    # all but the noise is explained: 1 mV² against the variance of the potential between spikes
    between = between_spikes(found.target, (1.0, 4.0))
    assert between is not None
    held_out = between.v[15000:][between.counts[15000:]]
    assert found.explained_held_out == pytest.approx(1 - 1 / np.var(held_out), abs=0.01)
    assert found.recording.steps == rec.steps


def test_a_parameter_without_effect_stays_and_is_named(lif):
    assert lif[1].idle == ("tau_theta",)
    assert lif[1].cell.tau_theta == hk.cells.LIF().tau_theta
    assert "  tau_theta: it has no effect on this cell." in lif[1].table().splitlines()


def test_an_adex_predicts_spikes_that_were_held_out(adex):
    assert adex.coincidence_held_out >= 0.8
    assert adex.explained_held_out > 0.9


def test_where_an_adex_cuts_its_spikes_is_not_determined(adex):
    # near the cut the potential rises by more than 50 mV in a thousandth of a ms
    assert adex.parameters["v_th"].note == "not determined"
    assert adex.parameters["v_th"].error == np.inf
    assert [name for name, found in adex.parameters.items() if found.note] == ["v_th"]
    assert [sentence for sentence in adex.undetermined if sentence.startswith("v_th: any value from ")] == list(adex.undetermined)


def test_spikes_alone_leave_two_combinations_of_voltages_open(spikes_only):
    # the equations of a LIF stay the same if all potentials are shifted, or if they and r_m are stretched
    found = spikes_only
    assert len(found.undetermined) == 2
    names = {name for sentence in found.undetermined for name in re.findall(r"[a-z]+_[a-z]+", sentence)}
    assert names == {"v_rest", "v_reset", "v_th", "r_m"}
    assert {name for name, one in found.parameters.items() if one.note == "not determined"} == names


def test_spikes_alone_give_what_does_not_depend_on_the_scale_of_voltages(spikes_only):
    found = spikes_only.cell
    drive = (LIF["v_th"] - LIF["v_rest"]) / LIF["r_m"]  # the rheobase, nA
    assert found.tau_m == pytest.approx(LIF["tau_m"], rel=0.05)
    assert (found.v_th - found.v_rest) / found.r_m == pytest.approx(drive, rel=0.05)
    assert spikes_only.coincidence_held_out > 0.9
    assert spikes_only.explained is spikes_only.explained_held_out is None


def test_the_same_key_gives_the_same_fit():
    _, target = recorded(hk.cells.LIF(**LIF), 0.12, 0.1, duration=600, dt=0.2)
    found = [hk.fit(hk.cells.LIF(**LIF), target, free=["tau_m", "v_th"], members=16, generations=5, key=key) for key in (3, 3)]
    assert found[0].parameters == found[1].parameters
    assert found[0].provenance["fit"]["key"] == 3


def test_parameters_that_are_not_free_stay_and_ranges_are_kept():
    _, target = recorded(hk.cells.LIF(**LIF), 0.12, 0.1, duration=600, dt=0.2)
    found = hk.fit(hk.cells.LIF(**LIF), target, free={"tau_m": ("20 ms", 30), "v_th": None}, members=16, generations=10)
    assert {name for name in LIF if getattr(found.cell, name) != LIF[name]} == {"tau_m", "v_th"}
    assert found.cell.tau_m == pytest.approx(20)  # the nearest to 13
    assert found.parameters["tau_m"].note == "at the end of its range"


def test_derivatives_are_those_of_the_residuals():
    """Gradients of the sum of squares agree with differences; steps of 1e-5 of the range change no event."""
    _, target = recorded(hk.cells.LIF(**LIF), 0.12, 0.1, duration=300, dt=0.1)
    axes = (Axis("tau_m", "ms", 5, 50, True, 0.0), Axis("r_m", "MΩ", 50, 500, True, 0.0), Axis("v_th", "mV", -60, -40, False, 0.0))
    cell = hk.cells.LIF(**LIF)
    recording = forcing(target, between_spikes(target, (1, 4)), 0, len(target.current))
    problem = Problem(Space(axes), cell, target.dt, recording, Space(axes).places(cell))
    place = problem.start + 0.01
    for kind in ("potential", "timing"):
        gradient = getattr(problem.at(place), kind).gradient
        for k, step in enumerate(1e-5 * np.eye(3)):
            above, below = (float(getattr(problem.at(place + way * step), kind).cost) for way in (1, -1))
            assert 2 * gradient[k] == pytest.approx((above - below) / 2e-5, rel=1e-3, abs=1e-3)


def test_a_model_that_is_right_makes_no_residuals():
    """Forced to fire when it fired itself, a cell has its own potential, and crosses the threshold in the steps in which it did."""
    rec, _ = recorded(hk.cells.LIF(**LIF), 0.12, 0.1, duration=300)
    target = hk.Target.from_recording(rec)
    space = Space((Axis("tau_m", "ms", 5, 50, True, 0.0),))
    recording = forcing(target, between_spikes(target, (1, 4)), 0, rec.steps)
    cell = hk.cells.LIF(**LIF)
    point = Problem(space, cell, rec.dt, recording, space.places(cell)).at(space.places(cell))
    assert np.abs(point.potential.residuals).max() < 1e-3  # the recording is in single precision
    assert point.timing.n == len(rec.spike_steps)
    # a rounding of the potential, 1e-5 mV, moves a crossing at 0.01 mV/ms by 1e-3 ms
    assert np.abs(point.timing.residuals).max() <= rec.dt / 2 + 1e-3


def test_an_array_with_a_spike_shape_shows_its_own_spikes():
    v = np.full(2000, -60.0)
    v[[500, 1200]] = 30.0
    target = hk.Target.from_arrays(np.linspace(0, 1, 2000), v, dt="0.1 ms")
    assert target.spikes.tolist() == [50.0, 120.0]
    assert target.spike_steps.tolist() == [499, 1199]  # sample k is at the end of step k - 1


def test_a_recording_knows_that_its_rows_are_at_the_ends_of_steps():
    rec, target = recorded(hk.cells.LIF(**LIF), 0.12, 0.1, duration=300)
    assert target.spike_steps.tolist() == rec.spike_steps.tolist()
    assert replace(target, stamp=0).spike_steps.tolist() == rec.spike_steps.tolist()
