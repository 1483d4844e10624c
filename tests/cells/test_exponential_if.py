import numpy as np
import pytest
from scipy.integrate import quad

import hillock as hk

# The flow v_rest - v + delta_t exp((v - v_t)/delta_t) is lowest at v = v_t, where it is v_rest - v_t + delta_t.
RHEOBASE = (-59.9 + 65.0 - 3.48) / 100.0


def test_rheobase_lifts_the_lowest_point_of_the_flow_to_zero():
    rec = hk.simulate(hk.cells.ExponentialIF(), hk.stimuli.Constant(RHEOBASE * np.array([0.98, 1.02])), duration=1000, dt=0.1)
    assert rec.counts()[0] == 0
    assert rec.counts()[1] > 0


@pytest.mark.parametrize("i", [0.02, 0.1, 0.5])
def test_intervals_are_the_integral_of_one_over_the_flow(i):
    def slowness(v):
        return 10.0 / (-65.0 - v + 3.48 * np.exp((v + 59.9) / 3.48) + 100.0 * i)

    exact = 1.7 + quad(slowness, -68.0, -30.0, epsabs=1e-10, points=[-59.9])[0]
    rec = hk.simulate(hk.cells.ExponentialIF(), hk.stimuli.Constant(i), duration=150, dt=0.01, dtype="float64")
    np.testing.assert_allclose(rec.isi() - exact, 0.005, atol=0.0051)  # between 0 and one step late


def test_v_th_hardly_matters():
    # From -30 mV the rest of the upstroke takes 10 ms · exp(-29.9/3.48) = 2 µs: less than a step.
    times = [
        hk.simulate(hk.cells.ExponentialIF(v_th=v_th), hk.stimuli.Constant(0.1), duration=50, dt=0.02, dtype="float64").times()
        for v_th in (-30.0, 30.0)
    ]
    assert np.abs(times[0] - times[1]).max() <= 0.02 * len(times[0]) * 1.001
