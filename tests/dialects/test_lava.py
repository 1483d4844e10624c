"""Lava's LIF processes, step for step and bit for bit, in floating point and in whole numbers."""

import re

import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from tests.dialects.golden import Case, cases, each

lava = hk.dialects.lava
BIT_FOR_BIT = each("lava")
SYNAPTIC = ("cuba_spikes", "refractory_spikes", "cuba_kernel")  # a current that outlasts its step, which a cell does not have
FIXED = tuple(case.name for case in cases("lava") if case.options["tag"] == "fixed_pt")
GENERIC = each("lava", without=(*SYNAPTIC, *FIXED))


def neuron(case: Case):
    return (lava.LIFFixed if case.name in FIXED else getattr(lava, case.model))(**case.params)


def run(model, a_in, record=("v", "u"), **options):
    return hk.simulate(model, hk.stimuli.Samples(a_in, dt=1), duration=len(a_in), dt=1, record=record, **options)


@pytest.mark.parametrize("engine", ["simd", "scan"])
@BIT_FOR_BIT
def test_the_replica_repeats_the_recorded_steps_bit_for_bit(case, engine):
    rec = run(neuron(case), case["input"], engine=engine)
    np.testing.assert_array_equal(rec["v"][:, 0], case["v"])
    np.testing.assert_array_equal(rec["u"][:, 0], case["u"])
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])


@GENERIC
def test_hillocks_own_cell_fires_as_in_lava_under_its_dialect(case):
    p = case.params
    cell = hk.cells.LIF(
        tau_m=1 / p["dv"], r_m=1 / p["dv"], v_rest=0, v_reset=0, v_th=p["vth"], t_ref=p.get("refractory_period", 0), i_e=p.get("bias_mant", 0)
    )
    rec = run(cell, case["input"], ["v"], dialect="lava")
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])
    # each step errs by a few last bits of numbers below 1 (2^-53 each), forgotten at dv per step
    np.testing.assert_allclose(rec["v"][:, 0], case["v"], rtol=0, atol=4 * 2**-53 / p["dv"])


def test_spike_times_are_lavas_time_steps_which_start_at_1():
    assert run(lava.LIF(du=1, vth=0.5), np.array([0.0, 1.0, 0.0])).spike_times.tolist() == [2.0]


def test_input_reaches_v_in_its_own_step():
    assert run(lava.LIF(du=1, dv=0.5), np.array([2.0, 0.0]))["v"][:, 0].tolist() == [2.0, 1.0]


@pytest.mark.parametrize("period", [1, 5])
def test_v_is_frozen_for_exactly_the_refractory_period_while_u_goes_on(period):
    rec = run(lava.LIFRefractory(du=0.5, vth=1, refractory_period=period), np.array([4.0] + 19 * [0.0]))
    assert rec.spike_steps[0] == 0
    np.testing.assert_array_equal(rec["u"][:, 0], 4.0 * 0.5 ** np.arange(20))
    assert np.argmax(rec["v"][:, 0] != 0) - 1 == period


def test_the_threshold_itself_does_not_fire():
    assert run(lava.LIF(du=1, vth=1), np.array([1.0])).spike_steps.size == 0
    assert run(lava.LIFFixed(du=4095, vth=1), np.array([1.0])).spike_steps.size == 0


def by_hand(a_in, du, dv, bias, vth):
    """Run the rule of the documentation in Python's whole numbers."""
    u, v, shown = 0, 0, []
    for a in a_in:
        u = int(u * (4096 - (du + 1)) / 4096) + 64 * int(a)  # int rounds towards 0, and these quotients are exact
        v = int(v * (4096 - dv) / 4096) + u + bias
        v = 0 if v > 64 * vth else v
        shown.append((v, u))
    return np.array(shown)


@pytest.mark.parametrize("seed", range(3))
def test_whole_numbers_of_either_sign_are_rounded_towards_0(seed):
    rng = np.random.default_rng(seed)
    a_in, du, dv, mant, exp = rng.integers(-40, 45, 500), *(int(x) for x in rng.integers(1, 4096, 2)), int(rng.integers(-30, 40)), 3
    rec = run(lava.LIFFixed(du=du, dv=dv, bias_mant=mant, bias_exp=exp, vth=20), a_in.astype(float))
    np.testing.assert_array_equal(np.hstack([rec["v"], rec["u"]]), by_hand(a_in, du, dv, mant * 2**exp, 20))


def test_a_current_of_more_than_24_bits_wraps_around_and_a_voltage_stops():
    a_in = np.full(4, 65535.0)  # 64 · 65535 is a little less than half of 2²³
    rec = run(lava.LIFFixed(vth=131071, du=0), a_in)
    assert rec["u"].min() < 0 < 2**22 - 64 <= rec["u"].max() < 2**23
    low = run(lava.LIFFixed(vth=131071, du=4095), -a_in)["v"]
    assert low.min() == 1 - 2**23


def test_an_input_that_is_no_whole_number_stops_the_run():
    with pytest.raises(hk.SimulationError):
        run(lava.LIFFixed(), np.array([1.0, 0.5, 1.0]))


def test_floating_and_fixed_point_agree_where_nothing_is_cut_off():
    a_in = np.random.default_rng(3).integers(0, 10, 100).astype(float)
    floating = run(lava.LIF(du=1, dv=0, vth=64 * 20), 64 * a_in)  # without decay of v all numbers are whole
    fixed = run(lava.LIFFixed(du=4095, dv=0, vth=20), a_in)
    np.testing.assert_array_equal(floating["v"], fixed["v"])
    assert len(floating.spike_steps) > 10


ERRORS = [
    (lambda: lava.LIFFixed(du=0.5), "LIFFixed.du must be a whole number, got 0.5. LIF takes any number."),
    (lambda: lava.LIFFixed(dv=4096), "LIFFixed.dv must be ≥ 0 and ≤ 4095, got 4096."),
    (lambda: lava.LIFFixed(bias_exp=8), "LIFFixed.bias_exp must be ≥ 0 and ≤ 7, got 8."),
    (lambda: lava.LIFRefractory(refractory_period=0), "LIFRefractory.refractory_period must be ≥ 1, got 0."),
]


@pytest.mark.parametrize(("make", "text"), ERRORS)
def test_what_lava_would_not_take_is_refused(make, text):
    with pytest.raises(ParameterError, match=f"^{re.escape(text)}$"):
        make()
