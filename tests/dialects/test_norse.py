"""Norse's neurons, call for call and bit for bit."""

import re

import jax
import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from tests.dialects.golden import each

norse = hk.dialects.norse
BIT_FOR_BIT = each("norse")


def run(model, current, dt, record=("v",)):
    return hk.simulate(model, hk.stimuli.Samples(current, dt=dt), duration=len(current) * dt, dt=dt, record=record)


@BIT_FOR_BIT
def test_the_replica_repeats_the_recorded_calls_bit_for_bit(case):
    names = {"v": "v", "i": "i_syn", "rho": "rho", "b": "b", "a": "a"}  # i is the input here, always
    held = {theirs: ours for theirs, ours in names.items() if theirs in case}
    rec = run(getattr(norse, case.model)(**case.params), case["input"], 1000 * case.dt, [*held.values()])
    for theirs, ours in held.items():
        np.testing.assert_array_equal(rec[ours][:, 0], case[theirs])
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])


def test_the_generic_dialect_is_norses_box_to_rounding():
    current = np.random.default_rng(7).normal(1.2, 3.0, 400)
    cell = hk.cells.LIF(tau_m=10, r_m=1, v_rest=-0.5, v_reset=0.25, v_th=1, t_ref=0)
    ours = hk.simulate(cell, hk.stimuli.Samples(current, dt=0.5), duration=200, dt=0.5, record=["v"], dialect="norse")
    theirs = run(norse.LIFBox(tau_mem_inv=100, v_leak=-0.5, v_reset=0.25), current, 0.5)
    np.testing.assert_array_equal(ours.spike_steps, theirs.spike_steps)
    # each step adds a rounding error of a few 2^-24 of the terms (|i| < 12, times dt/tau), forgotten at dt/tau = 1/20
    np.testing.assert_allclose(ours["v"], theirs["v"], atol=20 * 12 * 2**-24)


def test_the_generic_dialect_rests_as_many_steps_as_rho_reset():
    cell = hk.cells.LIF(tau_m=20, r_m=1, v_rest=0, v_reset=0, v_th=1, t_ref=2)
    ours = hk.simulate(cell, hk.stimuli.Constant(1.5), duration=100, dt=0.1, dialect="norse")
    theirs = run(norse.LIFRefrac(tau_mem_inv=50, tau_syn_inv=10_000, rho_reset=20), np.full(1000, 1.5), 0.1)  # tau_syn = dt: i is the input
    np.testing.assert_array_equal(ours.spike_steps, theirs.spike_steps)


@pytest.mark.parametrize(("rho_reset", "held"), [(0.0, 0), (3.0, 3), (2.5, 3)])
def test_v_is_held_for_rho_reset_steps_and_a_fraction_is_one_more(rho_reset, held):
    rec = run(norse.LIFRefrac(rho_reset=rho_reset, v_reset=0.25), np.full(60, 0.5), 1.0)
    after = rec["v"][rec.spike_steps[0] :, 0]
    assert np.argmax(after != 0.25) - 1 == held


def test_input_reaches_v_in_its_own_step_in_lif_and_one_step_later_in_lsnn():
    pulse = np.array([1.0, 0.0, 0.0])
    assert run(norse.LIF(), pulse, 1.0)["v"][0, 0] > 0
    np.testing.assert_array_equal(run(norse.LSNN(), pulse, 1.0)["v"][1, 0], run(norse.LIF(), pulse, 1.0)["v"][0, 0])


def test_each_spike_lifts_the_threshold_of_lsnn_by_beta():
    rec = run(norse.LSNN(tau_adapt_inv=0.0, beta=0.25, tau_mem_inv=500), np.full(100, 0.6), 1.0, ["b"])
    assert rec["b"][-1, 0] == 1.0 + 0.25 * len(rec.spike_steps) > 1.5


def test_adex_can_be_differentiated_through_its_exponential():
    def end(delta):
        model = norse.LIFAdEx(delta_T=delta)
        return hk.simulate(model, hk.stimuli.Constant(0.1), duration=10, dt=1, record=["v"])["v"][-1, 0]

    slope = jax.grad(end)(0.5)
    step = 0.02  # of the order of the cube root of float32's precision, where a central difference errs least
    assert slope == pytest.approx((end(0.5 + step) - end(0.5 - step)) / (2 * step), rel=0.01)


def test_parameters_may_differ_between_neurons():
    rates = np.array([50.0, 100.0])
    together = hk.simulate(norse.LIFBox(tau_mem_inv=rates), hk.stimuli.Constant(1.5), duration=50, dt=1, record=["v"])
    for k, rate in enumerate(rates):
        np.testing.assert_array_equal(together["v"][:, k], run(norse.LIFBox(tau_mem_inv=rate), np.full(50, 1.5), 1.0)["v"][:, 0])


def test_an_unknown_reset_is_refused():
    with pytest.raises(ParameterError, match=re.escape("LIFBox.reset_method must be 'value' or 'subtract', got 'zero'.")):
        norse.LIFBox(reset_method="zero")
