"""The step by hand is the step of simulate."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import hillock as hk


def by_hand(step, currents):
    state, v, spikes = step.init(), [], []
    for current in currents:
        state, spike = step(state, current)
        v.append(state.v)
        spikes.append(spike)
    return np.array(v), np.array(spikes)


def test_clamp_and_advance_repeats_simulate_bit_for_bit():
    currents = np.where(np.arange(300) >= 10, 0.4, 0.0)
    v, spikes = by_hand(hk.make_step(hk.cells.LIF(), dt=0.1), currents)
    rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Samples(currents, dt=0.1), duration=30, dt=0.1, record=["v"])
    np.testing.assert_array_equal(v, rec["v"][:, 0])
    np.testing.assert_array_equal(np.flatnonzero(spikes), rec.spike_steps)


def test_one_neuron_has_scalars_and_a_population_has_arrays():
    assert hk.make_step(hk.cells.LIF(), dt=0.1).init().v.shape == ()
    assert hk.make_step(hk.cells.LIF(), dt=0.1, neurons=3).init().v.shape == (3,)
    assert hk.make_step(hk.cells.LIF(tau_m=[10.0, 20.0]), dt=0.1).init().v.shape == (2,)


def test_each_neuron_of_a_population_takes_its_own_current():
    step = hk.make_step(hk.cells.LIF(), dt=0.1, neurons=2)
    state, _ = step(step.init(), [0.0, 0.3])
    assert state.v[0] == -65.0 < state.v[1]


def test_init_resets_completely():
    step = hk.make_step(hk.cells.LIF(theta_plus=2.0), dt=0.1)
    first, second = (by_hand(step, [0.5] * 100) for _ in range(2))
    np.testing.assert_array_equal(first[0], second[0])


def test_a_loop_of_the_users_own_can_be_compiled_and_differentiated():
    """A proportional controller holds v at -60 mV: at rest r i = -60 + 65 mV, up to the finite gain."""
    step = hk.make_step(hk.cells.LIF(), dt=0.1)

    def final(gain):
        def body(state, _):
            state, _ = step(state, gain * (-60.0 - state.v))
            return state, None

        state, _ = lax.scan(body, step.init(), None, length=2000)
        return state.v

    gain = 1.0
    held = -60.0 - 5.0 / (1 + 100.0 * gain)  # v = v_rest + r·gain·(-60 - v)
    np.testing.assert_allclose(jax.jit(final)(gain), held, atol=1e-3)
    np.testing.assert_allclose(jax.grad(final)(gain), 5.0 * 100.0 / (1 + 100.0 * gain) ** 2, rtol=1e-2)


def test_vmap_over_states_is_a_population():
    step = hk.make_step(hk.cells.LIF(), dt=0.1)
    states = jax.tree.map(lambda x: jnp.stack([x, x]), step.init())
    moved, _ = jax.vmap(step)(states, jnp.array([0.0, 0.3]))
    np.testing.assert_allclose(moved.v, [-65.0, step(step.init(), 0.3)[0].v], atol=1e-5)


def test_a_current_for_another_number_of_neurons_is_refused():
    step = hk.make_step(hk.cells.LIF(), dt=0.1, neurons=2)
    with pytest.raises(ValueError, match=r"All per-neuron values must have the same length, but neurons = 2, Constant.amplitude has 3\."):
        step(step.init(), [0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"dtype": "f16"}, "dtype must be 'float32' or 'float64', got 'f16'."),
        ({"neurons": 2.5}, "neurons must be a whole number from 1 to 2147483647, got 2.5."),
        ({"integrator": "rk4"}, "integrator must be an integrator such as hillock.integrators.RK4(), got 'rk4'."),
        ({"surrogate": "x"}, "surrogate must be a surrogate such as hillock.surrogates.ArcTan(), got 'x'."),
        ({"dt": None}, "dt must be one time in ms, got None."),
    ],
    ids=["dtype", "neurons", "integrator", "surrogate", "dt"],
)
def test_a_wrong_argument_is_refused_in_one_sentence(options, sentence):
    with pytest.raises((ValueError, TypeError), match=f"^{re.escape(sentence)}$"):
        hk.make_step(hk.cells.LIF(), **({"dt": 0.1} | options))


def test_a_population_that_does_not_fit_is_refused_at_once():
    with pytest.raises(ValueError, match=r"^2000000000 neurons need 72 GB and this machine has \S+ GB\. Simulate at most \d+ at once\.$"):
        hk.make_step(hk.cells.LIF(), dt=0.1, neurons=2_000_000_000)


@pytest.mark.parametrize("wrong", ["nothing", "arguments in the wrong order", "another cell", "another number"])
def test_a_state_of_something_else_is_refused(wrong):
    step = hk.make_step(hk.cells.LIF(), dt=0.1)
    others = {
        "nothing": None,
        "arguments in the wrong order": 0.3,
        "another cell": hk.make_step(hk.cells.AdEx(), dt=0.1).init(),
        "another number": hk.make_step(hk.cells.LIF(), dt=0.1, neurons=3).init(),
    }
    sentence = "The state must be what init() or the last call of this step returned, of one neuron. Start from state = step.init()."
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        step(others[wrong], 0.3)


def test_a_state_of_plain_numbers_is_a_state():
    step = hk.make_step(hk.cells.LIF(), dt=0.1)
    plain, _ = step(jax.tree.map(float, step.init()), 0.3)
    usual, _ = step(step.init(), 0.3)
    assert jax.tree.map(lambda a, b: (a == b, a.dtype == b.dtype), plain, usual) == jax.tree.map(lambda _: (True, True), usual)
