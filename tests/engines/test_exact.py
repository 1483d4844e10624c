"""What the exact engine promises: every crossing found, near misses told, and times that depend on nothing but the neuron and its input."""

import re

import mpmath as mp
import numpy as np
import pytest

import hillock as hk
from hillock.stimuli import Constant, GaussianNoise, Poisson, Ramp, Sine, Step

pytestmark = pytest.mark.slow

B, OMEGA = 0.05, 0.25  # of ResonateAndFire's defaults, damping and frequency
ENGINE = "hillock.engines.exact._engine"


def exact(cell, stimulus, duration, dt, **options):
    return hk.simulate(cell, stimulus, **({"duration": duration, "dt": dt, "engine": "exact", "record": ["v"]} | options))


def crowd(count=8):
    """Return different neurons that fire several times each, with rests off the grid and inputs that bend off the grid."""
    spread = np.linspace(0.0, 1.0, count)
    cell = hk.cells.LIF(tau_m=10 + 13 * spread, t_ref=0.3 + 3.456 * spread, theta_plus=1.5 * spread, tau_theta=30.0, v_reset=-70 + 7 * spread)
    return cell, Sine(0.25, 7 + 60 * spread, offset=0.25) + Ramp(0.0, 0.3, start=3.33, stop=77.77) + GaussianNoise(0.0, 0.1, interval=5.0)


def run_crowd(dt=1.0, duration=120, **options):
    return exact(*crowd(), duration, dt, key=5, **options)


def grazes(rec):
    assert rec.grazing is not None
    return rec.grazing


def same(a, b):
    """Hold two recordings to the same bits."""
    for name in ("spike_steps", "spike_neurons", "offsets"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    np.testing.assert_array_equal(a["v"], b["v"])
    np.testing.assert_array_equal(grazes(a).times, grazes(b).times)


@pytest.mark.parametrize("dt", [0.25, 5.0])
def test_the_grid_has_no_say_in_when_a_neuron_fires(dt):
    some, other = run_crowd(1.0), run_crowd(dt)
    for k in range(8):
        assert len(some.times(k)) > 3
        np.testing.assert_allclose(other.times(k), some.times(k), rtol=0, atol=1e-11)
    np.testing.assert_allclose(other["v"][-1], some["v"][-1], rtol=0, atol=1e-10)


@pytest.mark.slow
def test_neither_the_length_of_a_chunk_nor_the_room_for_its_events_changes_a_bit(monkeypatch):
    whole = run_crowd()
    assert len(whole.spike_steps) > 24
    monkeypatch.setattr(f"{ENGINE}._CHUNK_STEPS", 50)
    monkeypatch.setattr(f"{ENGINE}._ROOM", 1)
    same(run_crowd(), whole)


def test_a_run_goes_on_where_another_ended_be_it_within_a_rest():
    whole, first = run_crowd(), run_crowd(duration=50)
    second = run_crowd(duration=70, start=first.end)
    np.testing.assert_array_equal(np.concatenate([first.spike_times, second.spike_times]), whole.spike_times)
    np.testing.assert_array_equal(np.concatenate([first["v"], second["v"]]), whole["v"])


def test_spikes_are_offsets_into_steps_in_the_order_of_time():
    rec = run_crowd(0.5)
    assert rec.offsets is not None
    assert ((rec.offsets >= 0) & (rec.offsets <= rec.dt)).all()
    np.testing.assert_array_equal(rec.spike_times, rec.spike_steps * rec.dt + rec.offsets)
    assert (np.diff(rec.spike_times) >= 0).all()
    assert rec.provenance["engine"] == "exact"


def jumps(step, noise=0.0, kick=0.0):
    return step + GaussianNoise(0.0, noise, interval=0.5) + Poisson(100.0, kick)


@pytest.mark.slow
def test_where_nothing_fires_the_grid_engine_with_its_exact_flow_has_the_same_potential():
    """A current that is held for every step is the same to both, drawn from the same numbers, and so is the linear flow under it."""
    cell, stimulus = hk.cells.LIF(v_th=0.0), jumps(Step(0.1, start=3.0), 0.05, 0.5)
    options = {"key": 3, "record": ["v", "i"], "duration": 60, "dt": 0.5}
    grid, rec = hk.simulate(cell, stimulus, dtype="float64", **options), hk.simulate(cell, stimulus, engine="exact", **options)
    assert np.ptp(rec["i"]) > 0.5
    np.testing.assert_allclose(rec["i"], grid["i"], rtol=0, atol=1e-15)
    np.testing.assert_allclose(rec["v"], grid["v"], rtol=0, atol=1e-11)


def peak():
    """Return time and height of the first maximum of ResonateAndFire under 1 nA from rest: v' = e^{-b t} sin(omega t), so at pi/omega."""
    return float(mp.pi / OMEGA), float(mp.mpf(OMEGA) / (mp.mpf(OMEGA) ** 2 + mp.mpf(B) ** 2) * (1 + mp.exp(-mp.mpf(B) * mp.pi / OMEGA)))


def potential(t):
    z = (1 - mp.exp((-B + 1j * OMEGA) * t)) / (B - 1j * OMEGA)
    return z.imag


def test_a_crossing_between_two_points_of_the_grid_is_not_missed():
    """10⁻⁵ below its maximum the potential is above threshold for 0.025 ms around 12.566 ms: between 12.5 and 12.6 ms."""
    at, height = peak()
    cell = hk.cells.ResonateAndFire(v_th=np.array([height - 1e-5, 9.0, 9.0, 9.0]))
    crossing = mp.findroot(lambda t: potential(t) - mp.mpf(height - 1e-5), (at - 0.05, at), solver="anderson", tol=1e-20)
    assert 0.01 < at - crossing < 0.015
    for dt in (0.1, 1.5):
        rec = exact(cell, Constant(1.0), 15, dt)
        # rounding of v by some 10⁻¹⁵, where it rises by 0.0016 per ms
        np.testing.assert_allclose(rec.spike_times, [float(crossing)], rtol=0, atol=1e-11)
        assert len(grazes(rec).times) == 0
    assert len(hk.simulate(cell, Constant(1.0), duration=15, dt=0.1, dtype="float64").spike_times) == 0
    np.testing.assert_allclose(hk.simulate(cell, Constant(1.0), duration=15, dt=0.001, dtype="float64").spike_times, [float(crossing)], atol=1e-3)


@pytest.mark.parametrize("dt", [0.1, 5.0])
def test_a_maximum_next_to_the_threshold_is_flagged_on_either_side(dt):
    at, height = peak()
    rec = exact(hk.cells.ResonateAndFire(v_th=height + np.array([1e-9, -1e-9, 1e-3, -1e-3])), Constant(1.0), 15, dt)
    np.testing.assert_array_equal(rec.counts(), [0, 1, 0, 1])
    order = np.argsort(grazes(rec).neurons)
    np.testing.assert_array_equal(grazes(rec).neurons[order], [0, 1])
    np.testing.assert_allclose(grazes(rec).excess[order], [-1e-9, 1e-9], rtol=0.01)
    np.testing.assert_allclose(grazes(rec).times[order], at, rtol=0, atol=2e-4)  # 10⁻⁹ = 0.13 t²/2, for a spike before its maximum


def test_how_near_is_near_is_for_the_user_to_say():
    at, height = peak()
    wide = hk.engines.Exact(grazing=1e-2)
    rec = exact(hk.cells.ResonateAndFire(v_th=height + np.array([1e-3, 0.1])), Constant(1.0), 15, 1.0, engine=wide)
    np.testing.assert_array_equal(grazes(rec).neurons, [0])
    assert grazes(rec).excess[0] == pytest.approx(-1e-3, rel=1e-9)
    assert grazes(rec).times[0] == pytest.approx(at, abs=1e-6)  # the top is flat: rounding of v' moves it


def test_a_maximum_where_the_current_jumps_is_flagged_too():
    """The potential turns at 10 ms, where the current is switched off, 10⁻⁷ mV below the threshold."""
    top = -65 + 20 * (1 - np.exp(-0.5))
    rec = exact(hk.cells.LIF(v_th=top + 1e-7), jumps(Step(0.2, stop=10.0)), 20, 0.5, key=0, record=["v", "i"])
    assert len(rec.spike_times) == 0
    np.testing.assert_allclose(grazes(rec).times, [10.0], rtol=1e-12)
    np.testing.assert_allclose(grazes(rec).excess, [-1e-7], rtol=1e-4)


@pytest.mark.slow
def test_several_spikes_within_a_step_are_all_there_but_cannot_be_a_train():
    fast, slow = (exact(hk.cells.LIF(t_ref=0.7), Constant(1.0), 100, dt) for dt in (1.0, 50.0))
    assert len(slow.spike_times) > 20
    np.testing.assert_allclose(slow.spike_times, fast.spike_times, rtol=0, atol=1e-11)
    sentence = "A neuron fired twice within one step of 50 ms, which spike_train cannot show. Use times(neuron)."
    with pytest.raises(hk.recording.RecordingError, match=re.escape(sentence)):
        slow.spike_train  # noqa: B018


@pytest.mark.parametrize("t_ref", [0.0, 0.05, 0.1, 1.2345, 7.0, 19.99])
def test_a_rest_lasts_for_its_time_and_the_potential_is_held_until_it_is_over(t_ref):
    """20 ms · ln 4 is from v_reset = v_rest to 15 mV of 20 mV; t_ref = 1.2345 ms is off the grid of 0.5 ms."""
    rec = exact(hk.cells.LIF(t_ref=t_ref), Constant(0.2), 120, 0.5, record=["v"])
    expected = 20 * np.log(4) + np.arange(10) * (20 * np.log(4) + t_ref)
    np.testing.assert_allclose(rec.spike_times, expected[expected < 120], rtol=1e-12)
    since = rec.t[:, None] - rec.spike_times[None, :]
    resting = ((since >= 0) & (since < t_ref)).any(axis=1)
    assert (rec["v"][resting, 0] == -65).all()
    assert (rec["v"][~resting, 0] > -65).all()


@pytest.mark.parametrize("dialect", ["bindsnet", pytest.param("ngclearn", marks=pytest.mark.exhaustive)])
def test_where_only_the_input_is_masked_the_potential_leaks_during_the_rest(dialect):
    """From -75 mV it decays towards -65 mV for t_ref, then under 30 mV from there to 15 mV: tau ln((30 + 10 e^{-t_ref/tau})/15)."""
    rec = exact(hk.cells.LIF(v_reset=-75.0, t_ref=3.21), Constant(0.3), 90, 1.0, dialect=dialect)
    intervals = 3.21 + 20 * np.log((30 + 10 * np.exp(-3.21 / 20)) / 15)
    assert len(rec.spike_times) == 4
    np.testing.assert_allclose(rec.spike_times[0], 20 * np.log(2), rtol=1e-12)
    np.testing.assert_allclose(np.diff(rec.spike_times), intervals, rtol=1e-12)
