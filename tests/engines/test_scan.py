"""The scan engine gives the same numbers however a run is cut, batched or compiled."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk
from hillock import _simulate

NOISY = hk.stimuli.GaussianNoise(0.3, 0.5, interval=0.1)


def run(cell=None, stimulus: hk.stimuli.AbstractStimulus = NOISY, **options):
    settings = {"duration": 100, "dt": 0.1, "key": 7, "record": ["v"]} | options
    return hk.simulate(cell or hk.cells.LIF(), stimulus, **settings)


@pytest.mark.parametrize("chunk", [1, 7, 64, 999])
def test_the_length_of_a_chunk_changes_no_bit(chunk, monkeypatch):
    whole = run()
    monkeypatch.setattr(_simulate, "_CHUNK_STEPS", chunk)
    cut = run()
    np.testing.assert_array_equal(cut["v"], whole["v"])
    np.testing.assert_array_equal(cut.spike_steps, whole.spike_steps)


@pytest.mark.parametrize("neurons", [2, 3, 17, 1000])
def test_a_neuron_is_the_same_alone_and_in_a_crowd(neurons):
    np.testing.assert_array_equal(run(neurons=neurons)["v"][:, 0], run()["v"][:, 0])


def test_neurons_of_a_population_hear_different_noise():
    v = run(neurons=2, duration=10)["v"]
    assert (v[1:, 0] != v[1:, 1]).all()


def test_running_twice_gives_the_same_because_nothing_is_kept():
    np.testing.assert_array_equal(run()["v"], run()["v"])


def test_two_halves_make_a_whole():
    whole, first = run(), run(duration=50)
    second = run(duration=50, start=first.end)
    np.testing.assert_array_equal(np.concatenate([first["v"], second["v"]]), whole["v"])
    np.testing.assert_array_equal(np.concatenate([first.spike_steps, second.spike_steps]), whole.spike_steps)
    np.testing.assert_array_equal(np.concatenate([first.t, second.t]), whole.t)


@pytest.mark.parametrize("every", [2, 10])
def test_thinned_traces_are_every_kth_row(every):
    thin, full = run(every=every), run()
    np.testing.assert_array_equal(thin["v"], full["v"][every - 1 :: every])
    np.testing.assert_allclose(thin.t, full.t[every - 1 :: every], rtol=1e-12)
    np.testing.assert_array_equal(thin.spike_steps, full.spike_steps)


def test_an_incomplete_last_row_is_left_out():
    assert len(run(duration=1.0, every=4)["v"]) == 2


def test_jit_agrees_with_the_plain_call_to_rounding():
    def v(tau_m):
        return run(hk.cells.LIF(tau_m=tau_m))["v"]

    one_ulp_per_step = 1000 * np.spacing(np.float32(65.0)) / 2
    np.testing.assert_allclose(jax.jit(v)(20.0), v(20.0), atol=one_ulp_per_step, rtol=0)


def test_vmap_over_a_parameter_is_a_population_of_one_key():
    def v(tau_m):
        return run(hk.cells.LIF(tau_m=tau_m), hk.stimuli.Constant(0.3))["v"][:, 0]

    together = jax.vmap(v)(jnp.array([10.0, 20.0, 30.0])).T
    np.testing.assert_allclose(together, run(hk.cells.LIF(tau_m=[10.0, 20.0, 30.0]), hk.stimuli.Constant(0.3))["v"], atol=4e-3, rtol=0)


def test_the_gradient_of_the_potential_is_the_slope():
    """v(t) = v_rest + r i (1 - e^{-t/tau}), so dv/di = r (1 - e^{-t/tau})."""

    def last_v(amplitude):
        return run(stimulus=hk.stimuli.Constant(amplitude), duration=10)["v"][-1, 0]

    expected = 100.0 * (1 - np.exp(-10 / 20))
    np.testing.assert_allclose(jax.grad(last_v)(0.1), expected, rtol=1e-4)


def test_without_a_surrogate_spikes_are_truth_values_that_cannot_be_differentiated():
    def spikes(amplitude):
        return run(stimulus=hk.stimuli.Constant(amplitude), record=[]).spike_train.sum()

    with pytest.raises(TypeError, match="grad requires real-valued outputs"):
        jax.grad(spikes)(0.3)


@pytest.mark.parametrize("surrogate", [hk.surrogates.FastSigmoid(), hk.surrogates.ArcTan(), hk.surrogates.Triangle(width=2.0)])
def test_with_a_surrogate_more_current_means_more_spikes(surrogate):
    def spikes(amplitude):
        return run(stimulus=hk.stimuli.Constant(amplitude), surrogate=surrogate).spike_train.sum()

    count, slope = jax.value_and_grad(spikes)(0.3)
    assert int(count) == run(stimulus=hk.stimuli.Constant(0.3)).counts()[0]
    assert slope > 0


@pytest.mark.filterwarnings("ignore:The largest current")  # the free membrane is what is measured
def test_float64_is_closer_to_the_closed_form_than_float32():
    """The free membrane at 10 ms, against v_rest + r i (1 - e^{-1/2})."""
    exact = -65.0 + 100.0 * 0.1 * (1 - np.exp(-0.5))
    error = {d: abs(run(stimulus=hk.stimuli.Constant(0.1), duration=10, dtype=d)["v"][-1, 0] - exact) for d in ("float32", "float64")}
    assert error["float64"] < 1e-12 < error["float32"] < 1e-3


def test_parameters_that_are_the_same_for_all_neurons_stay_one_number():
    mixed = run(hk.cells.LIF(tau_m=[10.0, 20.0], r_m=100.0), hk.stimuli.Constant([0.3, 0.2]))
    alone = run(hk.cells.LIF(tau_m=20.0), hk.stimuli.Constant(0.2))
    np.testing.assert_array_equal(mixed["v"][:, 1], alone["v"][:, 0])


def test_keys_can_be_mapped_over():
    def v(key):
        return run(duration=10, key=key)["v"][-1, 0]

    keys = jnp.arange(3)
    np.testing.assert_allclose(jax.vmap(v)(keys), [v(int(key)) for key in keys], atol=1e-4, rtol=0)
