import numpy as np
import pytest
from mpmath import mp, mpf

import hillock as hk
from hillock.recording import End
from hillock.stimuli import Sine
from tests.stimuli.sampled import current


def test_a_sine_has_its_closed_form():
    i = current(Sine(0.2, "40 Hz", phase=0.3, offset=0.1, start=5.0, stop=40.0), duration=50, dt=0.5)[:, 0]
    t = np.arange(100) * 0.5
    wave = 0.1 + 0.2 * np.sin(2 * np.pi * 0.040 * (t - 5.0) + 0.3)
    np.testing.assert_allclose(i, np.where((t >= 5.0) & (t < 40.0), wave, 0.1), rtol=1e-13, atol=1e-15)


def test_two_neurons_may_hear_two_frequencies():
    i = current(Sine(1.0, [250.0, 500.0]), duration=4, dt=1.0)
    np.testing.assert_allclose(i.T, [[0, 1, 0, -1], [0, 0, 0, 0]], atol=1e-14)


def test_the_phase_is_still_right_after_a_million_oscillations():
    cell, sine = hk.cells.IntegrateAndFire(v_th=1e9), Sine(1.0, 773.3)
    begin = hk.simulate(cell, sine, duration=1, dt=0.1, record=["i"], dtype="float64").end
    assert begin is not None
    late = hk.simulate(cell, sine, duration=1, dt=0.1, record=["i"], dtype="float64", start=End(2_000_000_000, begin.carry, 0.1))["i"][:, 0]
    mp.dps = 40
    t = [mpf(2_000_000_000 + k) * mpf(0.1) for k in range(10)]
    exact = [float(mp.sin(2 * mp.pi * mpf(773.3) / 1000 * x)) for x in t]
    # 1.5·10⁸ oscillations, each rounding of the product being off by 2⁻⁵³ of them: 1.7e-8 turns, 1e-7 radians; three roundings
    assert late == pytest.approx(exact, abs=3.2e-7)
