"""BrainPy's neurons, bit for bit in both of its modes."""

import re
from typing import Any, cast

import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from tests.dialects.golden import Case, cases, each

brainpy = hk.dialects.brainpy
BIT_FOR_BIT = each("brainpy")
TRAINING = tuple(case.name for case in cases("brainpy") if case.options.get("training"))
EARLY = "lif_ref3_dt0.1"  # where the clock lets go one step early, once
GENERIC = each("brainpy", "Lif", "LifRef", without=(*TRAINING, EARLY))  # the dialect is that of the mode for simulation, and counts steps

E32 = 2.0**-24  # half a unit in the last place of 1, in single precision


def run(model, current, dt, record=("v",), **options):
    return hk.simulate(model, hk.stimuli.Samples(current, dt=dt), duration=len(current) * dt, dt=dt, record=record, **options)


def neuron(case: Case):
    """Return a recorded neuron, in its mode and from where it started."""
    start = {"V_initializer": case.options["v0"]} if "v0" in case.options else {}
    training = {"training": True} if case.options.get("training") else {}
    return getattr(brainpy, case.model)(**case.params, **start, **training)


@pytest.mark.parametrize("engine", ["scan", "simd"])
@BIT_FOR_BIT
def test_the_replica_repeats_the_recorded_run_bit_for_bit(case, engine):
    held = {theirs: ours for theirs, ours in {"v": "v", "w": "w", "u": "u", "t_last": "t_last_spike"}.items() if theirs in case}
    rec = run(neuron(case), case["input"], case.dt, [*held.values()], engine=engine)
    for theirs, ours in held.items():
        np.testing.assert_array_equal(rec[ours][:, 0], case[theirs])
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])


@GENERIC
def test_the_generic_dialect_on_hillocks_lif_fires_in_the_same_steps(case):
    p = case.params
    assert case.options.get("v0", 0.0) == p["V_rest"], "a cell starts at rest"
    cell = hk.cells.LIF(tau_m=p["tau"], r_m=p["R"], v_rest=p["V_rest"], v_reset=p["V_reset"], v_th=p["V_th"], t_ref=p.get("tau_ref", 0.0))
    rec = run(cell, case["input"], case.dt, dialect="brainpy")
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])
    span = abs(p["V_th"]) + abs(p["V_rest"])
    # BrainPy's (exp(z) - 1)/z is wrong by E32/z, z = dt/tau, and so, relatively, is the speed of v; the few roundings of a step, each of
    # E32 |v|, are forgotten in tau/dt steps: both come to some E32 tau/dt times the size of v
    np.testing.assert_allclose(rec["v"][:, 0], case["v"], rtol=0, atol=5 * span * E32 * p["tau"] / case.dt)


def test_a_count_of_steps_parts_from_the_clock_by_the_one_step_that_it_lets_go_early():
    case = next(case for case in cases("brainpy") if case.name == EARLY)
    cell = hk.cells.LIF(tau_m=10, r_m=1, v_rest=-65, v_reset=-65, v_th=-50, t_ref=3)
    rec = run(cell, case["input"], case.dt, dialect="brainpy")
    assert set(np.diff(rec.spike_steps)) == {100}  # 10 ln 2 ms and 3 ms: 70 steps, and 30
    np.testing.assert_array_equal(np.diff(case["spike_steps"]), [99] + 18 * [100])


@pytest.mark.parametrize(("t_ref", "dt", "held"), [(5.0, 1.0, 5), (2.0, 0.1, 20), (1.3, 0.25, 5), (0.0, 0.5, 0), (0.3, 0.1, 3)])
def test_a_refractory_time_is_rounded_down_to_steps(t_ref, dt, held):
    assert brainpy.WholeStepsWithin()(t_ref, dt) == held


def test_v_is_held_for_tau_ref_and_the_time_of_the_spike_is_kept():
    rec = run(brainpy.LifRef(V_reset=0.25, V_th=1.0, tau=20.0, tau_ref=3.0), np.full(60, 1.5), 1.0, ["v", "t_last_spike"])
    first = rec.spike_steps[0]
    held = rec["v"][first:, 0] == 0.25
    assert np.argmin(held) == 4  # the spike step and three more
    assert rec["t_last_spike"][first + 5, 0] == first


def test_a_soft_reset_that_leaves_v_above_threshold_makes_a_resting_neuron_fire_on():
    rec = run(brainpy.LifRef(V_reset=0.0, V_th=1.0, tau_ref=50.0, training=True), np.r_[50.0, np.zeros(4)], 1.0)
    gained = 50 * -np.expm1(-0.1)  # 4.76: the first step's spike and three more, one per step
    np.testing.assert_array_equal(rec.spike_steps, [0, 1, 2, 3])
    np.testing.assert_allclose(rec["v"][:, 0], gained - np.array([1, 2, 3, 4, 4]), rtol=1e-5)


def test_the_clock_of_single_precision_lets_go_a_step_early_now_and_then_in_a_long_run():
    rec = run(brainpy.LifRef(V_reset=0.0, V_th=1.0, tau=1.0, tau_ref=1.0), np.full(20_000, 5.0), 0.1)
    intervals = np.diff(rec.spike_steps)
    # 5 (1 - 0.9^n) passes 1 in the third step (e^-0.1 per step: 0.476, 0.906, 1.296), after 10 steps of rest, or 9
    assert set(intervals.tolist()) == {12, 13}
    assert 0 < np.mean(intervals == 12) < 0.5


@pytest.mark.parametrize(("spk_reset", "after"), [("soft", 12.0 - 2.0), ("hard", -1.0)])
def test_in_training_mode_the_reset_is_a_subtraction_unless_it_is_hard(spk_reset, after):
    start: dict[str, Any] = {"V_initializer": 12.0, "V_rest": 12.0, "V_th": 1.0, "V_reset": -1.0}
    assert run(brainpy.Lif(training=True, spk_reset=spk_reset, **start), np.zeros(1), 1.0)["v"][0, 0] == after
    assert run(brainpy.Lif(spk_reset=spk_reset, **start), np.zeros(1), 1.0)["v"][0, 0] == -1.0  # simulation knows one reset


def test_a_neuron_fires_where_v_is_the_threshold_itself():
    rec = run(brainpy.Lif(V_rest=1.0, V_th=1.0, V_reset=0.0, V_initializer=1.0), np.zeros(2), 1.0)
    assert rec.spike_steps[0] == 0


def test_the_recovery_variable_sees_the_potential_as_the_last_step_left_it():
    rec = run(brainpy.Izhikevich(V_initializer=-60.0, a=0.02), np.array([100.0, 0.0]), 0.1, ["v", "u"])
    assert rec["u"][0, 0] == np.float32(0.2) * np.float32(-60.0)  # where it started: b V - u is 0 there, whatever the current did to V


def test_the_upstroke_of_exponential_neurons_follows_its_slope():
    start: dict[str, Any] = {"V_rest": -65.0, "V_th": 0.0, "V_T": -50.0, "delta_T": 2.0, "tau": 10.0, "V_initializer": -45.0}
    v = run(brainpy.ExpIF(**start), np.zeros(1), 0.1)["v"][0, 0]
    e = np.exp(5 / 2)
    z = 0.1 * (e - 1) / 10
    assert v == pytest.approx(-45 + 0.1 * np.expm1(z) / z * (-20 + 2 * e) / 10, abs=100 * E32)
    w = run(brainpy.AdExIF(a=1.0, **start), np.zeros(1), 0.1, ["v", "w"])["w"][0, 0]
    assert w == pytest.approx(20 * -np.expm1(-0.1 / 30), rel=30 / 0.1 * E32)


def test_exponential_euler_knows_its_limit_where_the_slope_vanishes():
    # f' = 0 at V = -p2/(2 p1) = -62.5, where (exp(z) - 1)/z is 1 and the step is Euler's
    rec = run(brainpy.Izhikevich(V_initializer=-62.5), np.zeros(1), 0.1)
    f = 0.04 * 62.5**2 - 5 * 62.5 + 140 + 0.2 * 62.5
    assert rec["v"][0, 0] == pytest.approx(-62.5 + 0.1 * f, abs=100 * E32)


def test_parameters_may_differ_between_neurons():
    taus = np.array([10.0, 20.0])
    together = hk.simulate(brainpy.LifRef(tau=taus, tau_ref=2.0), hk.stimuli.Constant(30.0), duration=50, dt=0.5, record=["v"])
    for k, tau in enumerate(taus):
        np.testing.assert_array_equal(together["v"][:, k], run(brainpy.LifRef(tau=tau, tau_ref=2.0), np.full(100, 30.0), 0.5)["v"][:, 0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: brainpy.Lif(training=cast("bool", "yes")), "Lif.training must be True or False, got 'yes'."),
        (lambda: brainpy.LifRef(spk_reset="none"), "LifRef.spk_reset must be 'soft' or 'hard', got 'none'."),
        (lambda: brainpy.Lif(V_reset=25.0), "Lif.V_reset must be < Lif.V_th, got 25 mV and 20 mV."),
    ],
)
def test_what_brainpy_does_not_have_is_refused(make, message):
    with pytest.raises(ParameterError, match=re.escape(message)):
        make()
