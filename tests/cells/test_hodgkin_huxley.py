import jax
import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

import hillock as hk
from hillock.cells.hodgkin_huxley import HodgkinHuxleyState


def published(t, x, i):
    """Return the flow with V = v + 65 mV from rest, depolarisation positive, rates as in the textbooks' form of the 1952 equations."""
    u, m, h, n = x
    am, bm = 0.1 * (25 - u) / (np.exp((25 - u) / 10) - 1), 4 * np.exp(-u / 18)
    ah, bh = 0.07 * np.exp(-u / 20), 1 / (np.exp((30 - u) / 10) + 1)
    an, bn = 0.01 * (10 - u) / (np.exp((10 - u) / 10) - 1), 0.125 * np.exp(-u / 80)
    current = i - 120 * m**3 * h * (u - 115) - 36 * n**4 * (u + 12) - 0.3 * (u - 10.613)
    return [current, am * (1 - m) - bm * m, ah * (1 - h) - bh * h, an * (1 - n) - bn * n]


def fixed_point(i):
    @jax.jit
    def balance(v):
        cell = hk.cells.HodgkinHuxley(v_rest=v)
        return cell.drift(cell.init(), i).v

    with jax.enable_x64(True):
        return hk.cells.HodgkinHuxley(v_rest=brentq(balance, -80.0, -40.0)).init()


def test_gates_rest_at_their_published_values():
    _, m, h, n = hk.cells.HodgkinHuxley().init()
    assert [round(float(x), 4) for x in (m, h, n)] == [0.0529, 0.5961, 0.3177]


def test_potential_is_that_of_an_adaptive_solver_on_the_published_form():
    rec = hk.simulate(hk.cells.HodgkinHuxley(), hk.stimuli.Constant(10.0), duration=30, dt=0.01, record=["v"], dtype="float64")
    with jax.enable_x64(True):
        start = [0.0, *map(float, hk.cells.HodgkinHuxley().init()[1:])]
    exact = solve_ivp(published, (0, 30), start, args=(10.0,), t_eval=rec.t, method="DOP853", rtol=1e-11, atol=1e-11).y[0]
    np.testing.assert_allclose(rec["v"][:, 0], exact - 65.0, atol=1e-3)  # RK4: some 10⁻⁴ mV on an upstroke of 400 mV/ms
    assert rec.times().tolist() == rec.t[1:][(exact[1:] > 65) & (exact[:-1] <= 65)].round(9).tolist()


def test_action_potential_has_the_published_height():
    # Hodgkin & Huxley's computed spikes reach 90-105 mV above rest.
    rec = hk.simulate(hk.cells.HodgkinHuxley(), hk.stimuli.Step(20.0, stop=1.0), duration=20, dt=0.01, record=["v"])
    assert rec.counts()[0] == 1
    assert 90.0 < rec["v"].max() + 65.0 < 110.0


def test_repetitive_firing_begins_at_the_published_current():
    # Rinzel & Miller (1980), doi:10.1016/0025-5564(80)90109-1: large oscillations exist above 6.26 µA/cm²; below, firing stops.
    rec = hk.simulate(hk.cells.HodgkinHuxley(), hk.stimuli.Constant([6.1, 6.4]), duration=300, dt=0.05)
    late = [int((rec.times(k) > 150).sum()) for k in range(2)]
    assert late[0] == 0
    assert late[1] >= 7  # of some 18 ms each


def test_rest_loses_stability_at_the_published_current():
    # Rinzel & Miller (1980): Hopf bifurcation at 9.78 µA/cm².
    for i, stable in ((9.73, True), (9.83, False)):
        with jax.enable_x64(True):
            jacobian = np.array(jax.jit(jax.jacfwd(lambda x, i=i: hk.cells.HodgkinHuxley().drift(x, i)))(fixed_point(i)))
        assert (np.linalg.eigvals(jacobian).real.max() < 0) == stable


@pytest.mark.parametrize("v", [-40.0, -55.0])
def test_rates_are_smooth_at_their_removable_singularities(v):
    # x/(1 - exp(-x)) is 1 + x/2 + ... at x = 0: compare value and slope with those 0.2 mV to either side, where the plain formula holds.
    @jax.jit
    def rates(v):
        return hk.cells.HodgkinHuxley().drift(HodgkinHuxleyState(v, 0.2, 0.3, 0.4), 0.0)

    with jax.enable_x64(True):
        for function in (rates, jax.jit(jax.jacfwd(rates))):
            here, below, above = (np.array(function(x), float).ravel() for x in (v, v - 0.2, v + 0.2))
            np.testing.assert_allclose(here, (below + above) / 2, rtol=1e-4, atol=1e-4)  # second derivatives · 0.2²/2


def test_plateau_above_the_threshold_is_no_spike():
    rec = hk.simulate(hk.cells.HodgkinHuxley(v_th=-50.0), hk.stimuli.Constant(200.0), duration=100, dt=0.05, record=["v"])
    assert rec["v"][-1000:].min() > -50.0  # the second half
    assert rec.spike_times.max() < 50.0
