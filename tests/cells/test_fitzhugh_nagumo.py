import numpy as np
import pytest
from scipy.linalg import expm

import hillock as hk

A, B, TAU_W = 0.7, 0.8, 12.5


def test_defaults_begin_at_rest():
    rec = hk.simulate(hk.cells.FitzHughNagumo(), hk.stimuli.Constant(0.0), duration=100, dt=0.5, record=["v", "w"], dtype="float64")
    for name in ("v", "w"):
        np.testing.assert_allclose(rec[name], rec[name][0, 0], atol=1e-12)


@pytest.mark.parametrize("trace", [-0.01, 0.01])
def test_rest_loses_stability_at_the_closed_form_hopf_current(trace):
    # The Jacobian at (v, w) is [[1 - v², -1], [1/tau_w, -b/tau_w]]: its trace is 0 at v = -√(1 - b/tau_w), where the fixed point needs
    # i = v³/3 - v + (v + a)/b = 0.3313. On either side small deviations are exp(J t) of the first.
    v = -np.sqrt(1 - B / TAU_W - trace)
    w = (v + A) / B
    i, small = v**3 / 3 - v + w, 1e-6
    assert (i > 0.3313) == (trace > 0)
    cell = hk.cells.FitzHughNagumo(v_init=v + small, w_init=w)
    rec = hk.simulate(cell, hk.stimuli.Constant(i), duration=150, dt=0.25, record=["v"], dtype="float64")
    jacobian = np.array([[1 - v**2, -1], [1 / TAU_W, -B / TAU_W]])
    expected = [small * expm(jacobian * t)[0, 0] for t in rec.t[::20]]
    np.testing.assert_allclose(rec["v"][::20, 0] - v, expected, atol=1e-4 * small)
    assert (np.abs(rec["v"][-100:, 0] - v).max() > small) == (trace > 0)


def test_plateau_above_the_threshold_is_one_spike():
    rec = hk.simulate(hk.cells.FitzHughNagumo(), hk.stimuli.Constant(2.5), duration=100, dt=0.1, record=["v"])
    assert rec["v"][-500:].min() > 1.0
    assert rec.counts()[0] == 1


def test_release_from_inhibition_is_a_spike():
    rec = hk.simulate(hk.cells.FitzHughNagumo(), hk.stimuli.Step(-0.5, stop=50), duration=100, dt=0.1)
    assert rec.counts()[0] == 1
    assert rec.spike_times[0] > 50.0
