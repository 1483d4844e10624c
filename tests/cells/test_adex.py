import jax
import numpy as np
import pytest

import hillock as hk
from hillock.cells.adex import AdExState

# Where the fixed point v of the flow needs the current (g_l + a)(v - v_rest) - g_l delta_t e, e = exp((v - v_t)/delta_t), the Jacobian is
# [[g_l (e - 1)/c_m, -1/c_m], [a/tau_w, -1/tau_w]]. Rest is lost at the lower of e = 1 + a/g_l (determinant 0, saddle-node) and
# e = 1 + tau_m/tau_w (trace 0, Andronov-Hopf); as in Naud et al. (2008).


def rheobase(cell, e):
    v = cell.v_t + cell.delta_t * np.log(e)
    return v, (cell.g_l + cell.a) * (v - cell.v_rest) - cell.g_l * cell.delta_t * e


def test_saddle_node_rheobase_divides_silence_from_firing():
    cell = hk.cells.AdEx(tau_w=2.0, b=0.0)  # adaptation faster than the membrane: the potential never overshoots
    _, i = rheobase(cell, 1 + cell.a / cell.g_l)
    rec = hk.simulate(cell, hk.stimuli.Constant(i * np.array([0.99, 1.01])), duration=1000, dt=0.1)
    assert rec.counts()[0] == 0
    assert rec.counts()[1] > 0


def test_rest_becomes_unstable_at_the_published_hopf_current():
    cell = hk.cells.AdEx()
    ratio = cell.c_m / cell.g_l / cell.tau_w
    published = (cell.g_l + cell.a) * (cell.v_t - cell.v_rest - cell.delta_t + cell.delta_t * np.log(1 + ratio)) + cell.delta_t * cell.g_l * (
        cell.a / cell.g_l - ratio
    )
    v, i = rheobase(cell, 1 + ratio)
    assert i == pytest.approx(published, rel=1e-12)
    with jax.enable_x64(True):
        state = AdExState(v, cell.a * (v - cell.v_rest))
        assert np.allclose(np.array(cell.drift(state, i)), 0.0, atol=1e-12)
        jacobian = np.array(jax.jacfwd(cell.drift)(state, i))
    assert np.trace(jacobian) == pytest.approx(0.0, abs=1e-12)
    assert np.linalg.det(jacobian) > 0


@pytest.fixture(scope="module")
def intervals():
    currents = {
        "tonic": 0.5,
        "adapting": 0.5,
        "initial_burst": 0.4,
        "bursting": 0.21,
        "delayed_accelerating": 0.3,
        "delayed_bursting": 0.11,
        "transient": 0.18,
        "irregular": 0.16,
    }
    columns = {name: np.array([hk.cells.AdEx.presets[kind][name] for kind in currents]) for name in hk.cells.AdEx.presets["tonic"]}
    rec = hk.simulate(hk.cells.AdEx(**columns), hk.stimuli.Constant(np.array(list(currents.values()))), duration=600, dt=0.05, dtype="float64")
    assert set(currents) == set(hk.cells.AdEx.presets)
    return {kind: rec.isi(k) for k, kind in enumerate(currents)}


def test_presets_fire_as_they_are_called(intervals):
    tonic, adapting, burst, accelerating = (intervals[kind] for kind in ("tonic", "adapting", "initial_burst", "delayed_accelerating"))
    assert tonic.max() < 1.1 * tonic.min()
    assert (np.diff(adapting[:6]) > 0).all()
    assert adapting[-1] > 5 * adapting[0]
    assert burst[:2].max() < 10 < burst[2:].min()
    assert (np.diff(accelerating) <= 0).all()
    assert len(intervals["transient"]) < 5


def test_bursting_presets_alternate_short_and_long_intervals(intervals):
    for kind in ("bursting", "delayed_bursting"):
        short, long = intervals[kind][intervals[kind] < 15], intervals[kind][intervals[kind] > 15]
        assert len(long) >= 3
        assert long.min() > 5 * short.max()
    irregular = intervals["irregular"]
    assert np.std(irregular) / np.mean(irregular) > 0.4
    assert len(np.unique(np.round(irregular[5:]))) > 8
