"""What only the scan engine does: it is differentiated, compiled into a user's own functions, and mapped over."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk

NOISY = hk.stimuli.GaussianNoise(0.3, 0.5, interval=0.1)


def run(cell=None, stimulus: hk.stimuli.AbstractStimulus = NOISY, **options):
    settings = {"duration": 100, "dt": 0.1, "key": 7, "record": ["v"]} | options
    return hk.simulate(cell or hk.cells.LIF(), stimulus, **settings)


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


def test_keys_can_be_mapped_over():
    def v(key):
        return run(duration=10, key=key)["v"][-1, 0]

    keys = jnp.arange(3)
    np.testing.assert_allclose(jax.vmap(v)(keys), [v(int(key)) for key in keys], atol=1e-4, rtol=0)
