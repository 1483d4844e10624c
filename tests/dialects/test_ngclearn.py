"""ngc-learn's cells, spike for spike and bit for bit."""

import re
from typing import Any

import jax
import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from hillock.dialects._choices import CountUp
from tests.dialects.golden import Case, cases, each

ngclearn = hk.dialects.ngclearn
CELLS = {"LIFCell": ngclearn.LIF, "SLIFCell": ngclearn.SLIF, "IFCell": ngclearn.IF, "AdExCell": ngclearn.AdEx, "IzhikevichCell": ngclearn.Izhikevich}
SHOWN = {
    "LIFCell": ("v", "rfr", "thr_theta", "v_thr"),
    "SLIFCell": ("v", "rfr", "thr", "j"),
    "IFCell": ("v", "rfr"),
    "AdExCell": ("v", "w"),
    "IzhikevichCell": ("v", "w"),
}
KEY = jax.random.split(jax.random.PRNGKey(1234), 3)[1]  # of every recorded cell
LONGEST = 2000  # one compiled program for all cases of a cell: inputs are padded, runs are cut

# What hillock's LIF does not have, so that only the replica can repeat it.
ONLY_THE_REPLICA = {
    "lif_leak2": "conduct_leak",
    "lif_vmin": "v_min",
    "lif_rk2": "the midpoint method",
    "lif_max_one_spike": "spikes of losers that are not reported",
    "lif_adaptive_reset_midway": "a reset() that keeps the adaptation",
}
BIT_FOR_BIT, POPULATIONS = each("ngclearn"), each("ngclearn_more")
GENERIC = each("ngclearn", "LIFCell", without=tuple(ONLY_THE_REPLICA))


def run(case: Case, model, record=(), **options):
    """Run a recorded experiment; ``reset()`` is called on the way where the recording did."""
    padded = np.pad(case["input"], [(0, LONGEST - case.steps)] + [(0, 0)] * (case["input"].ndim - 1))
    cut = case.options.get("reset_at", case.steps)
    settings = {"stimulus": hk.stimuli.Samples(padded, dt=case.dt), "dt": case.dt, "record": record, "check_finite": False, **options}
    first = hk.simulate(model, duration=cut * case.dt, **settings)
    if cut == case.steps:
        return [first]
    assert first.end is not None
    return [first, hk.simulate(model, duration=(case.steps - cut) * case.dt, start=first.end.change(model.reset), **settings)]


def replica(case: Case):
    """The recorded cell. What the package drew at random is in the file."""
    drawn = {"key": KEY} if case.params.get("one_spike") else {}
    if case.model == "SLIFCell":
        drawn = {"thr": case["threshold0"], "thr_jitter": 0.0, "clamp_once": case.options.get("clamp_once", False)}
        drawn |= {"inh_weights": case["inh_weights"]} if "inh_weights" in case else {}
    return CELLS[case.model](**{**case.params, **drawn})


def check_bit_for_bit(case: Case):
    parts = run(case, replica(case), SHOWN[case.model])
    for name in SHOWN[case.model]:
        shown = np.concatenate([part[name] for part in parts])
        np.testing.assert_array_equal(shown, case[name].reshape(shown.shape), err_msg=name)
    spikes = np.concatenate([np.stack([part.spike_steps, part.spike_neurons], axis=1) for part in parts])
    np.testing.assert_array_equal(spikes if case["spike_steps"].ndim == 2 else spikes[:, 0], case["spike_steps"])


@pytest.mark.filterwarnings("ignore:SLIF.tau_m = 0.025 ms is unusually short")  # lecture 2A counts in seconds
@BIT_FOR_BIT
def test_the_replica_repeats_the_package_bit_for_bit(case):
    check_bit_for_bit(case)


@POPULATIONS
def test_the_replica_repeats_populations_and_midpoints_bit_for_bit(case):
    check_bit_for_bit(case)


@pytest.mark.filterwarnings("ignore:The largest current")  # one case is meant to stay below the rheobase
@GENERIC
def test_the_generic_dialect_on_hillocks_lif_fires_in_the_same_steps(case):
    (rec,) = run(case, as_lif(**case.params), ("v",), dialect="ngclearn")
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"] if case["spike_steps"].ndim == 1 else case["spike_steps"][:, 0])
    np.testing.assert_allclose(rec["v"], case["v"].reshape(rec["v"].shape), rtol=0, atol=1e-4)  # mV


def as_lif(tau_m, resist_m, thr, v_rest, v_reset, tau_theta, theta_plus, refract_time, n_units=1):
    adaptation = {"tau_theta": tau_theta, "theta_plus": theta_plus} if tau_theta > 0 else {}
    return hk.cells.LIF(tau_m=tau_m, r_m=resist_m, v_rest=v_rest, v_reset=v_reset, v_th=thr, t_ref=refract_time, **adaptation)


LECTURE: dict[str, Any] = {
    "tau_m": 100.0,
    "resist_m": 1000.0,
    "thr": -52.0,
    "v_rest": -65.0,
    "v_reset": -60.0,
    "tau_theta": 300.0,
    "theta_plus": 0.05,
}


def test_lecture_2b_fires_in_steps_54_102_and_151():
    cell = ngclearn.LIF(**LECTURE, refract_time=2.0)
    rec = hk.simulate(cell, hk.stimuli.Step(0.3, start=1.0), duration=20, dt=0.1, record=["v", "thr_theta", "surrogate"])
    seed = next(case for case in cases("ngclearn") if case.name == "seed_lecture2b")
    np.testing.assert_array_equal(rec.spike_steps, [54, 102, 151])
    np.testing.assert_array_equal(rec["v"][:, 0], seed["v"])
    np.testing.assert_array_equal(rec["thr_theta"][:, 0], seed["thr_theta"])
    assert rec["surrogate"][53, 0] == pytest.approx(0.3181096, abs=5e-8)


def test_lecture_2b_step_by_step_is_the_same():
    cell = ngclearn.LIF(**LECTURE, refract_time=2.0)
    step, fired = hk.make_step(cell, dt=0.1), []
    state = step.init()
    for k in range(200):
        state, spike = step(state, 0.3 if k >= 10 else 0.0)
        fired += [k] if spike else []
    assert fired == [54, 102, 151]
    state = cell.reset(state)  # ngc-learn's reset(): back to rest, but for the adaptation of the threshold
    assert (state.v, state.rfr, state.thr_theta) == (-65.0, 2.0, pytest.approx(52 - 51.854744, abs=1e-6))


def test_double_precision_moves_no_spike_of_lecture_2b():
    cell, current = ngclearn.LIF(**LECTURE, refract_time=2.0), hk.stimuli.Step(0.3, start=1.0)
    single, double = (hk.simulate(cell, current, duration=20, dt=0.1, record=["v"], dtype=dtype) for dtype in ("float32", "float64"))
    np.testing.assert_array_equal(double.spike_steps, single.spike_steps)
    np.testing.assert_allclose(double["v"], single["v"], rtol=0, atol=1e-5)  # ngc-learn against NumPy in double precision: 6.5e-6


def test_lecture_2a_draws_its_threshold_from_the_key():
    cell = ngclearn.SLIF(tau_m=0.025, resist_m=5.0, thr=1.0, key=KEY)
    np.testing.assert_array_equal(cell.thr, np.array([1.0131081], np.float32))


@each("ngclearn", "SLIFCell")
def test_the_key_draws_the_recorded_thresholds_and_weights(case):
    cell = ngclearn.SLIF(**case.params, key=KEY)
    np.testing.assert_array_equal(cell.thr, case["threshold0"])
    if "inh_weights" in case:
        np.testing.assert_array_equal(cell.inh_weights, case["inh_weights"])


def test_a_current_that_is_set_once_is_multiplied_by_the_resistance_in_each_step():
    cell = ngclearn.SLIF(tau_m=20.0, resist_m=5.0, thr=1e9, thr_jitter=0.0, clamp_once=True)
    rec = hk.simulate(cell, hk.stimuli.Constant(0.3), duration=6, dt=1.0, record=["j"])
    np.testing.assert_allclose(rec["j"][:, 0], 0.3 * 5.0 ** np.arange(1, 7), rtol=6 * 2**-24)
    assert rec["j"][-1, 0] == 4687.5


CHATTER = [291, 428, 577, 742, 927, 1143, 1415, 1920, 6717, 6902, 7117, 7387, 7869]
EVERY_1369 = np.arange(5411, 19102, 1369).tolist()
LECTURE_2D = {
    "RS": [291, 2006, 6504, 10989, 15474, 19959],
    "FS": [294, 1293, 2673, 4042, *EVERY_1369],
    "CH": [*CHATTER, 12667, 12852, 13067, 13337, 13819, 18617, 18802, 19017, 19287, 19769],
    "IB": [291, 507, 848, 4581, 7706, 10832, 13958, 17084],
    "LTS": [289, 639, 1086, 1715, 2698, 4002, 5344, 6684, 8024, 9364, 10705, 12046, 13386, 14727, 16068, 17409, 18750],
}


@pytest.mark.parametrize("kind", LECTURE_2D)
def test_lecture_2d_fires_in_the_published_codes_steps(kind):
    rec = hk.simulate(ngclearn.Izhikevich.preset(kind), hk.stimuli.Constant(10.0), duration=200, dt=0.01)
    np.testing.assert_array_equal(rec.spike_steps, LECTURE_2D[kind])


def test_lecture_2e_fires_in_the_published_codes_steps():
    rec = hk.simulate(ngclearn.AdEx(), hk.stimuli.Constant(19.0), duration=1000, dt=0.1, record=["v", "w"])
    np.testing.assert_array_equal(rec.spike_steps, [416, 939, 1549, 2270, 3132, 4158, 5341, 6638, 7996, 9381])
    np.testing.assert_array_equal(rec["v"][[0, 100, 9999], 0], np.array([-69.88666, -61.64259, -56.302902], np.float32))
    np.testing.assert_array_equal(rec["w"][[100, 416, 9999], 0], np.array([0.016505998, 0.89088559, 3.619893], np.float32))


@pytest.mark.parametrize(("dt", "peak"), [(0.01, 33), (0.1, 47), (0.5, 133), (1.0, 246)])
def test_the_overshoot_of_izhikevichs_cell_grows_with_dt(dt, peak):
    rec = hk.simulate(ngclearn.Izhikevich(), hk.stimuli.Constant(10.0), duration=200, dt=dt, record=["v"])
    assert round(float(rec["v"].max())) == peak


# Steps of masked input where they are not refract_time/dt; all other pairs are exact.
TIMES = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 10.0)
DEAD_STEPS = {
    0.01: {0.5: 51, 1.0: 101, 1.5: 151, 2.0: 201, 2.5: 251, 3.0: 301, 4.0: 401},
    0.02: {1.0: 51, 1.5: 76, 2.0: 101, 2.5: 126, 3.0: 151, 4.0: 201, 5.0: 251},
    0.025: {1.0: 41, 1.5: 61, 2.0: 81, 10.0: 401},
    0.05: {1.5: 31, 2.0: 41, 2.5: 51, 3.0: 61, 4.0: 81},
    0.1: {2.5: 26, 3.0: 31, 4.0: 41, 5.0: 51},
    0.2: {5.0: 26, 10.0: 51},
    0.25: {},
    0.5: {},
    1.0: {},
}


@pytest.mark.parametrize("dt", DEAD_STEPS)
def test_the_dead_time_is_a_sum_in_single_precision(dt):
    times = [t for t in TIMES if abs(round(t / dt) * dt - t) < 1e-9]
    expected = [DEAD_STEPS[dt].get(t, round(t / dt)) for t in times]
    assert [int(CountUp()(t, dt)) for t in times] == expected
    refract_time = np.resize(times, len(TIMES))
    cell = ngclearn.LIF(tau_m=20.0, refract_time=refract_time)  # under a current that fires it whenever it is felt
    rec = hk.simulate(cell, hk.stimuli.Constant(1e7), duration=max(expected) * dt + 2 * dt, dt=dt)
    gaps = [np.diff(rec.spike_steps[rec.spike_neurons == k])[0] for k in range(len(times))]
    assert [int(gap) - 1 for gap in gaps] == expected


def test_the_voltage_is_differentiable():
    def last_voltage(amplitude):
        return hk.simulate(ngclearn.LIF(tau_m=20.0), hk.stimuli.Constant(amplitude), duration=10, dt=0.5, record=["v"])["v"][-1, 0]

    assert jax.grad(last_voltage)(8.0) == pytest.approx(1 - (1 - 0.5 / 20) ** 20, rel=1e-5)  # 20 Euler steps from rest


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: ngclearn.LIF(tau_m=20, integration_type="heun"),
            "LIF.integration_type must be 'euler', 'rk2' or 'midpoint', got 'heun'. "
            "ngc-learn integrates by Euler without a word when given this name; write 'euler' to repeat that.",
        ),
        (
            lambda: ngclearn.AdEx(integration_type="rk1"),
            "AdEx.integration_type must be 'euler', 'rk2' or 'midpoint', got 'rk1'. "
            "ngc-learn integrates by Euler after printing an error when given this name; write 'euler' to repeat that.",
        ),
        (
            lambda: ngclearn.LIF(tau_m=20, one_spike=True, n_units=2),
            "LIF.one_spike draws random numbers. Pass key=jax.random.PRNGKey(1), or any other key.",
        ),
        (
            lambda: ngclearn.SLIF(tau_m=20, resist_m=1, thr=1),
            "SLIF.thr_jitter = 0.05 spreads the thresholds at random. Pass key=jax.random.PRNGKey(1), or any other key, or thr_jitter=0.",
        ),
        (
            lambda: ngclearn.SLIF(tau_m=20, resist_m=1, thr=1, thr_jitter=0, n_units=3, resist_inh=1),
            "SLIF.inh_weights must have shape (3, 3), got (1,). Pass them, or a key that draws them.",
        ),
        (
            lambda: ngclearn.IF(tau_m=20, thr=[-50, -51], n_units=3),
            "IF.thr must hold one value for each of the n_units = 3, got 2.",
        ),
    ],
)
def test_what_ngclearn_would_do_silently_or_at_random_is_refused(build, message):
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        build()
