"""snnTorch's neurons, call for call and bit for bit."""

import re

import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from tests.dialects.golden import cases, each

snn = hk.dialects.snntorch
BIT_FOR_BIT = each("snntorch", without=("leaky_beta_clamped",))
CLAMPED = each("snntorch", "Leaky", without=tuple(case.name for case in cases("snntorch") if case.name != "leaky_beta_clamped"))

# Options of a layer that says how it is wired and trained, which one neuron has no use for.
LAYER = ("all_to_all", "learn_recurrent")


def run(model, current, record=("v",)):
    return hk.simulate(model, hk.stimuli.Samples(current, dt=1), duration=len(current), dt=1, record=record)


def replica(case):
    return getattr(snn, case.model)(**{name: value for name, value in case.params.items() if name not in LAYER})


@BIT_FOR_BIT
def test_the_replica_repeats_the_recorded_calls_bit_for_bit(case):
    names = [name for name in ("v", "syn", "syn_exc", "syn_inh") if name in case]
    rec = run(replica(case), case["input"], names)
    for name in names:
        np.testing.assert_array_equal(rec[name][:, 0], case[name])
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])


@CLAMPED
def test_a_decay_above_one_is_clamped_as_recorded_bit_for_bit_but_not_silently(case):
    with pytest.warns(UserWarning, match=re.escape("Leaky.beta = 1.2 is clamped to 1, as snnTorch does at every call.")):
        model = replica(case)
    rec = run(model, case["input"])
    np.testing.assert_array_equal(rec["v"][:, 0], case["v"])
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])


def test_a_graded_spike_counts_its_factor():
    (case,) = (c for c in cases("snntorch") if c.name == "leaky_graded")
    np.testing.assert_array_equal(run(replica(case), case["input"], ["spk"])["spk"][:, 0], case["spk"])


def test_subtraction_takes_the_threshold_off_one_step_late_and_undecayed():
    rec = run(snn.Leaky(beta=0.5), np.array([1.5, 0.0, 0.0]))
    np.testing.assert_array_equal(rec["v"][:, 0], [1.5, 0.5 * 1.5 - 1.0, 0.5 * -0.25])


def test_reset_to_zero_keeps_the_input_of_its_step_in_leaky_and_loses_it_in_lapicque():
    current = np.array([1.5, 0.25])
    assert run(snn.Leaky(beta=0.5, reset_mechanism="zero"), current)["v"][1, 0] == 0.25
    assert run(snn.Lapicque(R=1, C=2, reset_mechanism="zero"), 2 * current)["v"][1, 0] == 0.0


def test_without_delay_a_threshold_is_added_back_where_v_was_above_it_and_is_no_more():
    rec = run(snn.Leaky(beta=0.5, reset_delay=False), np.array([3.0, 0.0, 0.0]))
    # 3 - 1; then 1 - 1 (late reset) is below threshold, so the reset counted for it is taken back: 0 + 1
    np.testing.assert_array_equal(rec["v"][:, 0], [2.0, 1.0, 0.5])


def test_a_neuron_that_feeds_itself_is_driven_by_its_own_spike_one_step_later():
    rec = run(snn.RLeaky(beta=0.0, V=0.75, reset_mechanism="none"), np.array([1.5, 0.0, 0.0]))
    np.testing.assert_array_equal(rec["v"][:, 0], [1.5, 0.75, 0.0])


@pytest.mark.parametrize("reset", ["subtract", "zero", "none"])
def test_rleaky_without_recurrence_is_leaky(reset):
    current = np.random.default_rng(5).normal(0.1, 0.3, 300)
    alone = run(snn.Leaky(beta=0.9, reset_mechanism=reset, reset_delay=False), current)
    fed = run(snn.RLeaky(beta=0.9, V=0.0, reset_mechanism=reset, reset_delay=False), current)
    np.testing.assert_array_equal(alone["v"], fed["v"])


def test_lapicque_finds_the_missing_one_of_beta_r_and_c():
    current, beta = np.full(60, 0.3), float(np.exp(-0.2))  # tau = R C = 5 steps
    by_rc = run(snn.Lapicque(R=2.5, C=2.0), current)
    np.testing.assert_allclose(run(snn.Lapicque(beta=beta, R=2.5), current)["v"], by_rc["v"], rtol=1e-5)
    np.testing.assert_allclose(run(snn.Lapicque(beta=beta, C=2.0), current)["v"], by_rc["v"], rtol=1e-5)
    np.testing.assert_allclose(run(snn.Lapicque(beta=beta), current)["v"], run(snn.Lapicque(R=1, C=5), current)["v"], rtol=1e-5)


def test_lapicque_decays_by_euler_not_by_the_beta_it_was_given():
    rec = run(snn.Lapicque(beta=float(np.exp(-0.2))), np.array([0.5, 0.0]))
    assert rec["v"][1, 0] / rec["v"][0, 0] == pytest.approx(1 - 0.2, rel=1e-6)


def test_the_kernel_of_alpha_peaks_at_one_over_its_time_constants():
    rec = run(snn.Alpha(alpha=0.9, beta=0.8, reset_mechanism="none"), np.eye(1, 60)[0])
    steps, tau = np.arange(60), np.log(0.9) / (np.log(0.8) - np.log(0.9)) + 1
    np.testing.assert_allclose(rec["v"][:, 0], tau * (0.9**steps - 0.8**steps), atol=1e-6)


def test_parameters_may_differ_between_neurons():
    betas = np.array([0.8, 0.9])
    together = hk.simulate(snn.Leaky(beta=betas), hk.stimuli.Constant(0.25), duration=50, dt=1, record=["v"])
    for k, beta in enumerate(betas):
        alone = hk.simulate(snn.Leaky(beta=beta), hk.stimuli.Constant(0.25), duration=50, dt=1, record=["v"])
        np.testing.assert_array_equal(together["v"][:, k], alone["v"][:, 0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: snn.Leaky(beta=0.9, reset_mechanism="substract"), "Leaky.reset_mechanism must be 'subtract', 'zero' or 'none', got 'substract'."),
        (lambda: snn.Lapicque(R=1), "Lapicque needs R and C, or beta, or beta and one of R and C."),
        (
            lambda: snn.Lapicque(beta=0.9, R=1, C=1),
            "Lapicque takes at most two of beta, R and C: each follows from the others. Leave one out.",
        ),
        (lambda: snn.Alpha(alpha=0.8, beta=0.9), "Alpha.alpha must be > Alpha.beta, got 0.8 and 0.9."),
    ],
)
def test_what_snntorch_does_not_have_is_refused(make, message):
    with pytest.raises(ParameterError, match=re.escape(message)):
        make()
