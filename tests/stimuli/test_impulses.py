"""Charges that arrive at once: where they take a potential, and when that fires."""

import re

import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from hillock.stimuli import Impulses
from tests.dialects.golden import cases
from tests.stimuli.sampled import current

pytestmark = pytest.mark.slow

CELL = hk.cells.LIF(tau_m=20.0, r_m=100.0, t_ref=2.3)  # 0.2 nF


def exact(stimulus, cell=CELL, dt=0.5, duration=30.0, **options):
    return hk.simulate(cell, stimulus, duration=duration, dt=dt, engine="exact", **options)


@pytest.mark.parametrize("dt", [0.1, 0.5, 5.0])
def test_a_charge_moves_the_potential_by_its_quotient_with_the_capacitance_and_leaks_away(dt):
    rec = exact(Impulses([2.0], times=[3.21]), dt=dt, record=["v"])
    since = rec.t - 3.21
    np.testing.assert_allclose(rec["v"][:, 0], -65 + np.where(since > 0, 2.0 / 0.2 * np.exp(-since / 20), 0), rtol=1e-14)


@pytest.mark.parametrize("dt", [0.1, 1.0, 10.0])
def test_a_neuron_fires_when_the_charge_arrives_that_takes_it_over_the_threshold(dt):
    # 10 mV, of which 10 exp(-1/20) = 9.5 mV are left when the second arrives: together over 15 mV
    taps = Impulses([2.0, 2.0, 4.0], times=[3.21, 4.21, 20.0])
    assert exact(taps, dt=dt).spike_times.tolist() == [4.21, 20.0]


def test_charges_that_arrive_together_add_up_in_whatever_order_they_are_listed():
    assert exact(Impulses([1.6, 0.1, 1.6], times=[7.7, 2.0, 7.7])).spike_times.tolist() == [7.7]


def test_sums_and_multiples_of_impulses_are_impulses():
    parts = Impulses([1.0], times=[7.7]) + 2.0 * Impulses([1.1], times=[7.7]) + hk.stimuli.Constant(0.0)
    assert exact(parts).spike_times.tolist() == [7.7]


def test_what_arrives_during_the_rest_is_lost_and_what_arrives_at_its_end_is_not():
    taps = Impulses([4.0, 4.0, 4.0], times=[5.0, 6.0, 5.0 + 2.3])
    assert exact(taps).spike_times == pytest.approx([5.0, 7.3], abs=1e-14)


def test_inhibition_ends_what_a_constant_current_would_have_done():
    # under 0.3 nA the threshold is reached after 20 ms · ln 2 = 13.9 ms; 10 mV taken away at 13 ms are some 11 ms of climbing
    late = exact(hk.stimuli.Constant(0.3) + Impulses([-2.0], times=[13.0])).spike_times[0]
    v = -65 + 30 * (1 - np.exp(-13 / 20)) - 10  # from where v∞ = -35 mV is approached
    assert late == pytest.approx(13 + 20 * np.log((-35 - v) / (-35 + 50)), rel=1e-13)


def test_each_neuron_may_have_its_own():
    taps = Impulses([[4.0, 1.0]], times=[[3.3, 4.4]])
    assert [train.tolist() for train in exact(taps).trains()] == [[3.3], []]


def test_on_a_grid_a_charge_flows_during_the_step_in_which_it_arrives():
    i = current(Impulses([1.0, 2.0, 3.0], times=[0.0, 0.7, 1.0]), duration=2, dt=0.5)[:, 0]
    np.testing.assert_allclose(i, np.array([1.0, 2.0, 3.0, 0.0]) / 0.5)


def test_the_grid_comes_near_the_exact_spikes_as_its_steps_become_short():
    taps = Impulses([2.0, 2.0, 4.0], times=[3.21, 4.21, 20.0])
    for dt in (0.1, 0.01):
        grid = hk.simulate(hk.cells.LIF(tau_m=20.0, r_m=100.0, t_ref=2.3), taps, duration=30, dt=dt).spike_times
        np.testing.assert_allclose(grid, exact(taps).spike_times, atol=1.01 * dt)


def test_nests_neuron_with_precise_times_fires_at_the_same_charges():
    (case,) = (case for case in cases("nest") if case.name == "delta_ps_off_grid_spikes")
    p, delay = case.params, 0.1
    c_m = p["C_m"] / 1000
    cell = hk.cells.LIF(
        tau_m=p["tau_m"], r_m=p["tau_m"] / c_m, v_rest=p["E_L"], v_reset=p["V_reset"], v_th=p["V_th"], t_ref=p["t_ref"], i_e=p["I_e"] / 1000
    )
    taps = Impulses(case["spike_in_weights"] * c_m, times=case["spike_in_times"] + delay)
    rec = exact(taps, cell=cell, dt=case.dt, duration=case.dt * case.steps)
    np.testing.assert_allclose(rec.spike_times, case["spike_times"], rtol=0, atol=1e-9)


def test_a_list_without_its_times_is_refused():
    with pytest.raises(ParameterError, match=re.escape("Impulses must have as many charges as times, got 2 charges and 1 times.")):
        Impulses([1.0, 2.0], times=[3.0])
