"""Doubts are raised with their numbers where they are right, and nowhere else."""

import re
import time
import warnings
from typing import Literal

import jax
import numpy as np
import pytest

import hillock as hk
from hillock.preflight import current_range, doubts
from hillock.stimuli import Constant, GaussianNoise, Pulses, Ramp, Samples, Sine, Step

LIF, Euler = hk.cells.LIF, hk.integrators.Euler


def found(cell, stimulus, *, dt=0.1, duration=100.0, dialect="hillock", integrator=None):
    return doubts(hk.dialects.find(dialect).bind(cell, integrator), stimulus, dt, duration)


DOUBTS = [
    (found(LIF(), Constant(0.1)), "The largest current, 0.1 nA, is below the rheobase of 0.15 nA: no spike is possible."),
    (
        found(LIF(v_th=[-50.0, -45.0]), Constant([0.1, 0.1])),
        "The largest current, 0.1 nA, is below the rheobase of 0.15 nA: no spike is possible.",
    ),
    (found(LIF(tau_m=0.02), Constant(0.3)), "LIF.tau_m = 0.02 ms is unusually short. If 0.02 s is meant, write '20 ms'."),
    (
        found(LIF(), Constant(0.3), dt=1e-4, duration=0.5),
        "duration = 0.5 ms and dt = 0.0001 ms are far below LIF.tau_m = 20 ms. If seconds are meant, write '500 ms' and '0.1 ms'.",
    ),
    (
        found(LIF(tau_m=20.0, t_ref=0.0), Constant(0.3), dt=5.0, integrator=Euler()),
        "dt = 5 ms is more than a tenth of LIF.tau_m = 20 ms, which under forward Euler acts like 17.4 ms. Use dt ≤ 2 ms, or another integrator.",
    ),
    (
        found(LIF(tau_m=20.0, t_ref=0.0, tau_theta=5.0, theta_plus=1.0), Constant(0.3), dt=5.0, dialect="ngclearn"),
        "dt = 5 ms is more than a tenth of LIF.tau_m = 20 ms, and EulerWithExactDecay is accurate to first order only. "
        "Use dt ≤ 2 ms, or another integrator.",
    ),
    (
        found(LIF(tau_m=2.0, t_ref=0.0), Constant(0.3), dt=4.0),
        "dt = 4 ms is longer than LIF.tau_m = 2 ms: what happens meanwhile is lost. Use dt ≤ 0.2 ms.",
    ),
    (
        found(hk.cells.AdEx(c_m=0.03), Constant(1.0), dt=2.0),
        "dt = 2 ms is longer than AdEx.c_m/g_l = 1 ms: what happens meanwhile is lost. Use dt ≤ 0.1 ms.",
    ),
    (
        found(hk.cells.HodgkinHuxley(), Constant(10.0)),
        "dt = 0.1 ms is too long for the spikes of HodgkinHuxley under RK4, which can overflow in them. Use dt ≤ 0.055 ms, or ExponentialEuler.",
    ),
    (
        found(LIF(t_ref=5.0), Constant(1.0)),
        "Under 1 nA the cell climbs to threshold in 3.25 ms, no longer than LIF.t_ref = 5 ms: "
        "the rate, at most 200 Hz, says more about t_ref than about the input.",
    ),
    (
        found(LIF(t_ref=0.25), Constant(0.3), dt=1.0, dialect="ngclearn"),
        "LIF.t_ref = 0.25 ms is shorter than dt = 1 ms, and the dialect ngclearn counts whole steps. Use a smaller dt.",
    ),
    (
        found(LIF(t_ref=0.0, tau_m=10.0), Constant(40.0)),
        "Under 40 nA the cell reaches threshold 2.66 times in dt = 0.1 ms, and a step holds one spike: the rate cannot exceed 10000 Hz. "
        "Use dt ≤ 0.0038 ms, a smaller current, or t_ref > 0 ms.",
    ),
    (found(hk.cells.QuadraticIF(), Constant(0.19)), "The largest current, 0.19 nA, is below the rheobase of 0.196875 nA: no spike is possible."),
    (found(hk.cells.ExponentialIF(), Sine(0.016, 5.0)), "The largest current, 0.016 nA, is below the rheobase of 0.0162 nA: no spike is possible."),
    (found(hk.cells.SLIF(), Constant(0.9)), "The largest current, 0.9 nA, is below the rheobase of 1 nA: no spike is possible."),
    (found(LIF(), Constant(300.0)), "The current of 300 nA is 2000 times the rheobase of 0.15 nA. If pA is meant, write '300 pA'."),
    (found(LIF(), Step(300.0, start=10)), "The current of 300 nA is 2000 times the rheobase of 0.15 nA. If pA is meant, write '300 pA'."),
    (found(LIF(), Constant(3e-10)), "The current of 3e-10 nA is 2e-09 times the rheobase of 0.15 nA. If A is meant, write '0.3 nA'."),
    (found(LIF(r_m=0.1), Constant(0.3)), "LIF.r_m = 0.1 MΩ is unusually small: 0.3 nA moves v by 0.03 mV. If GΩ is meant, write '100 Mohm'."),
    (found(LIF(r_m=1e8), Constant(0.3)), "LIF.r_m = 1e+08 MΩ is unusually large: 0.3 nA moves v by 3e+07 mV. If Ω is meant, write '100 Mohm'."),
    (
        found(LIF(v_rest=-0.065, v_reset=-0.065, v_th=-0.05), Constant(0.3)),
        "LIF.v_rest = -0.065 mV and LIF.v_th = -0.05 mV look like volts. Write '-65 mV', and so on.",
    ),
    (
        found(hk.cells.AdEx(c_m=281.0), Constant(1.0)),
        "AdEx.c_m = 281 nF is the capacitance of 28.1 mm² of membrane. If pF is meant, write '281 pF'.",
    ),
    (
        found(hk.cells.AdEx(g_l=30.0), Constant(1.0)),
        "AdEx.c_m/g_l = 0.00937 ms is unusually short. c_m is in nF and g_l in µS: if the numbers are of pF or nS, write so, as in '10 nS'.",
    ),
]


@pytest.mark.parametrize(("given", "sentence"), DOUBTS, ids=lambda x: None if isinstance(x, list) else x[:40])
def test_each_doubt_says_its_numbers(given, sentence):
    assert given == [sentence]


def test_simulate_warns():
    with pytest.warns(UserWarning, match=re.escape("The largest current, 0.1 nA, is below the rheobase of 0.15 nA: no spike is possible.")):
        hk.simulate(LIF(), Constant(0.1), duration=1, dt=0.1)


def heard(runs, action: Literal["default", "always", "ignore"] = "default"):
    """Return the doubts heard while some runs are made, each of them after something forgot what Python has warned about."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter(action, hk.Doubt)
        for run in runs:
            with warnings.catch_warnings():
                pass
            run()
    return [str(warning.message) for warning in said]


def silent(current=0.1, cell=None):
    hk.simulate(cell or LIF(), Constant(current), duration=1, dt=0.1)


@pytest.mark.slow
def test_a_loop_of_a_thousand_runs_warns_once():
    assert len(heard([silent] * 1000)) == 1


def test_another_number_is_not_another_doubt():
    assert len(heard([lambda k=k: hk.simulate(LIF(), Constant(0.001 * k), duration=1, dt=0.1) for k in range(1, 100)])) == 1


def test_another_line_or_another_doubt_is_heard_again():
    def here():
        hk.simulate(LIF(), Constant(0.1), duration=1, dt=0.1)

    def elsewhere():
        hk.simulate(LIF(), Constant(0.1), duration=1, dt=0.1)

    def otherwise():
        hk.simulate(LIF(), Constant(300.0), duration=1, dt=0.1)

    assert [len(heard([run])) for run in (here, elsewhere, here, otherwise)] == [1, 1, 0, 1]


def test_who_asks_for_all_doubts_hears_all_and_who_ignores_them_none():
    assert len(heard([silent] * 5, "always")) == 5
    assert heard([silent] * 5, "ignore") == []
    with warnings.catch_warnings():
        warnings.simplefilter("error", hk.Doubt)
        for _ in range(2):
            with pytest.raises(hk.Doubt):
                silent()


FILE = {"duration": 100, "cell": {"type": "LIF", "t_ref": 0}, "stimulus": {"type": "Constant", "amplitude": 0.3}}


def test_a_doubt_names_the_line_of_the_user_however_deep_the_run():
    with pytest.warns(hk.Doubt, match="more than a tenth") as said:
        hk.experiment.parse({**FILE, "dt": 5, "integrator": "euler"}).run()
    assert [warning.filename for warning in said] == [__file__]


def test_nothing_is_said_under_jit():
    jax.jit(lambda x: hk.simulate(LIF(), Constant(x), duration=1, dt=0.1, record=["v"])["v"])(0.1)


NORMAL = [
    found(LIF(), Constant(0.3)),
    found(LIF(), Constant(0.0)),  # at rest on purpose
    found(LIF(v_th=np.inf), Constant(0.3)),  # a threshold that is switched off
    found(LIF(), Constant([0.1, 0.3])),  # a sweep across the rheobase
    found(LIF(), Constant(np.linspace(0, 10, 100))),  # a sweep into saturation
    found(LIF(), GaussianNoise(0.1, 0.01)),
    found(LIF(), Constant(0.1) + GaussianNoise(0.0, 0.01)),
    found(LIF(), Constant(0.1) + Constant(0.1)),
    found(LIF(), -1.0 * Constant(-0.3)),
    found(LIF(i_e=0.2), Step(0.1, start=50)),
    found(LIF(), Pulses([2.0], starts=[10], stops=[11])),  # strong, but short
    found(LIF(), Step(60.0, start=10, stop=10.1)),  # 30 mV at once
    found(LIF(t_ref=0.0), Constant(40.0), dt=0.1),  # a spike in every step, and few are lost
    found(hk.cells.ExponentialIF(v_rest=-55.0), Constant(0.001)),  # it begins beyond the potential at which spikes take off
    found(LIF(r_m=0.1), Constant(300.0)),  # a small resistance and a current to match
    found(LIF(), Ramp(0.0, 0.3, stop=100)),
    found(LIF(), Samples([[0.0, 0.3], [0.0, 0.3]], dt=50.0)),
    found(LIF(), Constant(0.3), dt=1.0, integrator=Euler()),
    found(LIF(t_ref=1.0), Constant(0.3), dt=1.0),
    found(LIF(tau_m=5.0, t_ref=1.0), Constant(0.3), dt=1.0, integrator=hk.integrators.ExponentialEuler()),
    found(LIF(tau_theta=5.0, theta_plus=1.0), Constant(0.3), dt=1.0, dialect="ngclearn"),  # what only decays, decays exactly there
    found(LIF(tau_m=np.inf), Constant(0.3)),  # no leak
    found(LIF(), 0.0 * Constant(np.inf)),  # an error of the run, not a doubt
    found(LIF(tau_theta=0.5), Constant(0.3), dt=1.0, integrator=Euler()),  # theta is always 0
    found(LIF(tau_m=20.0, r_m=1.0, v_rest=0.0, v_reset=0.0, v_th=1.0, t_ref=0.0), Constant(1.5), dt=1.0),
    found(LIF(tau_m=1.0, t_ref=0.0), Constant(0.3), dt=1e-3, duration=10.0),  # time in units of the time constant
    doubts(hk.dialects.tensorflow_notebook.LIF(), Pulses([0.5, 1.2, 1.5], starts=[10, 40, 70], stops=[30, 60, 100]), 0.5, 100.0),
]


@pytest.mark.parametrize("given", NORMAL)
def test_a_normal_run_raises_no_doubt(given):
    assert given == []


ABSTRACT = (hk.cells.AbstractCell, hk.cells.AbstractCoupled)
CELLS = [kind for name in dir(hk.cells) if isinstance(kind := getattr(hk.cells, name), type) and issubclass(kind, ABSTRACT) and kind not in ABSTRACT]


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("integrator", [None, Euler()])
def test_no_cell_is_doubtful_by_default(kind, integrator):
    assert found(kind(), GaussianNoise(0.0, 1.0), integrator=integrator, dt=0.05) == []


def test_an_axon_overflows_at_the_step_that_is_doubted_and_not_at_the_longest_that_is_not():
    def run(**options):
        return hk.simulate(hk.cells.HodgkinHuxley(), Constant(10.0), duration=20, **options)

    with pytest.warns(hk.Doubt, match="is too long for the spikes"), pytest.raises(hk.SimulationError, match="Use a smaller dt, or ExponentialEuler"):
        run(dt=0.1)
    assert [len(rec.spike_steps) for rec in (run(dt=0.05), run(dt=0.1, integrator=hk.integrators.ExponentialEuler()))] == [2, 2]


@pytest.mark.parametrize("stimulus", [
    Constant(0.3), Step(0.3, start=20, stop=40, baseline=-0.1), Ramp(0.5, -0.2, stop=80), Sine(0.3, 25.0, offset=0.1),
    Pulses([0.3, 0.2, -0.6], starts=[0, 10, 20], stops=[30, 40, 50]), Samples(np.sin(np.arange(100)), dt=1.0),
    -2.0 * Step(0.3, start=20), Sine(0.3, 25.0) + Constant(0.2),
])  # fmt: skip
def test_the_range_of_a_stimulus_is_the_range_of_its_samples(stimulus):
    rec = hk.simulate(hk.cells.IntegrateAndFire(v_th=np.inf), stimulus, duration=100, dt=0.1, record=["i"], dtype="float64")
    low, high = current_range(stimulus) or (np.nan, np.nan)
    assert np.isclose(low, rec["i"].min(), atol=1e-6)
    assert np.isclose(high, rec["i"].max(), atol=1e-6)


def test_noise_has_no_range():
    assert current_range(GaussianNoise(0.0, 1.0)) is None
    assert current_range(GaussianNoise(0.0, 1.0) + Constant(1.0)) is None


def test_doubts_cost_far_less_than_a_run():
    step, stimulus = hk.dialects.find("hillock").bind(LIF()), Constant(0.3)
    hk.simulate(LIF(), stimulus, duration=1, dt=0.1)
    begin = time.perf_counter()
    hk.simulate(LIF(), stimulus, duration=1, dt=0.1)
    middle = time.perf_counter()
    doubts(step, stimulus, 0.1, 1.0)
    assert time.perf_counter() - middle < (middle - begin) / 4
