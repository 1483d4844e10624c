import numpy as np

import hillock as hk


def test_potential_is_the_charge_over_the_capacitance():
    rec = hk.simulate(hk.cells.IntegrateAndFire(c_m=0.5), hk.stimuli.Constant(0.03), duration=100, dt=0.1, record=["v"], dtype="float64")
    np.testing.assert_allclose(rec["v"][:, 0], -65.0 + 0.03 * rec.t / 0.5, rtol=1e-12)


def test_rate_is_the_current_over_the_charge_of_a_spike():
    # c_m (v_th - v_reset) = 0.2 nF · 20 mV = 4 pC; an interval is 4 pC / i on the grid, and t_ref.
    currents = np.geomspace(0.05, 3.0, 31) * 1.0001  # off the currents that need a whole number of steps
    cell = hk.cells.IntegrateAndFire(v_reset=-70.0, v_init=-70.0, t_ref=1.5)
    rec = hk.simulate(cell, hk.stimuli.Constant(currents), duration=500, dt=0.1, dtype="float64")
    for k, i in enumerate(currents):
        assert np.unique(rec.isi(k)).tolist() == [np.round(np.ceil(4.0 / i / 0.1) * 0.1 + 1.5, 9)]


def test_there_is_no_rheobase():
    assert hk.simulate(hk.cells.IntegrateAndFire(), hk.stimuli.Constant(0.007), duration=500, dt=1.0).counts()[0] == 1  # 3 pC / 7 pA = 429 ms
