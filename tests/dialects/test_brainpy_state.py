"""The neurons of brainpy.state, bit for bit."""

import re

import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from tests.dialects.golden import Case, cases, each

state = hk.dialects.brainpy_state
BIT_FOR_BIT = each("brainpy_state")
HARD = tuple(case.name for case in cases("brainpy_state") if case.params.get("spk_reset") == "hard")
GENERIC = each("brainpy_state", "LIF", "LIFRef", "IF", without=HARD)  # the dialect has the soft reset, as brainpy.state has by default

E32 = 2.0**-24  # half a unit in the last place of 1, in single precision


def run(model, current, dt, record=("v",), **options):
    return hk.simulate(model, hk.stimuli.Samples(current, dt=dt), duration=len(current) * dt, dt=dt, record=record, **options)


def neuron(case: Case):
    """Return a recorded neuron, from where it started."""
    start = {"V_initializer": case.options["v0"]} if "v0" in case.options else {}
    return getattr(state, case.model)(**case.params, **start)


@pytest.mark.parametrize("engine", ["scan", "simd"])
@BIT_FOR_BIT
def test_the_replica_repeats_the_recorded_run_bit_for_bit(case, engine):
    held = {theirs: ours for theirs, ours in {"v": "v", "a": "a", "t_last": "last_spike_time"}.items() if theirs in case}
    rec = run(neuron(case), case["input"], case.dt, [*held.values()], engine=engine)
    for theirs, ours in held.items():
        np.testing.assert_array_equal(rec[ours][:, 0], case[theirs])
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])


@GENERIC
def test_the_generic_dialect_on_hillocks_lif_fires_in_the_same_steps(case):
    p = {"V_rest": 0.0, "V_reset": 0.0, "tau_ref": 0.0, **case.params}
    assert case.options.get("v0", 0.0) == p["V_rest"], "a cell starts at rest"
    cell = hk.cells.LIF(tau_m=p["tau"], r_m=p["R"], v_rest=p["V_rest"], v_reset=p["V_reset"], v_th=p["V_th"], t_ref=p["tau_ref"])
    rec = run(cell, case["input"], case.dt, dialect="brainpy_state")
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])
    # a step rounds five terms of at most |v| < |V_th| + |V_rest| and forgets in tau/dt steps
    np.testing.assert_allclose(rec["v"][:, 0], case["v"], rtol=0, atol=5 * (abs(p["V_th"]) + abs(p["V_rest"])) * E32 * p["tau"] / case.dt)


@pytest.mark.parametrize(("t_ref", "dt", "held"), [(5.0, 1.0, 4), (2.0, 0.1, 19), (1.3, 0.25, 5), (0.0, 0.5, 0), (0.5, 0.5, 0), (0.3, 0.1, 2)])
def test_the_step_of_the_spike_counts_as_rest(t_ref, dt, held):
    assert state.StepsBefore()(t_ref, dt) == held


@pytest.mark.parametrize(("tau_ref", "held"), [(5.0, 4), (1.3, 1), (1.0, 0), (0.0, 0)])
def test_v_is_held_for_the_steps_that_start_before_tau_ref_is_over(tau_ref, held):
    rec = run(state.LIFRef(tau_ref=tau_ref, V_reset=0.25, V_th=1.0, tau=20.0, spk_reset="hard"), np.full(60, 1.5), 1.0)
    first = rec.spike_steps[0]
    assert np.sum(rec["v"][first + 1 : first + 10, 0] == 0.25) == held


def test_v_shows_its_overshoot_and_never_the_reset_potential():
    rec = run(state.LIF(tau=20.0, V_reset=-0.5, spk_reset="hard"), np.full(60, 1.5), 1.0)
    first = rec.spike_steps[0]
    assert rec["v"][first, 0] >= 1.0
    # one step from -0.5 towards 1.5
    assert rec["v"][first + 1, 0] == pytest.approx(1.5 - 2.0 * np.exp(-1 / 20), rel=10 * E32)


def test_a_soft_reset_may_leave_enough_for_spikes_in_a_row():
    rec = run(state.LIF(V_initializer=0.0, tau=1e6), np.r_[3.5e6, np.zeros(4)], 1.0)
    np.testing.assert_array_equal(rec.spike_steps, [0, 1, 2])  # 3.5, 2.5, 1.5, 0.5


def test_a_neuron_fires_where_v_is_the_threshold_itself():
    rec = run(state.LIF(tau=1e-3), np.ones(2), 1.0)  # so fast that v is r i at once
    assert rec["v"][0, 0] == 1.0
    np.testing.assert_array_equal(rec.spike_steps, [0, 1])


def test_a_neuron_that_starts_at_its_threshold_is_reset_before_its_first_step():
    rec = run(state.LIF(V_initializer=1.0, V_rest=1.0, tau=1e6), np.zeros(2), 1.0)
    np.testing.assert_allclose(rec["v"][:, 0], 0.0, atol=2e-6)
    assert len(rec.spike_steps) == 0


@pytest.mark.parametrize("spk_reset", ["soft", "hard"])
def test_an_if_neuron_leaks_and_is_a_lif_neuron_at_rest_at_zero(spk_reset):
    current = np.random.default_rng(9).normal(1.2, 1.0, 300)
    leaky, plain = (run(kind(tau=20.0, spk_reset=spk_reset), current, 0.5) for kind in (state.LIF, state.IF))
    np.testing.assert_array_equal(leaky.spike_steps, plain.spike_steps)
    assert len(plain.spike_steps) > 2
    # they round the drive at different places: each step once, |i| < 5 and dt/tau = 1/40, forgotten in 40 steps
    np.testing.assert_allclose(leaky["v"], plain["v"], rtol=0, atol=40 * 5 * E32)


def test_the_threshold_rises_with_the_step_after_a_spike_and_what_is_above_v_th_remains():
    rec = run(state.ALIF(tau=1e6, tau_a=1e9, beta=0.25), np.r_[1.5e6, np.zeros(2)], 1.0, ["v", "a", "threshold"])
    np.testing.assert_allclose(rec["v"][:, 0], [1.5, 0.5, 0.5], rtol=1e-5)
    np.testing.assert_allclose(rec["a"][:, 0], [0.0, 1.0, 1.0], rtol=1e-5)
    np.testing.assert_allclose(rec["threshold"][:, 0], [1.0, 1.25, 1.25], rtol=1e-5)


def test_parameters_may_differ_between_neurons():
    taus = np.array([10.0, 20.0])
    together = hk.simulate(state.LIFRef(tau=taus), hk.stimuli.Constant(3.0), duration=50, dt=0.5, record=["v"])
    for k, tau in enumerate(taus):
        np.testing.assert_array_equal(together["v"][:, k], run(state.LIFRef(tau=tau), np.full(100, 3.0), 0.5)["v"][:, 0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: state.LIF(spk_reset="zero"), "LIF.spk_reset must be 'soft' or 'hard', got 'zero'."),
        (lambda: state.ALIF(V_reset=2.0), "ALIF.V_reset must be < ALIF.V_th, got 2 mV and 1 mV."),
        (lambda: state.IF(V_th=0.0), "IF.V_th must be > 0 mV, got 0 mV."),
    ],
)
def test_what_brainpy_state_does_not_have_is_refused(make, message):
    with pytest.raises(ParameterError, match=re.escape(message)):
        make()
