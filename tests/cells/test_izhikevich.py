import numpy as np
import pytest
from scipy.integrate import solve_ivp

import hillock as hk

DT = 0.01

# Figure 2 of Izhikevich (2003): a, b, c, d.
PUBLISHED = {
    "RS": (0.02, 0.2, -65, 8),
    "IB": (0.02, 0.2, -55, 4),
    "CH": (0.02, 0.2, -50, 2),
    "FS": (0.1, 0.2, -65, 2),
    "LTS": (0.02, 0.25, -65, 2),
    "TC": (0.02, 0.25, -65, 0.05),
    "RZ": (0.1, 0.26, -65, 2),
}


def published_spikes(a, b, c, d, duration):
    """Return spike times for i = 10 by an adaptive solver that stops exactly at each peak."""

    def peak(t, x):
        return x[0] - 30.0

    peak.terminal = True  # type: ignore[attr-defined]
    peak.direction = 1.0  # type: ignore[attr-defined]
    t, x, times = 0.0, [-65.0, -65.0 * b], []
    while t < duration:
        run = solve_ivp(
            lambda t, x: [0.04 * x[0] ** 2 + 5 * x[0] + 140 - x[1] + 10, a * (b * x[0] - x[1])],
            (t, duration),
            x,
            events=peak,
            rtol=1e-9,
            atol=1e-9,
        )
        t, x = run.t[-1], [c, run.y[1, -1] + d]
        times += [t] if run.status == 1 else []
    return np.array(times)


@pytest.fixture(scope="module")
def recording():
    columns = {name: np.array([hk.cells.Izhikevich.presets[kind][name] for kind in PUBLISHED]) for name in "abcd"}
    return hk.simulate(hk.cells.Izhikevich(**columns), hk.stimuli.Constant(10.0), duration=150, dt=DT, dtype="float64")


@pytest.mark.parametrize("kind", PUBLISHED)
def test_every_type_fires_as_published(kind, recording):
    expected, times = published_spikes(*PUBLISHED[kind], duration=150.0), recording.times(list(PUBLISHED).index(kind))
    assert len(times) == len(expected)
    # Each spike waits up to one step for its grid point, and passes that on to all later ones.
    late = (times - expected) / DT
    assert (late > -0.1).all()
    assert (late < 2 * np.arange(1, len(late) + 1)).all()


def test_chattering_cells_fire_in_bursts_and_fast_ones_evenly(recording):
    chattering, fast = (recording.isi(list(PUBLISHED).index(kind))[2:] for kind in ("CH", "FS"))
    assert chattering.max() > 5 * chattering.min()
    assert fast.max() < 1.1 * fast.min()
