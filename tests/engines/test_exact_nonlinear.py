"""The exact engine on cells without a closed form, and on the one that has one."""

import numpy as np
import pytest

import hillock as hk
from hillock.stimuli import Constant, Sine

pytestmark = pytest.mark.slow

CELLS = [
    (hk.cells.AdEx(t_ref=1.37), Constant(0.8), 80),
    (hk.cells.ExponentialIF(), Constant(0.3), 60),
    (hk.cells.Izhikevich(), Constant(10.0), 80),
    (hk.cells.HodgkinHuxley(), Constant(10.0), 40),
    (hk.cells.FitzHughNagumo(), Constant(0.5), 100),
]
heavy = pytest.mark.exhaustive  # seconds of compilation each
every_cell = pytest.mark.parametrize(
    ("cell", "stimulus", "duration"),
    [pytest.param(*case, id=type(case[0]).__name__, marks=() if k == 0 else heavy) for k, case in enumerate(CELLS)],
)


def exact(cell, stimulus, duration, dt):
    return hk.simulate(cell, stimulus, duration=duration, dt=dt, engine="exact").spike_times


def test_the_quadratic_cell_fires_where_its_arcus_tangens_says():
    """With x = v - (v_rest + v_c)/2 it is tau x' = a0 (x² + k²), k² = r i/a0 - (v_c - v_rest)²/4: from x0 to x1 in tau/(a0 k) (atan(x1/k) - atan(x0/k))."""
    i = np.array([0.2, 0.25, 0.5, 1.0, 4.0])
    rec = hk.simulate(hk.cells.QuadraticIF(t_ref=0.77), Constant(i), duration=140, dt=10.0, engine="exact")
    k = np.sqrt(20 * i / 0.07 - 7.5**2)
    passage = 10 / (0.07 * k) * (np.arctan(57.5 / k) - np.arctan(-7.5 / k))
    for neuron in range(5):
        times = passage[neuron] + np.arange(100) * (passage[neuron] + 0.77)
        np.testing.assert_allclose(rec.times(neuron), times[times < 140], rtol=0, atol=1e-9)


@every_cell
def test_spikes_do_not_depend_on_the_grid(cell, stimulus, duration):
    coarse, fine = (exact(cell, stimulus, duration, dt) for dt in (10.0, 1.0))
    assert len(fine) >= 2
    np.testing.assert_allclose(coarse, fine, rtol=0, atol=1e-9)


@every_cell
def test_the_grid_engine_comes_to_them_as_its_steps_shrink(cell, stimulus, duration):
    """On the grid the first spike is up to one step late, and by less than another for what RK4 makes of a steep upstroke; later ones inherit that."""
    truth = exact(cell, stimulus, duration, 10.0)
    late = []
    for dt in (0.01, 0.001):
        rec = hk.simulate(cell, stimulus, duration=duration, dt=dt, dtype="float64", integrator=hk.integrators.RK4())
        assert len(rec.spike_times) == len(truth)
        assert -0.1 * dt < rec.spike_times[0] - truth[0] < 2 * dt
        late.append(np.abs(rec.spike_times - truth).max())
    assert late[1] < late[0] / 3
    assert late[1] < 0.01 * len(truth)


@heavy
def test_a_varying_current_is_integrated_and_not_sampled():
    """The grid holds the sine for each step, which is half a step late, and finds the crossing up to one step late."""
    wave = Sine(0.5, 50.0, offset=0.9)
    truth = exact(hk.cells.AdEx(), wave, 30, 10.0)[0]
    for dt in (0.01, 0.001):
        grid = hk.simulate(hk.cells.AdEx(), wave, duration=30, dt=dt, dtype="float64", integrator=hk.integrators.RK4()).spike_times[0]
        assert 0 < grid - truth < 2 * dt


@pytest.mark.exhaustive  # two programs with adaptive steps to compile
def test_a_neuron_that_waits_for_another_in_its_upstroke_comes_to_no_harm():
    both = hk.simulate(hk.cells.AdEx(), hk.stimuli.Constant([0.8, 1.0]), duration=60, dt=0.5, engine="exact")
    for k, i in enumerate([0.8, 1.0]):
        alone = hk.simulate(hk.cells.AdEx(), hk.stimuli.Constant(i), duration=60, dt=0.5, engine="exact")
        np.testing.assert_allclose(both.times(k), alone.spike_times, rtol=0, atol=1e-9)
