"""What holds for every stimulus there is."""

import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk
from hillock import stimuli
from hillock.random import make_key
from hillock.stimuli import AbstractStimulus, Moment
from tests.stimuli.sampled import current

EXAMPLES = {
    "Chirp": stimuli.Chirp(0.2, 10.0, 80.0, stop=15.0, start=2.0),
    "Constant": stimuli.Constant([0.1, 0.2, 0.3]),
    "ExponentialChirp": stimuli.ExponentialChirp(0.2, 10.0, 80.0, stop=15.0, start=2.0),
    "GaussianNoise": stimuli.GaussianNoise(0.1, 0.3, interval=1.0, start=2.0),
    "Impulses": stimuli.Impulses([0.1, 0.2], times=[[1.0, 2.2, 3.0], [5.1, 6.0, 7.0]]),
    "OrnsteinUhlenbeck": stimuli.OrnsteinUhlenbeck([0.1, 0.2, 0.3], 0.3, tau=4.0),
    "Poisson": stimuli.Poisson(400.0, charge=[0.1, 0.2, 0.3], tau=3.0),
    "PoissonSpikes": stimuli.PoissonSpikes([500.0, 2000.0, 30000.0], start=2.0, stop=15.0),
    "Pulses": stimuli.Pulses([0.1, 0.2], starts=[[1.0, 2.0, 3.0], [5.0, 6.0, 7.0]], stops=[4.0, 9.0]),
    "Ramp": stimuli.Ramp(0.0, [1.0, 2.0, 3.0], start=2.0, stop=15.0),
    "Samples": stimuli.Samples(np.arange(60.0).reshape(20, 3), dt=1.0),
    "Scaled": stimuli.Scaled(stimuli.GaussianNoise(0.1, 0.3), [1.0, 2.0, 3.0]),
    "Sine": stimuli.Sine(0.2, [20.0, 30.0, 40.0], offset=0.1),
    "Step": stimuli.Step(0.2, start=[1.0, 2.0, 3.0], stop=12.0, baseline=0.1),
    "Sum": stimuli.Sum((stimuli.GaussianNoise(0.1, 0.3), stimuli.GaussianNoise(0.1, 0.3), stimuli.Constant(1.0))),
}
CELL = hk.cells.IntegrateAndFire(v_th=1e9)  # never fires

every_stimulus = pytest.mark.parametrize("stimulus", EXAMPLES.values(), ids=EXAMPLES)


def _first_neuron(stimulus):
    return jax.tree.map(lambda x: np.asarray(x)[..., 0] if np.shape(x)[-1:] == (3,) else x, stimulus)


def test_every_exported_stimulus_has_an_example():
    exported = inspect.getmembers(stimuli, lambda x: inspect.isclass(x) and issubclass(x, AbstractStimulus))
    assert [name for name, _ in exported if not name.startswith("Abstract")] == sorted(EXAMPLES)


@pytest.fixture(autouse=True)
def _short_chunks(monkeypatch):
    monkeypatch.setattr("hillock.engines.simd._CHUNK_STEPS", 7)


@every_stimulus
def test_the_current_does_not_depend_on_how_a_run_is_cut(stimulus):
    settings = {"dt": 0.5, "record": ["i"], "key": 7, "neurons": 3, "dtype": "float64"}
    first = hk.simulate(CELL, stimulus, duration=10, **settings)
    second = hk.simulate(CELL, stimulus, duration=10, start=first.end, **settings)
    whole = current(stimulus, duration=20, dt=0.5, key=7, neurons=3)
    np.testing.assert_array_equal(np.concatenate([first["i"], second["i"]]), whole)


@every_stimulus
def test_sampling_step_by_step_without_jit_gives_the_same(stimulus):
    with jax.enable_x64(True):
        one, values = _first_neuron(stimulus), []
        state = one.init()
        for step in range(-2, 10):
            state, value = one.sample(state, Moment(jnp.int32(step), jnp.float64(0.5), make_key(7), jnp.int32(0)))
            values.append(float(value))
    together = current(stimulus, duration=5, dt=0.5, key=7, neurons=3)[:, 0]
    np.testing.assert_allclose(values[2:], together, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_stimulus_says_what_it_is_for_and_shows_how(name):
    text = getattr(stimuli, name).__doc__ or ""
    parts = [part for part in ("When:", "Limits:", ">>>", "Reference:") if part in text]
    assert {"When:", ">>>"} <= set(parts)
    assert [text.find(part) for part in parts] == sorted(text.find(part) for part in parts)


@every_stimulus
def test_before_time_0_every_stimulus_is_finite(stimulus):
    one = _first_neuron(stimulus)
    _, value = one.sample(one.init(), Moment(jnp.int32(-1), jnp.float32(0.5), make_key(7), jnp.int32(0)))
    assert np.isfinite(float(value))


@pytest.mark.slow
def test_the_gradient_with_respect_to_the_size_of_each_stimulus_is_its_own_sum():
    def total(factors):
        terms = [factors[k] * stimulus for k, stimulus in enumerate(EXAMPLES.values())]
        return hk.simulate(CELL, stimuli.Sum(terms), duration=10, dt=0.5, record=["i"], key=7, neurons=3)["i"].sum()

    factors = jnp.arange(1.0, 1.0 + len(EXAMPLES))
    value, slopes = jax.value_and_grad(total)(factors)
    np.testing.assert_allclose(value, factors @ slopes, rtol=1e-5)
    assert np.all(np.isfinite(slopes) & (np.abs(slopes) > 0.01))


@pytest.mark.parametrize("name", ["GaussianNoise", "OrnsteinUhlenbeck", "Poisson", "PoissonSpikes"])
def test_random_stimuli_ask_for_a_key(name):
    with pytest.raises(ValueError, match=f"^{name} draws random numbers. Pass key=1, or any other whole number, to name them.$"):
        current(EXAMPLES[name], duration=10, dt=0.5)


def test_a_neuron_draws_the_same_numbers_in_any_population():
    noise = stimuli.GaussianNoise(0.0, 1.0) + stimuli.OrnsteinUhlenbeck(0.0, 1.0, tau=3.0)
    few, many = (current(noise, duration=5, dt=0.5, key=3, neurons=n) for n in (2, 5))
    np.testing.assert_array_equal(few, many[:, :2])


def test_neurons_and_keys_and_terms_draw_different_numbers():
    noise = stimuli.GaussianNoise(0.0, 1.0)
    base = current(noise, duration=100, dt=1.0, key=3, neurons=2)
    other_key = current(noise, duration=100, dt=1.0, key=4, neurons=2)
    difference = current(noise - noise, duration=100, dt=1.0, key=3, neurons=2)  # the same numbers would cancel
    assert not np.isin(base[:, 0], base[:, 1]).any()
    assert not np.isin(base, other_key).any()
    assert np.std(difference) == pytest.approx(np.sqrt(2.0), abs=4 * np.sqrt(2.0) / np.sqrt(2 * 200))  # 4 sigma


@pytest.mark.parametrize("name", ["GaussianNoise", "OrnsteinUhlenbeck", "Poisson", "Sine"])
def test_arrays_of_jax_are_the_same_parameters_as_numbers(name):
    plain = EXAMPLES[name]
    arrays = jax.tree.map(jnp.asarray, plain)
    of_arrays, of_numbers = (current(x, duration=5, dt=0.5, key=7, neurons=3) for x in (arrays, plain))
    np.testing.assert_allclose(of_arrays, of_numbers, rtol=1e-6, atol=1e-6)  # the arrays are float32
