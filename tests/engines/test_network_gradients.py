"""Networks inside jit, grad and vmap: weights, cells, stimuli and starts are traced, and spikes carry gradients where they have a surrogate."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk
from hillock.connections import AllToAll, Explicit, FixedProbability, Matrix
from hillock.engines.network import _delivery
from hillock.network import Network, NetworkError, Population, Projection, SpikeTrains

pytestmark = pytest.mark.slow

CELL = hk.cells.LIF(tau_m=20.0, r_m=100.0, t_ref=2.0)
EXPONENTIAL, DELTA = hk.synapses.Exponential(5.0), hk.synapses.Delta()


def two_neurons(weight, current=0.1, synapse=EXPONENTIAL, delay=0.5, times=(1.0,)):
    """Return A, which feels a current and gets given spikes, and B, which hears of both."""
    cell = hk.cells.LIF(tau_m=20.0, r_m=100.0)
    populations = {"P": SpikeTrains([times]), "A": Population(cell, 1), "B": Population(cell, 1)}
    projections = [Projection("P", "B", synapse, AllToAll(), weight, 1.0), Projection("A", "B", DELTA, AllToAll(), 3.0, delay)]
    return Network(populations, projections, {"A": hk.stimuli.Constant(current)})


def test_the_gradient_by_a_weight_is_what_a_weight_of_one_brings():
    """Below threshold v is linear in the weight, so dv/dw = v(w = 1) - v(w = 0)."""

    def v(weight):
        return hk.simulate(two_neurons(weight), duration=20, dt=0.1, record={"B": ["v"]})["B"]["v"][-1, 0]

    unit = hk.simulate(two_neurons(0.1), duration=20, dt=0.1, dtype="float64", record={"B": ["v"]})["B"]["v"][-1, 0] + 65.0
    np.testing.assert_allclose(jax.grad(v)(0.05), unit / 0.1, rtol=1e-5)


def test_a_surrogate_carries_the_gradient_over_a_synapse():
    """A never fires, and B feels how near it is.

    v_A = v_rest + r i (1 - e^{-t/tau}) and a spike of step k adds w e^{-(n - 1 - k - d) dt/tau} to v_B after n steps, so
    dv_B/di = w Σ_k e^{-(n - 1 - k - d) dt/tau} s'(v_A - v_th) r (1 - e^{-(k + 1) dt/tau}).
    """
    surrogate = hk.surrogates.FastSigmoid(slope=0.5)

    def v(current):
        rec = hk.simulate(two_neurons(0.0, current, delay=0.5), duration=20, dt=0.1, record={"B": ["v"]}, surrogate=surrogate)
        return rec["B"]["v"][-1, 0]

    k, n, d, w = np.arange(195), 200, 5, 3.0
    rise = 100.0 * (1 - np.exp(-(k + 1) * 0.1 / 20))
    excess = -65.0 + 0.1 * rise - CELL.v_th
    slope = 1 / (1 + 0.5 * np.abs(excess)) ** 2
    np.testing.assert_allclose(jax.grad(v)(0.1), np.sum(w * np.exp(-(n - 1 - k - d) * 0.1 / 20) * slope * rise), rtol=1e-4)


def layers(weights, connect=None):
    """Return three given trains that reach two neurons."""
    trains = SpikeTrains([[1.0, 4.0], [2.0], [3.0, 3.5]])
    return Network({"P": trains, "A": Population(CELL, 2)}, [Projection("P", "A", EXPONENTIAL, connect or AllToAll(), weights, 0.4)])


def last_v(weights, connect=None):
    return hk.simulate(layers(weights, connect), duration=10, dt=0.1, record={"A": ["v"]})["A"]["v"][-1]


WEIGHTS = jnp.array([[0.01, 0.02], [0.03, 0.01], [0.02, 0.04]])


def test_the_gradient_by_a_matrix_of_weights_is_that_of_each_source():
    gradient = jax.grad(lambda weights: last_v(weights)[1])(WEIGHTS)
    one_by_one = [float(last_v(np.eye(3)[k][:, None] * np.array([[0.0, 0.1]]))[1]) + 65.0 for k in range(3)]
    np.testing.assert_allclose(gradient, np.stack([np.zeros(3), np.array(one_by_one) / 0.1], axis=1), rtol=1e-3, atol=1e-6)


def test_traced_weights_are_those_of_a_plain_run():
    plain = last_v(np.asarray(WEIGHTS))
    np.testing.assert_allclose(jax.jit(last_v)(WEIGHTS), plain, atol=1e-5, rtol=0)
    several = jax.vmap(last_v)(jnp.stack([WEIGHTS, 2 * WEIGHTS]))
    np.testing.assert_allclose(several, [plain, last_v(2 * np.asarray(WEIGHTS))], atol=1e-5, rtol=0)


def test_a_list_of_traced_weights_goes_by_the_order_of_the_rules_list():
    """Connections are sorted when they are made, and each keeps its own weight."""
    connect, weights = Explicit([2, 0, 1, 0], [1, 1, 0, 0]), jnp.array([0.04, 0.02, 0.03, 0.01])
    matrix = np.array([[0.01, 0.02], [0.03, 0.0], [0.0, 0.04]])
    np.testing.assert_allclose(jax.jit(lambda weights: last_v(weights, connect))(weights), last_v(matrix, Matrix(matrix)), atol=1e-5, rtol=0)


def test_matrices_and_lists_have_the_same_gradient_by_all_that_is_traced(monkeypatch):
    """The number of spikes under a surrogate, by a weight, a parameter, a stimulus and where neurons start: all four count."""

    def spikes(weight, tau, current, v):
        populations = {"E": Population(hk.cells.LIF(tau_m=tau, t_ref=2.0), 10, {"v": v})}
        network = Network(populations, [Projection("E", "E", EXPONENTIAL, FixedProbability(0.3), weight, 1.0)], {"E": hk.stimuli.Constant(current)})
        return hk.simulate(network, duration=40, dt=0.1, key=1, surrogate=hk.surrogates.ArcTan())["E"].spike_train.sum()

    gradients = []
    for entries in (np.inf, 0):
        monkeypatch.setattr(_delivery, "_ENTRIES", entries)
        gradients.append(jax.grad(spikes, (0, 1, 2, 3))(0.01, 20.0, 0.25, jnp.linspace(-65.0, -55.0, 10)))
    assert all(np.isfinite(part).all() and np.any(part != 0) for part in gradients[0])
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-3), *gradients)


def test_spike_trains_inside_jit_are_those_outside():
    def trains(current):
        network = Network({"E": Population(CELL, 5)}, [Projection("E", "E", EXPONENTIAL, AllToAll(), 0.01)], {"E": hk.stimuli.Constant(current)})
        rec = hk.simulate(network, duration=50, dt=0.1)
        return rec["E"].spike_train

    inside = jax.jit(trains)(0.3)
    assert inside.dtype == bool
    np.testing.assert_array_equal(inside, trains(0.3))


def test_a_run_inside_jit_goes_on_where_another_stopped():
    def v(weight):
        network = two_neurons(weight, delay=4.0, times=(8.5, 9.2))
        whole = hk.simulate(network, duration=20, dt=0.1, record={"B": ["v"]})
        half = hk.simulate(network, duration=10, dt=0.1)
        rest = hk.simulate(network, duration=10, dt=0.1, record={"B": ["v"]}, start=half.end)
        return whole["B"]["v"][100:], rest["B"]["v"]

    np.testing.assert_array_equal(*jax.jit(v)(0.05))


def test_a_delay_is_known_before_a_program_is_compiled():
    with pytest.raises(NetworkError) as error:
        jax.jit(lambda delay: Projection("E", "E", DELTA, AllToAll(), 1.0, delay))(1.0)
    assert str(error.value) == (
        "Projection E → E: delay shapes the compiled program, so it cannot be an argument of jit, grad or vmap. Close over it, or mark it static."
    )


def test_traced_weights_of_another_shape_are_refused():
    with pytest.raises(NetworkError) as error:
        jax.jit(last_v)(WEIGHTS.T)
    assert str(error.value) == (
        "Projection P → A: weight must be one value, a distribution, or a matrix of shape (3, 2), sources and targets, got an array of shape (2, 3)."
    )


def test_the_simd_engine_is_not_differentiated():
    with pytest.raises(ValueError, match="cannot run inside jit") as error:
        jax.jit(lambda weight: hk.simulate(two_neurons(weight), duration=1, dt=0.1, engine="simd")["B"]["v"])(0.1)
    assert str(error.value) == "The engine simd cannot run inside jit, grad or vmap. Leave engine out, or use engine='scan'."
