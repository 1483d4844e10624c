import numpy as np

import hillock as hk

# With v_m = (v_rest + v_c)/2 the flow is tau_m dv/dt = a0 (v - v_m)² + D, D = r_m i - a0 (v_c - v_rest)²/4. Where D > 0 it passes from
# v_reset to v_th in T = tau_m/√(a0 D) · [atan((v - v_m) √(a0/D))] between the two, which is π tau_m/√(a0 D) for a whole real line.
RHEOBASE = 0.07 * 15.0**2 / 4 / 20.0  # nA, where D = 0
DT = 0.05


def period(i, v_reset, v_th):
    surplus = 20.0 * (i - RHEOBASE)
    angles = np.arctan((np.array([v_reset, v_th]) + 57.5) * np.sqrt(0.07 / surplus))
    return 10.0 / np.sqrt(0.07 * surplus) * (angles[1] - angles[0])


def test_intervals_are_the_arctangent_formula_on_the_grid():
    currents = np.array([0.25, 0.3, 0.5, 1.0, 3.0])
    rec = hk.simulate(hk.cells.QuadraticIF(), hk.stimuli.Constant(currents), duration=200, dt=DT, dtype="float64")
    for k, i in enumerate(currents):
        late = rec.isi(k) - period(i, -65.0, 0.0)
        assert len(late) > 0
        assert ((late > -1e-3) & (late < DT + 1e-3)).all()  # a spike waits for its grid point; RK4 errs by far less than 10⁻³ ms


def test_from_minus_to_plus_infinity_takes_pi_tau_over_the_root():
    cell = hk.cells.QuadraticIF(v_reset=-1e4, v_th=1e4)
    rec = hk.simulate(cell, hk.stimuli.Constant(1.0), duration=100, dt=0.001, dtype="float64")
    ends = 10.0 / 0.07 * 2 / 1e4  # ms from infinity to ±10⁴ mV and back
    np.testing.assert_allclose(rec.isi(), np.pi * 10.0 / np.sqrt(0.07 * 20.0 * (1.0 - RHEOBASE)) - ends, atol=0.003)


def test_rheobase_is_where_the_fixed_points_meet():
    rec = hk.simulate(hk.cells.QuadraticIF(), hk.stimuli.Constant(RHEOBASE * np.array([0.98, 1.02])), duration=500, dt=DT)
    assert rec.counts().tolist() == [0, 1]  # period(1.02 · rheobase) is 421 ms
