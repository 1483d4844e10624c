"""Sinabs' layers, bit for bit, with several spikes in a step and with their quirks."""

import re
from typing import Any

import jax
import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from tests.dialects.golden import Case, cases, each

sinabs = hk.dialects.sinabs
BIT_FOR_BIT = each("sinabs")
OPTIONS = {"reset_value", "min_v_mem", "subtract_value", "spike_fn"}  # which hillock's LIF does not have
OTHERS = tuple(case.name for case in cases("sinabs") if OPTIONS & set(case.params) or not case.params.get("norm_input", True))
GENERIC = each("sinabs", "LIF", without=OTHERS)

E32 = 2.0**-24  # half a unit in the last place of 1, in single precision


def run(model, current, record=("v",), **options):
    return hk.simulate(model, hk.stimuli.Samples(current, dt=1), duration=len(current), dt=1, record=record, **options)


def layer(case: Case):
    """Return a recorded layer; Sinabs makes its reset_fn from a value."""
    made = {"reset_fn": "MembraneReset"} if "reset_value" in case.params else {}
    return getattr(sinabs, case.model)(**case.params, **made)


@pytest.mark.parametrize("engine", ["scan", "simd"])
@BIT_FOR_BIT
def test_the_replica_repeats_the_recorded_layer_bit_for_bit(case, engine):
    rec = run(layer(case), case["input"], tuple(layer(case).recordable()), engine=engine)
    np.testing.assert_array_equal(rec["n_spikes"][:, 0], case["spk"])
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])
    if "b" in case:
        np.testing.assert_array_equal(rec["b"][:, 0], case["b"])
    if case.name == "alif_syn_spikes":  # without a stepped v; its recorder shows v and i_syn as the next step made them, before the reset
        np.testing.assert_array_equal(rec["i_syn"][1:, 0], case["i_syn"][:-1])
        np.testing.assert_array_equal(case["alpha_mem"] * rec["v"][:-1, 0] + rec["i_syn"][1:, 0], case["v_recorded"][:-1])
        return
    np.testing.assert_array_equal(rec["v"][:, 0], case["v"])
    if "i_syn" in case:
        np.testing.assert_array_equal(rec["i_syn"][:, 0], case["i_syn"])


@each("sinabs", "ALIF")
def test_the_threshold_is_recorded_as_the_next_step_tests_it(case):
    rec = run(layer(case), case["input"], ["threshold"])
    np.testing.assert_array_equal(rec["threshold"][:-1, 0], case["threshold"][:-1])


@pytest.mark.filterwarnings("ignore:The largest current")  # one case is a kernel below threshold
@GENERIC
def test_the_generic_dialect_on_hillocks_lif_fires_in_the_same_steps(case):
    cell = hk.cells.LIF(tau_m=case.params["tau_mem"], r_m=1, v_rest=0, v_reset=0, v_th=case.params.get("spike_threshold", 1.0), t_ref=0)
    rec = run(cell, case["i_syn"] if "i_syn" in case else case["input"], dialect="sinabs")
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])
    # a step rounds a few terms of |v| + |i|/tau_mem + threshold < 8 and forgets in tau_mem steps
    np.testing.assert_allclose(rec["v"][:, 0], case["v"], rtol=0, atol=32 * E32 * case.params["tau_mem"])


def test_a_step_has_as_many_spikes_as_the_threshold_fits_into_v_and_the_rest_remains():
    rec = run(sinabs.IAF(spike_threshold=2.0), np.array([5.0, 0.5, 0.5]), ["v", "n_spikes"])
    np.testing.assert_array_equal(rec["n_spikes"][:, 0], [2.0, 0.0, 1.0])  # at the threshold itself it fires
    np.testing.assert_array_equal(rec["v"][:, 0], [1.0, 1.5, 0.0])
    np.testing.assert_array_equal(rec.spike_steps, [0, 2])  # a step with two spikes is one spike of the recording


def test_a_single_spike_leaves_the_overshoot_for_the_next_step():
    rec = run(sinabs.IAF(spike_fn="SingleSpike"), np.array([2.5, 0.0, 0.0]), ["v", "n_spikes"])
    np.testing.assert_array_equal(rec["n_spikes"][:, 0], [1.0, 1.0, 0.0])
    np.testing.assert_array_equal(rec["v"][:, 0], [1.5, 0.5, 0.5])


def test_a_reset_value_is_added_at_every_step_spike_or_not():
    rec = run(sinabs.IAF(reset_fn="MembraneReset", reset_value=0.25), np.array([0.0, 0.0, 1.0]))
    np.testing.assert_array_equal(rec["v"][:, 0], [0.25, 0.5, 0.25])


def test_the_floor_holds_after_the_reset():
    rec = run(sinabs.IAF(min_v_mem=-0.5, subtract_value=2.0), np.array([1.0, -3.0]))
    np.testing.assert_array_equal(rec["v"][:, 0], [-0.5, -0.5])


def test_the_input_is_scaled_by_what_the_membrane_forgets_unless_told_otherwise():
    pulse = np.array([0.5])
    alpha = np.float32(np.exp(-1 / 4))
    assert run(sinabs.LIF(tau_mem=4.0), pulse)["v"][0, 0] == (1 - alpha) * np.float32(0.5)
    assert run(sinabs.LIF(tau_mem=4.0, norm_input=False), pulse)["v"][0, 0] == 0.5


def test_the_scaled_synaptic_current_of_alif_is_scaled_again_at_every_step():
    rec = run(sinabs.ALIF(tau_mem=4.0, tau_adapt=10.0, tau_syn=8.0), np.array([1.0, 0.0, 0.0]), ["i_syn"])
    ratio = np.exp(-1 / 8) * (1 - np.exp(-1 / 4))
    np.testing.assert_allclose(rec["i_syn"][:, 0], ratio ** np.arange(1, 4), rtol=6 * 2 * E32)


@pytest.mark.parametrize("name", ["tau_syn", "min_v_mem", "subtract_value"])
def test_none_is_what_leaving_out_is(name):
    current = np.random.default_rng(6).normal(1.0, 2.0, 100)
    left_out: dict[str, Any] = {name: None}
    np.testing.assert_array_equal(run(sinabs.LIF(tau_mem=5.0, **left_out), current)["v"], run(sinabs.LIF(tau_mem=5.0), current)["v"])


def test_layers_can_be_differentiated():
    def last(tau):
        return run(sinabs.LIF(tau_mem=tau), np.full(10, 0.5))["v"][-1, 0]

    # below threshold v = (1 - exp(-10/tau))/2, whose derivative is -5 exp(-10/tau)/tau²
    assert jax.grad(last)(20.0) == pytest.approx(-5 * np.exp(-0.5) / 400, rel=1e-4)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sinabs.LIF(tau_mem=5.0, spike_fn="MaxSpike"), "LIF.spike_fn must be 'MultiSpike' or 'SingleSpike', got 'MaxSpike'."),
        (lambda: sinabs.IAF(reset_fn="zero"), "IAF.reset_fn must be 'MembraneSubtract' or 'MembraneReset', got 'zero'."),
        (lambda: sinabs.ALIF(tau_mem=5.0, tau_adapt=0.0), "ALIF.tau_adapt must be > 0, got 0."),
    ],
)
def test_what_is_not_known_here_is_refused(make, message):
    with pytest.raises(ParameterError, match=re.escape(message)):
        make()
