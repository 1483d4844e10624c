import re

import numpy as np
import pytest

import hillock as hk

DT = 0.1


def test_interval_is_the_closed_form_on_the_grid():
    # From 0 towards r_m i, 1 is reached after tau_m ln(r_m i / (r_m i - 1)); then t_ref passes.
    currents = np.array([1.1, 1.5, 2.0, 5.0])
    rec = hk.simulate(hk.cells.SLIF(t_ref=3.0), hk.stimuli.Constant(currents), duration=300, dt=DT, dtype="float64")
    for k, i in enumerate(currents):
        assert np.unique(rec.isi(k)).tolist() == [np.round(np.ceil(20.0 * np.log(i / (i - 1)) / DT) * DT + 3.0, 9)]


@pytest.mark.parametrize("dt", [0.05, 0.1])
def test_threshold_counts_the_spikes_of_the_population_and_the_time(dt):
    # Above its floor the threshold is v_th + rho_b (spikes of all - t/t_b), whatever the step.
    cell, currents = hk.cells.SLIF(rho_b=0.01, t_b=2.0), np.array([1.5, 2.0, 4.0])
    rec = hk.simulate(cell, hk.stimuli.Constant(currents), duration=100, dt=dt, record=["threshold"], dtype="float64")
    spikes = np.cumsum(rec.spike_train.sum(axis=1))
    expected = 1.0 + 0.01 * (spikes - rec.t / 2.0)
    assert spikes[-1] > 20
    quiet = ~rec.spike_train.any(axis=1)
    for k in range(3):
        np.testing.assert_allclose(rec["threshold"][quiet, k], expected[quiet], rtol=1e-12)


def test_population_settles_at_one_spike_per_t_b():
    rec = hk.simulate(hk.cells.SLIF(rho_b=0.05, t_b=2.0), hk.stimuli.Constant(np.linspace(2.0, 3.0, 10)), duration=1000, dt=DT)
    late = np.sum(rec.spike_times > 500.0)
    # The threshold moved by less than 1 = 20 rho_b in those 500 ms: at most 20 spikes more or fewer than 500 ms / t_b.
    assert abs(late - 250) <= 20


def test_threshold_does_not_fall_below_its_floor():
    rec = hk.simulate(hk.cells.SLIF(rho_b=0.1), hk.stimuli.Constant(0.0), duration=50, dt=DT, record=["threshold"], dtype="float64")
    np.testing.assert_allclose(rec["threshold"][-300:], 0.025, rtol=1e-12)  # 1 - 0.1 t/ms gets there after 9.75 ms


@pytest.mark.parametrize("dt", [0.05, 0.1])
def test_inhibition_is_a_decaying_current_from_the_neurons_that_fire(dt):
    # A spike at t = 0 adds w to i_inh; then v = -r_inh w tau_inh/(tau_m - tau_inh) (exp(-t/tau_m) - exp(-t/tau_inh)), whatever the step.
    w = np.array([[0.0, 0.3, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    cell = hk.cells.SLIF(r_inh=2.0, tau_inh=4.0, w_inh=w)
    only_first = hk.stimuli.Step(np.array([3.0, 0.0, 0.0]), stop=10.0)
    rec = hk.simulate(cell, only_first, duration=40, dt=dt, record=["v"], dtype="float64")
    assert rec.counts().tolist() == [1, 0, 0]
    t = np.maximum(rec.t - rec.spike_times[0], 0.0)
    np.testing.assert_allclose(rec["v"][:, 1], -2.0 * 0.3 * 4.0 / 16.0 * (np.exp(-t / 20.0) - np.exp(-t / 4.0)), atol=1e-13)
    assert (rec["v"][:, 2] == 0.0).all()


def test_strongest_input_silences_the_others():
    mutual = 5.0 * (1.0 - np.eye(4))
    currents = hk.stimuli.Constant(np.array([1.8, 2.2, 2.0, 1.9]))
    free = hk.simulate(hk.cells.SLIF(), currents, duration=200, dt=DT, neurons=4)
    inhibited = hk.simulate(hk.cells.SLIF(r_inh=1.0, tau_inh=20.0, w_inh=mutual), currents, duration=200, dt=DT)
    assert (free.counts() > 10).all()
    assert (inhibited.counts() > 0).tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"r_inh": 1.0}, "SLIF.w_inh must be given where r_inh > 0. Pass a matrix with one row and one column per neuron, or r_inh = 0."),
        ({"w_inh": [[0.0, 1.0]]}, "SLIF.w_inh must have one row and one column per neuron, got an array of shape (1, 2)."),
        ({"w_inh": [[0.0, 1.0], [1.0, 2.0]]}, "SLIF.w_inh must be 0 on its diagonal, got 2 nA for neuron 1. No neuron inhibits itself."),
        ({"v_th": 0.01}, "SLIF.v_th_min must be < SLIF.v_th, got 0.025 and 0.01."),
    ],
)
def test_wrong_parameters_are_refused_in_one_sentence(wrong, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence) + "$"):
        hk.cells.SLIF(**wrong)


def test_inhibition_for_another_number_of_neurons_is_refused():
    with pytest.raises(ValueError, match=re.escape("All per-neuron values must have the same length, but neurons = 5, SLIF.w_inh has 3.")):
        hk.simulate(hk.cells.SLIF(r_inh=1.0, w_inh=1.0 - np.eye(3)), hk.stimuli.Constant(1.0), duration=1, dt=DT, neurons=5)
