"""Derivatives of spike times: implicit differentiation against closed forms and finite differences."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk

pytestmark = pytest.mark.slow

Constant = hk.stimuli.Constant


@pytest.fixture(autouse=True)
def _double_precision():
    with jax.enable_x64(True):
        yield


def central(function, p, relative=1e-5):
    """Return the Jacobian by central differences; they err by the third derivative, some relative² of the value."""
    steps = relative * np.maximum(np.abs(p), 1e-3)
    return np.stack([(function(p.at[k].add(h)) - function(p.at[k].add(-h))) / (2 * h) for k, h in enumerate(steps)], axis=-1)


def test_the_first_spike_moves_with_the_current_as_its_closed_form_says_in_reverse_mode_and_forward():
    cell = hk.cells.LIF()

    def first(i):
        return hk.spike_times(cell, Constant(i), count=1, duration=50, dt=5)[0, 0]

    # t = tau_m ln(r i/(r i - 15 mV)), so dt/di = tau_m (1/i - 1/(i - 0.15 nA))
    for slope in (jax.grad(first), jax.jacfwd(first)):
        assert float(slope(0.3)) == pytest.approx(20 * (1 / 0.3 - 1 / 0.15), rel=1e-12)


@jax.jit
def four_times(p):
    tau_m, r_m, t_ref, theta_plus, v_reset, offset, amplitude, tau_theta = p
    cell = hk.cells.LIF(tau_m=tau_m, r_m=r_m, t_ref=t_ref, theta_plus=theta_plus, v_reset=v_reset, tau_theta=tau_theta)
    return hk.spike_times(cell, Constant(offset) + hk.stimuli.Sine(amplitude, 40.0), count=4, duration=100, dt=5)[0]


four_slopes = jax.jit(jax.jacfwd(four_times))


@pytest.mark.parametrize("tau_theta", [3.0, 20.0, 20.000001, 400.0])
def test_every_parameter_moves_later_spikes_as_finite_differences_say(tau_theta):
    p = jnp.array([20.0, 100.0, 2.3, 1.5, -67.0, 0.35, 0.1, tau_theta])
    slopes = four_slopes(p)
    np.testing.assert_allclose(slopes, central(four_times, p), rtol=1e-6, atol=1e-6)
    assert (slopes[0, 2:5] == 0).all()  # the first spike knows nothing of rest, adaptation and reset
    assert (slopes[1:, 2:5] != 0).all()


def test_the_samples_of_a_current_have_derivatives_too():
    def second(values):
        return hk.spike_times(hk.cells.LIF(), hk.stimuli.Samples(values, dt=2.0), count=2, duration=32, dt=2)[0, 1]

    values = jnp.linspace(0.3, 0.4, 16)
    slopes = jax.grad(second)(values)
    np.testing.assert_allclose(slopes, central(jax.jit(second), values), rtol=1e-6, atol=1e-6)
    after = values.shape[0] - int(second(values) // 2) - 1
    assert (slopes[-after:] == 0).all()  # what comes after a spike does not move it


@pytest.mark.exhaustive  # half a minute of compiling
def test_a_nonlinear_cell_is_differentiated_through_its_adaptive_steps():
    def second(i):
        return hk.spike_times(hk.cells.QuadraticIF(), Constant(i), count=2, duration=60, dt=10)[0, 1]

    h = 1e-4
    assert float(jax.grad(second)(0.6)) == pytest.approx(float(second(0.6 + h) - second(0.6 - h)) / (2 * h), rel=1e-6)


def test_each_neuron_of_a_population_has_its_own_times():
    both = hk.spike_times(hk.cells.LIF(tau_m=np.array([15.0, 20.0])), Constant(0.3), count=2, duration=60, dt=1)
    alone = hk.spike_times(hk.cells.LIF(), Constant(0.3), count=2, duration=60, dt=1)
    np.testing.assert_allclose(both[1], alone[0], rtol=1e-14)


def test_they_are_the_spikes_of_the_exact_engine():
    rec = hk.simulate(hk.cells.LIF(theta_plus=2.0), Constant(0.4), duration=80, dt=1, engine="exact")
    times = hk.spike_times(hk.cells.LIF(theta_plus=2.0), Constant(0.4), count=3, duration=80, dt=1)
    np.testing.assert_allclose(times[0], rec.spike_times[:3], rtol=1e-14)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"count": 9}, "A neuron fires less than 9 times in 50 ms: a spike that vanished has no time. Ask for fewer, or run longer."),
        ({"stretches": 1, "count": 2}, "More than 1 events happen in one step. Use a smaller dt, or a larger 'stretches'."),
    ],
)
def test_a_spike_that_is_not_there_is_an_error_and_no_nan(options, sentence):
    with pytest.raises(RuntimeError, match=re.escape(sentence)):
        hk.spike_times(hk.cells.LIF(), Constant(0.3), **({"count": 1, "duration": 50, "dt": 5} | options))


def test_a_spike_that_only_grazes_the_threshold_has_no_derivative():
    # under sin the potential of this cell, v = 1 - cos t (in units where omega = 1), turns at v = 2
    cell = hk.cells.IntegrateAndFire(c_m=1.0, v_init=0.0, v_reset=-1.0, v_th=2.0 - 1e-12)
    wave = hk.stimuli.Sine(1.0, 1000.0 / (2 * np.pi))
    with pytest.raises(
        RuntimeError, match=re.escape("A spike grazes its threshold: its time has no derivative there. Change the parameters a little.")
    ):
        hk.spike_times(cell, wave, count=1, duration=4, dt=1)


def test_single_precision_is_refused_because_it_could_not_keep_what_it_promises():
    with jax.enable_x64(False), pytest.raises(ValueError, match=re.escape("spike_times needs double precision.")):
        hk.spike_times(hk.cells.LIF(), Constant(0.3), count=1, duration=50, dt=1)


def test_a_rule_of_steps_has_no_times_between_them():
    sentence = "spike_times cannot follow Leaky: It is a rule of steps, not an equation in time. Use a surrogate gradient of simulate."
    with pytest.raises(ValueError, match=re.escape(sentence)):
        hk.spike_times(hk.dialects.snntorch.Leaky(beta=0.9), Constant(0.3), count=1, duration=50, dt=1)
