"""Doubts are raised with their numbers where they are right, and nowhere else."""

import re
import time

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
]


@pytest.mark.parametrize(("given", "sentence"), DOUBTS, ids=lambda x: None if isinstance(x, list) else x[:40])
def test_each_doubt_says_its_numbers(given, sentence):
    assert given == [sentence]


def test_simulate_warns():
    with pytest.warns(UserWarning, match=re.escape("The largest current, 0.1 nA, is below the rheobase of 0.15 nA: no spike is possible.")):
        hk.simulate(LIF(), Constant(0.1), duration=1, dt=0.1)


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
