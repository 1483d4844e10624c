"""Spyx's neurons, call for call and bit for bit."""

import re

import numpy as np
import pytest

import hillock as hk
from tests.dialects.golden import cases, each

spyx = hk.dialects.spyx
BIT_FOR_BIT = each("spyx", without=("lif_beta_clamped",))
CLAMPED = each("spyx", "LIF", without=tuple(case.name for case in cases("spyx") if case.name != "lif_beta_clamped"))
GENERIC = each("spyx", "LIF", without=("lif_beta_clamped",))  # a decay of 1 is no time constant

E32 = 2.0**-24  # half a unit in the last place of 1, in single precision


def run(model, current, record=("v",), **options):
    return hk.simulate(model, hk.stimuli.Samples(current, dt=1), duration=len(current), dt=1, record=record, **options)


@pytest.mark.parametrize("engine", ["scan", "simd"])
@BIT_FOR_BIT
def test_the_replica_repeats_the_recorded_calls_bit_for_bit(case, engine):
    held = {theirs: ours for theirs, ours in {"v": "v", "T": "T", "i": "i_syn"}.items() if theirs in case}
    rec = run(getattr(spyx, case.model)(**case.params), case["input"], [*held.values()], engine=engine)
    for theirs, ours in held.items():
        np.testing.assert_array_equal(rec[ours][:, 0], case[theirs])
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])


@CLAMPED
def test_a_decay_above_one_is_clamped_as_recorded_bit_for_bit_but_not_silently(case):
    with pytest.warns(UserWarning, match=re.escape("LIF.beta = 1.3 is clamped to 1, as Spyx does at every call.")):
        model = spyx.LIF(**case.params)
    rec = run(model, case["input"])
    np.testing.assert_array_equal(rec["v"][:, 0], case["v"])
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])


@GENERIC
def test_the_generic_dialect_on_hillocks_lif_crosses_one_step_before_spyx_says_so(case):
    beta, threshold = case.params["beta"], case.params["threshold"]
    cell = hk.cells.LIF(tau_m=-1 / np.log(beta), r_m=1 / (1 - beta), v_rest=0, v_reset=0, v_th=threshold, t_ref=0)
    rec = run(cell, case["input"], dialect="spyx")
    reported = rec.spike_steps + 1
    np.testing.assert_array_equal(reported[reported < case.steps], case["spike_steps"])
    np.testing.assert_array_equal(rec.spike_times, reported)  # the stamp is that of the call that reports
    # a step rounds four terms of |v| + |i| + threshold < 8 and forgets at 1 - beta per step
    np.testing.assert_allclose(rec["v"][:, 0], case["v"], rtol=0, atol=32 * E32 / (1 - beta))


def test_a_crossing_is_a_spike_of_the_next_call_and_shows_until_then():
    rec = run(spyx.IF(), np.array([1.5, 0.0, 0.0]))
    np.testing.assert_array_equal(rec["v"][:, 0], [1.5, 0.5, 0.5])
    np.testing.assert_array_equal(rec.spike_steps, [1])


def test_a_neuron_at_the_threshold_itself_does_not_fire():
    assert len(run(spyx.IF(), np.array([1.0, 0.0, 0.0])).spike_steps) == 0


def test_the_threshold_is_subtracted_undecayed_in_lif_and_decayed_in_cubalif():
    pulse = np.array([1.5, 0.0])
    assert run(spyx.LIF(beta=0.5), pulse)["v"][1, 0] == 0.5 * 1.5 - 1.0
    assert run(spyx.CuBaLIF(alpha=0.0, beta=0.5), pulse)["v"][1, 0] == 0.5 * (1.5 - 1.0)


def test_an_adapted_neuron_loses_its_raised_threshold_and_raises_it_by_one_less_gamma():
    rec = run(spyx.ALIF(beta=1.0, gamma=0.75), np.array([1.5, 1.5, 0.0]), ["v", "T", "threshold"])
    np.testing.assert_array_equal(rec["T"][:, 0], [0.0, 0.25, 0.75 * 0.25 + 0.25])
    np.testing.assert_array_equal(rec["v"][:, 0], [1.5, 2.0, 2.0 - 1.25])  # 1.5 + 1.5 - 1, then less 1 + T
    np.testing.assert_array_equal(rec["threshold"][:, 0], [1.0, 1.0, 1.25])


def test_an_alif_neuron_fired_for_ever_rises_by_one_at_most():
    rec = run(spyx.ALIF(beta=0.9, gamma=0.9), np.full(500, 50.0), ["T"])
    assert rec["T"].max() == pytest.approx(1.0, abs=100 * E32)


def test_a_synaptic_current_that_is_forgotten_at_once_makes_cubalif_an_if_of_its_input():
    current = np.random.default_rng(4).normal(0.2, 0.4, 200)
    fed, plain = run(spyx.CuBaLIF(alpha=0.0, beta=1.0), current), run(spyx.IF(), current)
    np.testing.assert_array_equal(fed.spike_steps, plain.spike_steps)
    np.testing.assert_allclose(fed["v"], plain["v"], rtol=0, atol=200 * 8 * E32)  # nothing is forgotten: 200 steps, |v| < 8


def test_parameters_may_differ_between_neurons():
    betas = np.array([0.8, 0.9])
    together = hk.simulate(spyx.LIF(beta=betas), hk.stimuli.Constant(0.25), duration=50, dt=1, record=["v"])
    for k, beta in enumerate(betas):
        np.testing.assert_array_equal(together["v"][:, k], run(spyx.LIF(beta=beta), np.full(50, 0.25))["v"][:, 0])
