"""NIR's nodes, against the closed forms that several importers miss."""

import re

import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError

nir = hk.dialects.nir


def crossings(energy, v_init, v_threshold, v_reset, tau, n):
    """Exact spike times of a leaky node: tau ln((E - v0)/(E - theta)), with E = v_leak + r i."""
    first, interval = (tau * np.log((energy - v) / (energy - v_threshold)) for v in (v_init, v_reset))
    return first + interval * np.arange(n)


def spike_times(node, current, n, dt):
    return hk.simulate(node, hk.stimuli.Constant(current), duration=200, dt=dt, dialect="nir").spike_times[:n]


# Exact spike steps at dt = 0.1 ms (r, v_leak, v_reset; tau = 20 ms, threshold 1, i = 1.5), to the digits printed.
LEAKY = [
    (1.0, 0.0, 0.0, [219.72, 439.44, 659.17]),
    (1.0, 0.0, 0.3, [219.72, 394.82, 569.91]),
    (2.0, -0.5, 0.3, [102.17, 178.76, 255.36]),
]


@pytest.mark.parametrize("dt", [0.1, 0.0125])
@pytest.mark.parametrize(("r", "v_leak", "v_reset", "steps"), LEAKY)
def test_r_v_leak_and_v_reset_are_honoured(r, v_leak, v_reset, steps, dt):
    exact = crossings(v_leak + 1.5 * r, 0.0, 1.0, v_reset, 20.0, 3)
    np.testing.assert_allclose(exact / 0.1, steps, atol=0.005)
    late = spike_times(nir.LIF(tau=0.02, r=r, v_leak=v_leak, v_threshold=1, v_reset=v_reset, time_unit="s"), 1.5, 3, dt) - exact
    # each spike falls on the grid at most one dt late, and what follows it is late by as much
    assert (late > 0).all()
    assert (late <= dt * np.arange(1, 4) + 1e-9).all()


def test_an_integrator_counts_time_in_its_own_unit():
    exact = np.array([166.67, 283.33, 400.0])
    steps = spike_times(nir.IF(r=1, v_threshold=1, v_reset=0.3, time_unit="s"), 60.0, 3, 0.1) / 0.1
    assert (abs(steps - exact) <= np.arange(1, 4) + 0.01).all()
    per_ms = spike_times(nir.IF(r=1, v_threshold=1, v_reset=0.3, time_unit="ms"), 0.06, 3, 0.1) / 0.1
    np.testing.assert_array_equal(per_ms, steps)


def test_seconds_and_milliseconds_of_the_same_node_agree_exactly():
    seconds = nir.LIF(tau=0.02, r=1, v_leak=0, v_threshold=1, time_unit="s")
    milliseconds = nir.LIF(tau=20, r=1, v_leak=0, v_threshold=1, time_unit="ms")
    np.testing.assert_array_equal(spike_times(seconds, 1.5, 5, 0.1), spike_times(milliseconds, 1.5, 5, 0.1))


def test_the_potential_between_spikes_is_exact_at_any_step():
    node = nir.LI(tau=20, r=2, v_leak=-0.5, v_init=0.25, time_unit="ms")
    rec = hk.simulate(node, hk.stimuli.Constant(1.5), duration=100, dt=25, record=["v"], dialect="nir")
    np.testing.assert_allclose(rec["v"][:, 0], 2.5 - 2.25 * np.exp(-rec.t / 20), rtol=1e-14)
    assert len(rec.spike_steps) == 0


def test_a_node_runs_in_other_dialects_which_shows_what_their_importers_do():
    node = nir.LIF(tau=0.02, r=1, v_leak=0, v_threshold=1, time_unit="s")
    steps = {
        name: hk.simulate(node, hk.stimuli.Constant(1.5), duration=70, dt=0.1, dialect=name).spike_steps.tolist()
        for name in ("nir", "norse", "snntorch")
    }
    assert steps["nir"] == [219, 439, 659]
    assert steps["norse"] == [219, 439, 659]
    assert steps["snntorch"] == [219, 440, 661]  # as snnTorch itself: it subtracts one step late


def test_nodes_take_one_value_per_neuron_as_files_hold_them():
    node = nir.LIF(tau=np.array([0.01, 0.02]), r=np.ones(2), v_leak=np.zeros(2), v_threshold=np.ones(2), time_unit="s")
    rec = hk.simulate(node, hk.stimuli.Constant(1.5), duration=30, dt=0.1, dialect="nir")
    assert rec.times(0)[0] == pytest.approx(11.0)  # 10 ln 3 = 10.986 ms, on the grid
    assert rec.times(1)[0] == pytest.approx(22.0)


@pytest.mark.parametrize(("unit", "got"), [({}, "nothing"), ({"time_unit": "us"}, "'us'")])
def test_the_unit_of_time_is_never_guessed(unit, got):
    text = f"IF.time_unit must be 'ms' or 's', got {got}. A NIR file does not say which, and its writers differ; ask the writer."
    with pytest.raises(ParameterError, match=re.escape(text)):
        nir.IF(r=1, v_threshold=1, **unit)


def test_nir_has_no_refractory_time():
    text = "The dialect nir has no refractory time. Set LIF.t_ref = 0 ms, or choose another dialect."
    with pytest.raises(ValueError, match=re.escape(text)):
        hk.simulate(hk.cells.LIF(t_ref=1), hk.stimuli.Constant(0.3), duration=10, dt=0.1, dialect="nir")
