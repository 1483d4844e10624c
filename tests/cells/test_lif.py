import re

import numpy as np
import pytest
from scipy.optimize import brentq

import hillock as hk

DT = 0.1


@pytest.mark.filterwarnings("ignore:The largest current")  # below rheobase, so that the potential is seen without a reset
def test_potential_follows_the_exponential_to_rounding_at_any_step():
    # v(t) = v_rest + r_m i (1 - exp(-t/tau_m)), below threshold
    for dt in (0.1, 1.7):
        rec = hk.simulate(hk.cells.LIF(t_ref=0.0), hk.stimuli.Constant(0.14), duration=100 * dt, dt=dt, record=["v"], dtype="float64")
        np.testing.assert_allclose(rec["v"][:, 0], -65.0 + 14.0 * (1.0 - np.exp(-rec.t / 20.0)), rtol=1e-12)


def test_spikes_are_at_the_closed_form_times():
    # From rest the threshold, 15 mV up, is reached after tau_m ln(r_m i / (r_m i - 15 mV)); the spike is on the next grid point. The next
    # starts from the same point, t_ref later.
    currents = np.linspace(0.16, 2.0, 47)
    to_threshold = np.ceil(20.0 * np.log(100.0 * currents / (100.0 * currents - 15.0)) / DT)
    rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(currents), duration=200, dt=DT, dtype="float64")
    for k, steps in enumerate(to_threshold):
        expected = np.arange(steps, 2000 + 1, steps + 20) * DT
        assert rec.times(k).tolist() == np.round(expected, 9).tolist()


def test_adapting_threshold_lengthens_the_intervals_as_it_should():
    # theta decays freely between spikes; each crossing of 40 mV·(1 - exp(-t/tau_m)) and 15 mV + theta is found by bisection, then put on the grid.
    cell, rec_dt, theta, expected = hk.cells.LIF(theta_plus=3.0, tau_theta=80.0, t_ref=0.0), DT, 0.0, []
    for _ in range(10):
        crossing: float = brentq(lambda t, theta=theta: 40.0 * -np.expm1(-t / 20.0) - 15.0 - theta * np.exp(-t / 80.0), 0.0, 200.0)  # type: ignore[assignment]
        expected.append(np.ceil(crossing / rec_dt) * rec_dt)
        theta = theta * np.exp(-expected[-1] / 80.0) + 3.0
    rec = hk.simulate(cell, hk.stimuli.Constant(0.4), duration=np.ceil(np.sum(expected)), dt=rec_dt, dtype="float64")
    assert rec.isi()[:9].tolist() == np.round(expected[1:], 9).tolist()
    assert (np.diff(expected) > 0).all()


def test_reset_above_threshold_is_refused():
    with pytest.raises(ValueError, match=re.escape("LIF.v_reset must be < LIF.v_th, got -50 mV and -50 mV.")):
        hk.cells.LIF(v_reset=[-65.0, -50.0])
