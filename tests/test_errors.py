"""The errors that a run reports are those against the closed form of a leaky cell, whatever the dialect and dt."""

import re

import jax
import numpy as np
import pytest

import hillock as hk
from hillock._errors._pairing import pair
from hillock.dialects import nest, rockpool, spikingjelly
from hillock.stimuli import Constant

pytestmark = pytest.mark.slow

silent = pytest.mark.filterwarnings("ignore:.*below the rheobase:hillock.Doubt")

TAU, REST, THRESHOLD, T_REF = 20.0, -65.0, -50.0, 2.0  # the defaults of LIF, with r_m = 100 MΩ


def true_times(current, duration, t_ref=T_REF):
    """Return when the cell fires: v reaches THRESHOLD from REST after TAU ln(d / (d - 15)), d = 100 i, and rests for t_ref."""
    rise = TAU * np.log(100 * current / (100 * current - (THRESHOLD - REST)))
    times = rise + (rise + t_ref) * np.arange(int(duration / rise) + 1)
    return times[times < duration]


def true_v(current, t, times, t_ref=T_REF):
    """Return the potential at some times: on its way from REST since the last spike, or held there."""
    fired = np.searchsorted(times, t, side="right")
    began = np.where(fired > 0, times[np.maximum(fired - 1, 0)] + t_ref, 0.0)
    return REST + 100 * current * -np.expm1(-np.maximum(t - began, 0.0) / TAU)


def checked(model, stimulus, **options):
    """Return a recording and its errors."""
    rec = hk.simulate(model, stimulus, check="exact", **options)
    assert rec.errors is not None
    return rec, rec.errors


@pytest.mark.parametrize("dt", [0.5, 0.1, 0.02])
@pytest.mark.parametrize("dialect", ["hillock", "brian2", "nest", "ngclearn"])
def test_spike_times_are_off_by_what_the_closed_form_says(dialect, dt):
    rec, errors = checked(hk.cells.LIF(), Constant(0.27), duration=190, dt=dt, dialect=dialect)
    truth = true_times(0.27, 190)
    pairs = min(len(truth), len(rec.times()))
    lags = np.abs(rec.times()[:pairs] - truth[:pairs])  # spikes of a periodic cell are paired in order, however late they are
    assert errors.method == "exact"
    assert (errors.matched.sum(), errors.missed.sum(), errors.extra.sum()) == (pairs, len(truth) - pairs, len(rec.times()) - pairs)
    assert errors.spike_time_largest == pytest.approx(lags.max(), rel=1e-6)  # 0.05 is promised
    assert errors.spike_time_mean == pytest.approx(lags.mean(), rel=1e-6)
    assert errors.rate == pytest.approx((len(rec.times()) - len(truth)) / 0.19)


@pytest.mark.parametrize("dt", [0.5, 0.1])
@pytest.mark.parametrize("dialect", ["hillock", "ngclearn"])
def test_the_potential_is_off_by_what_the_closed_form_says(dialect, dt):
    rec, errors = checked(hk.cells.LIF(), Constant(0.27), duration=150, dt=dt, dialect=dialect, record=["v"])
    truth, t = true_times(0.27, 150), np.round(rec.t, 9)
    both = np.searchsorted(rec.times(), t, side="right") == np.searchsorted(truth, t, side="right")
    off = np.abs(rec["v"][:, 0] - true_v(0.27, t, truth))[both & (t > 0)]
    assert both.mean() > 0.9
    assert errors.v_largest == pytest.approx(off.max(), rel=1e-4)  # single precision: 4e-6 mV of about 1; 0.05 is promised


def test_a_dialect_that_shows_the_spike_is_not_blamed_for_it():
    """Where a recorder sees the potential before the reset, it is 15 mV above the potential after it, at the spike itself."""
    cell = hk.cells.LIF(t_ref=0)
    _, errors = checked(cell, Constant(0.27), duration=60, dt=0.1, dialect="brian2", record=["v"])
    slope = (27 - 0) / TAU  # mV/ms, the steepest
    assert errors.v_largest < slope * (errors.spike_time_largest + 0.1 + 0.1)  # Euler's own error is below slope · dt


@silent
def test_neurons_have_errors_of_their_own():
    currents = [0.2, 0.1, 0.31]  # the second is below the rheobase
    _, together = checked(hk.cells.LIF(), Constant(currents), duration=100, dt=0.2, record=["v"], of=[0, 2])
    alone = [checked(hk.cells.LIF(), Constant(i), duration=100, dt=0.2)[1] for i in currents]
    np.testing.assert_allclose(together.largest, [e.spike_time_largest for e in alone])
    np.testing.assert_array_equal(together.matched, [e.matched[0] for e in alone])
    np.testing.assert_allclose(together.v, [alone[0].v_largest, np.nan, alone[2].v_largest], rtol=1e-5)
    assert np.isnan(together.largest[1])  # silent, and rightly so
    assert together.spike_time_mean == pytest.approx(sum(e.mean[0] * e.matched[0] for e in (alone[0], alone[2])) / together.matched.sum())


def test_a_step_too_long_misses_spikes():
    """At 10 nA the interval is 20 ln(1000/985) = 0.3023 ms: 33 in 10 ms, of which a step of 1 ms can show one in each step."""
    with pytest.warns(hk.Doubt, match="a step holds one spike"):
        _, errors = checked(hk.cells.LIF(t_ref=0), Constant(10.0), duration=10, dt=1.0)
    assert len(true_times(10.0, 10, 0.0)) == 33
    assert (errors.matched[0], errors.missed[0], errors.extra[0]) == (10, 23, 0)
    assert errors.rate == pytest.approx(-2300)


def test_an_unstable_step_fires_extra_spikes():
    """At 0.12 nA v goes to -53 mV, below threshold; an Euler step of 1.5 tau_m lands at -65 + 1.5 · 12 = -47 mV, above it."""
    with pytest.warns(hk.Doubt):
        _, errors = checked(hk.cells.LIF(t_ref=0), Constant(0.12), duration=300, dt=30, integrator=hk.integrators.Euler())
    assert (errors.matched[0], errors.missed[0], errors.extra[0]) == (0, 0, 10)
    assert np.isnan(errors.spike_time_largest)
    assert "spike times" not in str(errors)


def test_spikes_late_by_more_than_half_an_interval_are_still_the_same_spikes():
    """With dt = 1 ms every interval is 16 ms instead of 20 ln 2 + 2 = 15.863: after 70 of them a spike is nearer to the next one."""
    rec, errors = checked(hk.cells.LIF(), Constant(0.3), duration=1200, dt=1.0)
    lags = rec.times() - true_times(0.3, 1200)[: len(rec.times())]
    assert lags.max() > 8.0
    assert errors.spike_time_largest == pytest.approx(lags.max())
    assert (errors.matched[0], errors.extra[0]) == (len(rec.times()), 0)


@pytest.mark.parametrize(
    ("truth", "ours", "pairs"),
    [
        ([10, 20, 30], [10.2, 30.4], [(0, 0), (2, 1)]),
        ([10, 30], [10.2, 20, 30.4], [(0, 0), (1, 2)]),
        ([10, 15, 20, 500, 505], [11, 17, 23, 500.1, 505.1], [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]),
        ([], [1.0], []),
        ([1.0], [], []),
    ],
    ids=["missed", "extra", "bursts", "silent", "nothing"],
)
def test_spikes_that_belong_together_are_paired(truth, ours, pairs):
    first, second = pair(np.array(truth, float), np.array(ours, float))
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == pairs


@pytest.mark.parametrize(("current", "dt"), [(1.5, 0.1), (1.5, 1.0), (1.3, 0.5)])
def test_where_equations_are_not_all_halving_tells_the_error(current, dt):
    """SLIF's neurons notice each other at the end of a step; alone, with rho_b = 0, it fires every 20 ln(i / (i - 1)) ms."""
    rec, errors = checked(hk.cells.SLIF(), Constant(current), duration=200, dt=dt)
    lags = rec.times() - 20 * np.log(current / (current - 1)) * np.arange(1, len(rec.times()) + 1)
    assert errors.method == "halving"
    # An interval on the grid of dt/256 is at most dt/256 too long: after n of them n·dt/256, here below a twentieth of the error.
    assert errors.spike_time_largest == pytest.approx(lags.max(), rel=0.05)
    assert errors.spike_time_mean == pytest.approx(lags.mean(), rel=0.05)


def test_halving_tells_the_error_of_a_replica():
    """NEST's neuron fires every t_ref + tau ln(i R / (i R - 15)) ms, is felt one step late and stamped at the end of its step."""
    neuron = nest.iaf_psc_delta()
    rec, errors = checked(neuron, Constant(0.5), duration=200, dt=0.1)
    resistance = neuron.tau_m / neuron.C_m * 1000  # MΩ, of ms and pF
    rise = neuron.tau_m * np.log(0.5 * resistance / (0.5 * resistance - (neuron.V_th - neuron.E_L)))
    reset = neuron.tau_m * np.log((0.5 * resistance - (neuron.V_reset - neuron.E_L)) / (0.5 * resistance - (neuron.V_th - neuron.E_L)))
    truth = rise + (reset + neuron.t_ref) * np.arange(len(rec.times()))
    assert errors.spike_time_largest == pytest.approx(np.abs(rec.times() - truth).max(), rel=0.05)


@silent
def test_the_error_of_euler_is_seen_though_no_spike_is_fired():
    """Euler's v after n steps is -65 + d (1 - (1 - dt/tau)ⁿ), d = 10 mV; the error is largest near t = tau, about d dt/(2 tau e)."""
    euler = hk.integrators.Euler()
    _, errors = checked(hk.cells.LIF(), Constant(0.1), duration=100, dt=0.5, integrator=euler, dtype="float64")
    n = np.arange(1, 201)
    off = 10 * np.abs((1 - 0.5 / TAU) ** n - np.exp(-0.5 * n / TAU))
    assert errors.v_largest == pytest.approx(off.max(), rel=1e-6)


def test_noise_is_the_same_for_the_run_and_its_solution():
    """A subthreshold exact flow under noise that is held in each step has no error but that of rounding."""
    noise = hk.stimuli.OrnsteinUhlenbeck(mean=0.05, std=0.01, tau=5)
    _, errors = checked(hk.cells.LIF(), noise, duration=100, dt=0.1, key=3, dtype="float64")
    assert errors.v_largest < 1e-9


def test_checking_changes_nothing_else(tmp_path):
    def run(**more):
        return hk.simulate(hk.cells.LIF(), Constant(0.3), duration=80, dt=0.1, record=["i"], **more)

    plain, rec = run(), run(check="exact")
    np.testing.assert_array_equal(plain.spike_times, rec.spike_times)
    assert (plain.errors, list(rec.traces), dict(rec.units)) == (None, ["i"], {"i": "nA"})
    rec.save(tmp_path / "rec.npz")
    assert rec.errors is not None
    assert hk.load(tmp_path / "rec.npz").provenance["errors"] == rec.errors.plain()
    assert rec.errors.plain()["matched"] == 5


def refusal(model, stimulus, **options):
    with pytest.raises(ValueError, match=r"check|exact") as caught:
        hk.simulate(model, stimulus, **{"duration": 50, "dt": 0.5, "check": "exact", **options})
    return str(caught.value)


def test_what_has_no_error_to_tell_is_refused():
    lif, constant = hk.cells.LIF(), Constant(0.3)
    assert refusal(lif, constant, check="halving") == "There is no check 'halving'. Use check='exact', or leave it out."
    assert refusal(lif, constant, engine="exact") == "The engine exact is what a run is checked against. Leave check out, or choose another engine."
    end = hk.simulate(lif, constant, duration=50, dt=0.5).end
    assert refusal(lif, constant, start=end) == "check solves a run from its beginning, and start continues another. Leave one of them out."
    with pytest.raises(ValueError, match=re.escape("check compares spikes, whose number is not known inside jit, grad or vmap. Leave it out there.")):
        jax.jit(lambda i: hk.simulate(lif, Constant(i), duration=5, dt=0.5, check="exact", record=["v"])["v"])(0.3)


def test_a_model_that_halving_changes_is_refused():
    noise = hk.stimuli.OrnsteinUhlenbeck(mean=1.5, std=0.1, tau=5)
    assert refusal(spikingjelly.LIFNode(), Constant(1.5)) == (
        "check cannot tell the error of LIFNode: its rule is the same at every dt, so that another dt is another model. Leave check out."
    )
    assert refusal(hk.cells.SLIF(), noise, key=1) == (
        "check cannot tell the error of SLIF on OrnsteinUhlenbeck: it halves dt, and OrnsteinUhlenbeck draws other random numbers at another dt. "
        "Leave check out, or use GaussianNoise, which draws the same."
    )
    assert refusal(rockpool.LIF(), Constant(1.5), dt=1.0) == (
        "check cannot tell the error of LIF: its result goes on changing when dt is halved from 1 ms, so its rule has no solution to be measured by. "
        "Leave check out, or check a cell of hillock.cells."
    )


def test_noise_that_lasts_is_the_same_at_another_dt():
    noise = hk.stimuli.GaussianNoise(mean=1.5, std=0.1, interval=1.0)
    _, errors = checked(hk.cells.SLIF(), noise, duration=100, dt=0.5, key=1)
    assert errors.matched[0] >= 3
    assert errors.spike_time_largest < 3 * 0.5  # the grid makes an interval up to dt longer, and what follows is the same input


def test_an_interrupted_check_leaves_the_recording(monkeypatch):
    def interrupted(self, carry, start, steps, into):
        raise KeyboardInterrupt

    monkeypatch.setattr("hillock.engines.exact._engine._Run.run", interrupted)
    with pytest.warns(UserWarning, match=re.escape("Interrupted while it was checked; the recording is whole, but without errors.")):
        rec = hk.simulate(hk.cells.LIF(), Constant(0.3), duration=50, dt=0.1, check="exact")
    assert (rec.complete, rec.errors, len(rec.times())) == (True, None, 3)


def test_a_solution_that_does_not_fit_into_memory_is_refused_before_the_run(monkeypatch):
    """10^7 steps with one row in a thousand are 40 kB, and a solution with every row 80 MB."""
    monkeypatch.setattr("hillock._memory.physical_memory", lambda: 6e7)
    assert refusal(hk.cells.LIF(), Constant(0.3), duration=1e6, dt=0.1, every=1000) == (
        "check solves the run with v at every step, which does not fit into memory. Pass of=[0] to compare fewer potentials, or check a shorter run."
    )
