"""SpikingJelly's neurons, call for call and bit for bit."""

import re
from typing import cast

import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from tests.dialects.golden import Case, cases, each

jelly = hk.dialects.spikingjelly
BIT_FOR_BIT = each("spikingjelly")
SOFT = tuple(case.name for case in cases("spikingjelly") if case.params["v_reset"] is None)
RAW = tuple(case.name for case in cases("spikingjelly") if not case.params.get("decay_input", True))
GENERIC = each(
    "spikingjelly", "LIFNode", without=SOFT + RAW
)  # the dialect resets to a value, as SpikingJelly does by default; a cell scales its input

E32 = 2.0**-24  # half a unit in the last place of 1, in single precision


def run(model, current, record=("v",), **options):
    return hk.simulate(model, hk.stimuli.Samples(current, dt=1), duration=len(current), dt=1, record=record, **options)


@pytest.mark.parametrize("engine", ["scan", "simd"])
@BIT_FOR_BIT
def test_the_replica_repeats_the_recorded_calls_bit_for_bit(case, engine):
    names = [name for name in ("v", "w") if name in case]
    rec = run(getattr(jelly, case.model)(**case.params), case["input"], names, engine=engine)
    for name in names:
        np.testing.assert_array_equal(rec[name][:, 0], case[name])
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])


def as_lif(case: Case) -> hk.cells.LIF:
    p = case.params
    return hk.cells.LIF(tau_m=p["tau"], r_m=1, v_rest=p["v_reset"], v_reset=p["v_reset"], v_th=p["v_threshold"], t_ref=0)


@pytest.mark.filterwarnings("ignore:dt = 1 ms is more than a tenth of LIF.tau_m")  # coarse steps are what a tau of few steps is
@GENERIC
def test_the_generic_dialect_on_hillocks_lif_fires_in_the_same_steps(case):
    rec = run(as_lif(case), case["input"], dialect="spikingjelly")
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])
    # a step rounds five terms of at most |i|/tau + |v| < 2 and forgets at 1/tau per step
    np.testing.assert_allclose(rec["v"][:, 0], case["v"], rtol=0, atol=10 * E32 * case.params["tau"])


def test_a_neuron_fires_where_v_is_the_threshold_itself():
    rec = run(jelly.IFNode(), np.array([0.5, 0.5, 0.5]))
    np.testing.assert_array_equal(rec.spike_steps, [1])
    np.testing.assert_array_equal(rec["v"][:, 0], [0.5, 0.0, 0.5])


def test_the_reset_potential_is_where_the_neuron_rests_and_starts():
    rec = run(jelly.LIFNode(v_reset=-0.5), np.full(5, 0.0))
    np.testing.assert_array_equal(rec["v"][:, 0], np.full(5, -0.5))


@pytest.mark.parametrize("v_reset", [None, -np.inf])
def test_without_a_reset_potential_the_threshold_is_subtracted_and_rest_is_zero(v_reset):
    rec = run(jelly.LIFNode(v_reset=v_reset, decay_input=False), np.array([1.75, 0.0, 0.0]))
    np.testing.assert_array_equal(rec["v"][:, 0], [0.75, 0.375, 0.1875])  # tau = 2: half is left each step


def test_a_soft_reset_counts_all_of_the_input_and_a_hard_one_loses_the_overshoot():
    soft, hard = (run(jelly.IFNode(v_reset=v_reset), np.full(800, 0.375)) for v_reset in (None, 0.0))
    assert (len(soft.spike_steps), len(hard.spike_steps)) == (300, 800 // 3)


def test_the_input_is_divided_by_tau_unless_it_is_not_to_decay():
    pulse = np.array([0.8, 0.0])
    assert run(jelly.LIFNode(tau=4.0), pulse)["v"][0, 0] == np.float32(0.8) / 4
    assert run(jelly.LIFNode(tau=4.0, decay_input=False), pulse)["v"][0, 0] == np.float32(0.8)


def test_a_parametric_node_that_learned_nothing_is_a_lif_node_to_rounding():
    current = np.random.default_rng(3).normal(1.0, 1.0, 300)
    learner, plain = run(jelly.ParametricLIFNode(init_tau=5.0), current), run(jelly.LIFNode(tau=5.0), current)
    np.testing.assert_array_equal(learner.spike_steps, plain.spike_steps)
    np.testing.assert_allclose(learner["v"], plain["v"], rtol=0, atol=5 * 10 * E32)  # terms < 5, a few roundings each, forgotten in 5 steps


def test_the_adaptation_of_an_izhikevich_node_sees_the_potential_of_its_own_step():
    node = jelly.IzhikevichNode(tau=2.0, v_rest=0.0, v_c=0.5, tau_w=4.0, a=1.0)
    rec = run(node, np.array([1.0, 0.0]), ["v", "w"])
    assert (rec["v"][0, 0], rec["w"][0, 0]) == (0.5, 0.5 / 4)


def test_parameters_may_differ_between_neurons_even_in_the_kind_of_reset():
    resets = np.array([-np.inf, 0.0, -0.25])
    together = hk.simulate(jelly.LIFNode(tau=5.0, v_reset=resets), hk.stimuli.Constant(1.5), duration=50, dt=1, record=["v"])
    for k, v_reset in enumerate(resets):
        np.testing.assert_array_equal(together["v"][:, k], run(jelly.LIFNode(tau=5.0, v_reset=v_reset), np.full(50, 1.5))["v"][:, 0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: jelly.LIFNode(tau=1.0), "LIFNode.tau must be > 1, got 1."),
        (lambda: jelly.LIFNode(decay_input=cast("bool", 1)), "LIFNode.decay_input must be True or False, got 1."),
        (lambda: jelly.QIFNode(v_reset=1.0), "QIFNode.v_reset must be < QIFNode.v_threshold, got 1 and 1."),
    ],
)
def test_what_spikingjelly_refuses_is_refused(make, message):
    with pytest.raises(ParameterError, match=re.escape(message)):
        make()
