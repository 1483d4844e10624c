"""The scan engine for networks takes another road to the same spikes as the simd engine, and can be differentiated."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk
from hillock.connections import AllToAll, Explicit, FixedIndegree, FixedProbability, Matrix, Normal, Uniform
from hillock.engines.network import _delivery, _scan
from hillock.network import Drive, Network, NetworkError, Population, Projection, SpikeTrains

CELL = hk.cells.LIF(tau_m=20.0, r_m=100.0, t_ref=2.0)
EXPONENTIAL, DELTA = hk.synapses.Exponential(5.0), hk.synapses.Delta()
START = {"v": Uniform(-65.0, -50.0)}
RANDOM = Uniform(0.3, 2.0)


def random_network(synapse=EXPONENTIAL, delay=RANDOM, unit=0.02):
    """Return two populations and a third whose spikes are given, one neuron of which fires twice within a step."""
    near = FixedProbability(0.1)
    projections = [
        Projection("E", "E", synapse, near, Normal(unit, 0.2 * unit), delay),
        Projection("E", "I", synapse, FixedIndegree(10), unit, delay),
        Projection("I", "E", synapse, near, -4 * unit, 1.5),
        Projection("P", "E", DELTA, AllToAll(), 2.0),
    ]
    drive = Drive(hk.stimuli.PoissonSpikes(800.0), synapse, unit)
    given = SpikeTrains([[1.0, 3.0, 3.01], [5.05, 30.0]])
    inputs = {"E": [drive, hk.stimuli.GaussianNoise(0.1, 0.1)], "I": hk.stimuli.Constant(0.16)}
    return Network({"E": Population(CELL, 80, START), "I": Population(CELL, 20, START), "P": given}, projections, inputs)


def run(network, engine="scan", **options):
    return hk.simulate(
        network,
        **(
            {
                "duration": 60,
                "dt": 0.1,
                "key": 1,
                "dtype": "float64",
                "record": {name: ["v"] for name in network.populations if name == "E"},
                "engine": engine,
            }
            | options
        ),
    )


def same_spikes(a, b):
    for name in a:
        np.testing.assert_array_equal(a[name].spike_steps, b[name].spike_steps)
        np.testing.assert_array_equal(a[name].spike_neurons, b[name].spike_neurons)


def same_flights(a, b):
    jax.tree.map(np.testing.assert_array_equal, a.end.carry.flight, b.end.carry.flight)


@pytest.mark.parametrize(
    ("dialect", "delay", "synapse", "unit"),
    [
        ("hillock", RANDOM, EXPONENTIAL, 0.02),
        ("hillock", None, DELTA, 0.5),
        ("brian2", None, EXPONENTIAL, 0.02),
        ("brian2", RANDOM, DELTA, 0.5),
        ("nest", 0.8, EXPONENTIAL, 0.02),
        ("nest", RANDOM, DELTA, 0.5),
    ],
)
def test_scan_and_simd_fire_the_same_spikes(dialect, delay, synapse, unit):
    network = random_network(synapse, delay, unit)
    scan, simd = (run(network, engine, dialect=dialect) for engine in ("scan", "simd"))
    assert len(scan["E"].spike_steps) > 20 < len(scan["I"].spike_steps)
    same_spikes(scan, simd)
    same_flights(scan, simd)
    np.testing.assert_allclose(scan["E"]["v"], simd["E"]["v"], atol=1e-9, rtol=0)


def test_matrices_and_lists_of_connections_bring_the_same_spikes(monkeypatch):
    network, runs, kinds = random_network(), [], note_kinds(monkeypatch)
    for entries in (np.inf, 0):
        monkeypatch.setattr(_delivery, "_ENTRIES", entries)
        runs.append(run(network))
    assert kinds == [_delivery.Matrices] * 4 + [_delivery.Listed] * 4
    same_spikes(*runs)
    np.testing.assert_allclose(runs[0]["E"]["v"], runs[1]["E"]["v"], atol=1e-9, rtol=0)


def test_connections_that_fill_an_eighth_of_their_matrices_are_matrices(monkeypatch):
    kinds = note_kinds(monkeypatch)
    projections = [Projection("A", "A", DELTA, FixedProbability(p), 1.0) for p in (0.2, 0.05)]
    run(Network({"A": Population(CELL, 100)}, projections), duration=0.1, record={})
    assert kinds == [_delivery.Matrices, _delivery.Listed]


def note_kinds(monkeypatch):
    """Return a list to which the kind of each projection is added once it is made."""
    kinds, original = [], _scan.delivery

    def noted(job, wire):
        made = original(job, wire)
        kinds.append(type(made[0]))
        return made

    monkeypatch.setattr(_scan, "delivery", noted)
    return kinds


def test_a_run_does_not_depend_on_how_it_is_cut(monkeypatch):
    """Pieces are shorter than delays, and shorter delays are remembered no longer than they last."""
    whole = run(random_network())
    monkeypatch.setattr(_scan, "_CHUNK_STEPS", 7)
    parts = run(random_network())
    same_spikes(whole, parts)
    same_flights(whole, parts)
    np.testing.assert_array_equal(whole["E"]["v"], parts["E"]["v"])


@pytest.mark.parametrize("engines", [("scan", "simd"), ("simd", "scan")])
def test_a_run_goes_on_under_the_other_engine(engines):
    network = random_network()
    whole = run(network, "simd")
    first = run(network, engines[0], duration=25)
    second = run(network, engines[1], duration=35, start=first.end)
    for name in whole:
        joined = np.concatenate([first[name].spike_steps, second[name].spike_steps])
        np.testing.assert_array_equal(joined, whole[name].spike_steps)
    same_flights(whole, second)


def test_rows_of_traces_are_those_of_every_step_that_is_asked_for():
    network = two_neurons(0.1)
    every, seventh = run(network, duration=5, record={"B": ["v", "i"]}), run(network, duration=5, record={"B": ["v", "i"]}, every=7)
    np.testing.assert_array_equal(seventh["B"]["v"], every["B"]["v"][6::7])


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


@pytest.mark.parametrize("entries", [np.inf, 0], ids=["matrices", "lists"])
def test_a_loss_falls_along_its_gradient_by_all_that_is_traced(monkeypatch, entries):
    """The rate of E under a surrogate, by a weight, a parameter, a stimulus and a start: all four count."""
    monkeypatch.setattr(_delivery, "_ENTRIES", entries)

    def spikes(weight, tau, current, v):
        populations = {"E": Population(hk.cells.LIF(tau_m=tau, t_ref=2.0), 10, {"v": v})}
        network = Network(populations, [Projection("E", "E", EXPONENTIAL, FixedProbability(0.3), weight, 1.0)], {"E": hk.stimuli.Constant(current)})
        return hk.simulate(network, duration=40, dt=0.1, key=1, surrogate=hk.surrogates.ArcTan())["E"].spike_train.sum()

    count, gradient = jax.value_and_grad(spikes, (0, 1, 2, 3))(0.01, 20.0, 0.25, jnp.linspace(-65.0, -55.0, 10))
    assert count > 0
    assert all(np.isfinite(part).all() and np.any(part != 0) for part in gradient)
    assert gradient[0] > 0 < gradient[2]


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


def test_the_exact_engine_runs_no_networks():
    with pytest.raises(ValueError, match="runs no networks") as error:
        run(two_neurons(0.1), "exact")
    assert str(error.value) == "The engine exact runs no networks. Use engine='simd' or 'scan'."
