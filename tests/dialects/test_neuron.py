"""NEURON's artificial cells, spike for spike, from event to event."""

import functools
import re

import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from hillock.dialects import neuron
from hillock.stimuli import Impulses
from tests.dialects.golden import Case, cases, each

pytestmark = pytest.mark.slow

TO_ROUNDING = each("neuron", "IntFire1", "IntFire2")
TO_TOLERANCE = each("neuron", "IntFire4")
GENERIC = each("neuron", "IntFire1")

# NEURON stops Newton's method, which doubles digits, at a change of 10⁻⁶ of exp(-t/taum): what is left is some 10⁻¹² of taum = 10 ms.
ROUNDING = {"IntFire1": 1e-15, "IntFire2": 1e-10}


def run(cell, events, *, duration, dt, engine="exact", **options):
    return hk.simulate(cell, events, duration=duration, dt=dt, dialect="neuron", engine=engine, **options)


def events(case: Case) -> Impulses:
    return Impulses(case["spike_in_weights"], times=case["spike_in_times"])


@functools.cache
def repeated(name: str):
    """Return our recording of a recorded case, whose samples lie halfway between points of its grid."""
    case = next(case for case in cases("neuron") if case.name == name)
    cell = getattr(neuron, case.model)(**case.params)
    return run(cell, events(case), duration=case.steps * case.dt, dt=case.dt / 2, record=["v"])


def sampled(rec):
    return rec.t[::2], rec["v"][::2, 0]


def rests(case: Case):
    """Return which samples lie within the refractory time of a spike, and for how long it has lasted (ms)."""
    t, spikes = case["t"], case["spike_times"]
    since = t - np.concatenate([[-np.inf], spikes])[np.searchsorted(spikes, t, side="right")]
    return since < case.params.get("refrac", 0.0), since


@TO_ROUNDING
def test_a_cell_fires_when_neurons_does(case):
    np.testing.assert_allclose(repeated(case.name).spike_times, case["spike_times"], rtol=0, atol=ROUNDING[case.model])


@TO_ROUNDING
def test_a_cell_repeats_neurons_potential_between_spikes(case):
    t, v = sampled(repeated(case.name))
    free = ~rests(case)[0]
    np.testing.assert_allclose(t, case["t"], rtol=1e-15)
    np.testing.assert_allclose(v[free], case["v"][free], rtol=0, atol=ROUNDING[case.model])


@GENERIC
def test_what_neuron_shows_as_2_and_then_as_minus_1_is_rest_at_0(case):
    resting, since = rests(case)
    np.testing.assert_array_equal(case["v"][resting], np.where(since < 0.5, 2, -1)[resting])
    np.testing.assert_array_equal(sampled(repeated(case.name))[1][resting], 0.0)


@TO_TOLERANCE
def test_a_cell_with_inhibition_fires_when_neurons_comes_within_a_millionth_of_threshold(case):
    # At its spikes m rises by 0.024/ms or more, so a millionth takes up to 42 µs. A reset that came early leaves m too high by little more
    # than a millionth, until the next one: three times a millionth is enough for both.
    late = repeated(case.name).spike_times - case["spike_times"]
    assert late.min() > 0
    assert late.max() < 3e-6 / 0.024


@TO_TOLERANCE
def test_a_cell_with_inhibition_repeats_neurons_potential(case):
    t, v = sampled(repeated(case.name))
    np.testing.assert_allclose(t, case["t"], rtol=1e-15)
    np.testing.assert_allclose(v, case["v"], rtol=0, atol=1e-5)


def test_every_recorded_case_is_covered():
    assert {case.name for mark in (TO_ROUNDING, TO_TOLERANCE) for case in mark.args[1]} == {case.name for case in cases("neuron")}


@GENERIC
def test_hillocks_own_cell_fires_as_intfire1_does(case):
    tau, refrac = case.params["tau"], case.params["refrac"]
    cell = hk.cells.LIF(tau_m=tau, r_m=tau, v_rest=0, v_reset=0, v_th=1, t_ref=refrac)
    rec = run(cell, events(case), duration=case.steps * case.dt, dt=case.dt)
    np.testing.assert_array_equal(rec.spike_times, case["spike_times"])


def test_a_constant_bias_fires_at_equal_intervals():
    rec = run(neuron.IntFire2(taum=10, taus=20, ib=1.6), hk.stimuli.Constant(0.0), duration=100, dt=1)
    np.testing.assert_allclose(rec.isi(), 10 * np.log(1.6 / 0.6), rtol=1e-13)


def test_the_current_decays_towards_its_bias_and_a_spike_leaves_it_alone():
    rec = run(neuron.IntFire2(taum=10, taus=20, ib=0.5), Impulses([2.0], times=[3.0]), duration=30, dt=0.5, record=["i_syn"])
    since = rec.t - 3.0
    assert len(rec.spike_times) > 0
    np.testing.assert_allclose(rec["i_syn"][:, 0], 0.5 + np.where(since > 0, 2 * np.exp(-since / 20), 0), rtol=1e-13)


TAUS = [{}, {"taue": 3, "taui1": 5, "taui2": 15, "taum": 30}, {"taue": 8, "taui1": 8, "taui2": 9, "taum": 2}]


@pytest.mark.parametrize("taus", TAUS)
def test_an_event_moves_the_potential_by_its_weight_at_the_peak(taus):
    cell = neuron.IntFire4(**taus)
    rec = [run(cell, Impulses([w], times=[0.0]), duration=100, dt=0.02, record=["v", "i2"]) for w in (0.9, -0.7)]
    # between two samples a peak is missed by less than (dt/2)²/2 of a curvature of 1/ms² or less
    assert rec[0]["v"].max() == pytest.approx(0.9, abs=5e-5)
    assert rec[1]["v"].min() == pytest.approx(-0.7, abs=5e-5)
    assert rec[1]["i2"].min() == pytest.approx(-0.7, abs=5e-5)


@pytest.mark.parametrize("model", [neuron.IntFire1(), neuron.IntFire2(taum=2), neuron.IntFire4()])
@pytest.mark.parametrize("engine", ["simd", "scan"])
def test_on_a_grid_the_first_spike_is_up_to_two_steps_off(model, engine):
    taps = Impulses([0.8, -0.2, 0.9, 0.7], times=[1.203, 1.9, 2.417, 3.305])
    exact = run(model, taps, duration=8, dt=1).spike_times[0]
    for dt in (0.1, 0.01):
        grid = run(model, taps, duration=8, dt=dt, engine=engine).spike_times[0]
        assert abs(grid - exact) < 2 * dt  # events act up to one step late, and the spike is at the end of its step


def test_parameters_may_differ_between_neurons():
    taus = np.array([5.0, 10.0])
    together = run(neuron.IntFire2(taum=taus, ib=1.5), hk.stimuli.Constant(0.0), duration=50, dt=1)
    for k, tau in enumerate(taus):
        assert together.times(k)[0] == pytest.approx(tau * np.log(3), rel=1e-13)


ERRORS = [
    (lambda: neuron.IntFire1(tau=0), "IntFire1.tau must be > 0 ms, got 0 ms."),
    (lambda: neuron.IntFire2(taum=10, taus=8), "IntFire2.taum must be < IntFire2.taus, got 10 ms and 8 ms."),
    (lambda: neuron.IntFire4(taue=25), "IntFire4.taue must be < IntFire4.taui2, got 25 ms and 20 ms."),
    (lambda: neuron.IntFire4(taui1=20), "IntFire4.taui1 must be < IntFire4.taui2, got 20 ms and 20 ms."),
    (lambda: neuron.IntFire4(taue=0.01), "IntFire4.taue must be ≥ 0.02 ms, got 0.01 ms."),
    (
        lambda: neuron.IntFire4(taum=np.array([50.0, 5.005])),
        "IntFire4.taue and IntFire4.taum must be ≥ 0.01 ms apart, got 5 ms and 5.005 ms. Choose others.",
    ),
]


@pytest.mark.parametrize(("make", "text"), ERRORS)
def test_what_neuron_would_change_without_a_word_is_refused(make, text):
    with pytest.raises(ParameterError, match=f"^{re.escape(text)}$"):
        make()
