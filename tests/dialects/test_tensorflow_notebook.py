"""The TensorFlow notebook's neuron, spike for spike and bit for bit."""

import numpy as np
import pytest

import hillock as hk
from hillock.dialects._choices import CountDown
from tests.dialects.golden import Case, cases, each

notebook = hk.dialects.tensorflow_notebook
SQUARE = next(case for case in cases("tf_notebook") if case.name == "seed_square")
BIT_FOR_BIT = GENERIC = each("tf_notebook")
LONGEST = 2000  # one compiled program for all cases: inputs are padded, runs are cut


def run(case: Case, model, **options):
    padded = np.pad(case["input"], (0, LONGEST - case.steps))
    return hk.simulate(model, hk.stimuli.Samples(padded, dt=case.dt), duration=case.steps * case.dt, dt=case.dt, record=["v"], **options)


def as_lif(v_rest, v_thresh, tau_rest, r, tau):
    """The notebook's leak pulls to 0 whatever v_rest is: a constant current makes up for it."""
    return hk.cells.LIF(tau_m=tau, r_m=r, v_rest=v_rest, v_reset=v_rest, v_th=v_thresh, t_ref=tau_rest, i_e=-v_rest / r)


@BIT_FOR_BIT
def test_the_replica_repeats_the_notebook_bit_for_bit(case):
    rec = run(case, notebook.LIF(**case.params))
    np.testing.assert_array_equal(rec["v"][:, 0], case["v"])
    np.testing.assert_array_equal(rec.spike_steps, case["fire_steps"])


@pytest.mark.filterwarnings("ignore:The largest current")  # one case is meant to stay below the rheobase
@GENERIC
def test_the_generic_dialect_on_hillocks_lif_fires_in_the_same_steps(case):
    rec = run(case, as_lif(**case.params), dialect="tensorflow_notebook")
    np.testing.assert_array_equal(rec.spike_steps, case["fire_steps"])
    # a step rounds terms of at most |r I| + |v| < 10 four times, and forgets at dt/tau per step: at most 4 · 10 · 2^-24 · tau/dt
    np.testing.assert_allclose(rec["v"][:, 0], case["v"], rtol=0, atol=40 * 2**-24 * case.params["tau"] / case.dt)


def test_the_square_current_exceeds_the_threshold_six_times_and_is_reset_one_step_later():
    rec = run(SQUARE, notebook.LIF())
    above = [67, 90, 131, 147, 163, 179]
    np.testing.assert_array_equal(np.flatnonzero(rec["v"][:, 0] > 1.0), above)
    np.testing.assert_array_equal(rec.spike_steps, np.add(above, 1))
    assert (rec["v"][rec.spike_steps, 0] == 0.0).all()


def test_the_first_window_of_the_square_current_stays_below_threshold():
    v = run(SQUARE, notebook.LIF())["v"][:50, 0]
    assert np.argmax(v) == 29
    assert v[29] == pytest.approx(0.4324574, abs=5e-8)
    assert v[29] == pytest.approx(0.5 * (1 - 0.9**19), rel=19 * 2**-23)  # 19 Euler steps from 0 under 0.5


@pytest.mark.parametrize(("current", "interval"), [(1.2, 18 + 5), (1.5, 11 + 5)])
def test_the_interval_is_the_steps_to_threshold_one_firing_step_and_the_rest(current, interval):
    rec = hk.simulate(notebook.LIF(), hk.stimuli.Constant(current), duration=200, dt=1.0)
    assert set(np.diff(rec.spike_steps)) == {interval}


@pytest.mark.parametrize("v_rest", [0.0, 0.4, -0.5])
def test_other_parameters_follow_the_three_phases(v_rest):
    rng = np.random.default_rng(int(10 * v_rest) + 20)
    tau, r, v_thresh, tau_rest, dt = rng.uniform(5, 30), rng.uniform(0.5, 2), rng.uniform(0.6, 1.2), rng.uniform(0, 5), 0.25
    current = rng.normal(2.0, 2.0, 600)
    expected = three_phases(current, *map(np.float32, (dt, v_rest, v_thresh, tau_rest, r, tau)))
    rec = hk.simulate(notebook.LIF(v_rest, v_thresh, tau_rest, r, tau), hk.stimuli.Samples(current, dt=dt), duration=150, dt=dt, record=["v"])
    np.testing.assert_array_equal(rec["v"][:, 0], expected)


def three_phases(current, dt, v_rest, v_thresh, tau_rest, r, tau):
    """The notebook's graph, in NumPy."""
    v, t_rest, shown = v_rest, np.float32(0), []
    for i in current.astype(np.float32):
        if t_rest > 0:
            v, t_rest = v_rest, t_rest - dt
        elif v > v_thresh:
            v, t_rest = v_rest, tau_rest
        else:
            v, t_rest = v + ((r * i - v) * (1 / tau)) * dt, np.float32(0)
        shown.append(v)
    return np.array(shown)


# Steps of rest where they are not tau_rest/dt: 24 of 57 pairs, each one step longer.
ONE_MORE = {
    0.01: {0.5, 1, 1.5, 2, 2.5, 3, 4},
    0.025: {1, 1.5, 2, 10},
    0.05: {1.5, 2, 2.5, 3, 4},
    0.1: {0.5, 2.5, 3, 4, 5},
    0.2: {1, 5, 10},
    0.5: set(),
    1.0: set(),
}


@pytest.mark.parametrize("dt", ONE_MORE)
def test_counting_down_in_single_precision_rests_one_step_more_in_known_cases(dt):
    for tau_rest in (0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 10):
        steps = round(tau_rest / dt)
        if abs(steps * dt - tau_rest) < 1e-9:
            assert CountDown()(tau_rest, dt) == steps + (tau_rest in ONE_MORE[dt])
