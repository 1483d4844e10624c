"""Short-term plasticity in networks: what each spike is worth, by every road, for any threads and chunks."""

from types import SimpleNamespace
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk
from hillock.connections import AllToAll, Explicit, FixedProbability, Normal, OneToOne, Uniform
from hillock.network import NetworkError
from hillock.network._repr import written
from hillock.plasticity import TsodyksMarkram

pytestmark = pytest.mark.slow

DT = 0.1
CAPACITOR = hk.cells.IntegrateAndFire(v_th=1e9)  # never fires, and forgets nothing
DELTA = hk.synapses.Delta()
CELL = hk.cells.LIF(tau_m=20.0, r_m=100.0, v_rest=-49.0, v_reset=-60.0, v_th=-50.0, t_ref=5.0)
RULE = TsodyksMarkram(0.3, 40.0, 60.0)
ENGINES = pytest.mark.parametrize("engine", ["simd", "scan"])


def run(network, **options):
    return hk.simulate(network, **({"duration": 60.0, "dt": DT, "key": 3, "dtype": "float64", "engine": hk.engines.Simd(threads=1)} | options))


def jumps(rule, trains, weight=1.0, **options):
    """Return the jumps of the potential of one neuron for each train (ms), in order: a spike of step k arrives in step k + 5."""
    net = hk.Network(
        {"S": hk.SpikeTrains(trains), "N": hk.Population(CAPACITOR, len(trains))},
        [hk.Projection("S", "N", DELTA, OneToOne(), weight, 0.5, rule)],
    )
    v = run(net, record={"N": ["v"]}, **options)["N"]["v"]
    return [found[np.abs(found) > 1e-12] for found in np.diff(v, axis=0).T]


def released(rule, times):
    """Return what each spike is worth, on the grid, with NumPy."""
    U, tau_rec, tau_fac = rule.U, rule.tau_rec, rule.tau_fac  # noqa: N806
    u, x, last, found = 0.0, 1.0, 0, []
    for step in np.floor(np.array(times) / DT + 1e-6).astype(int):
        x = 1.0 + (x - u * x - 1.0) * np.exp(-(step - last) * DT / tau_rec)
        u = U + u * (1.0 - U) * np.exp(-(step - last) * DT / tau_fac)
        last = step
        found.append(u * x)
    return found


@ENGINES
def test_the_first_spike_arrives_with_U_times_the_weight(engine):  # noqa: N802
    np.testing.assert_allclose(jumps(RULE, [[4.0], [31.0]], 2.0, engine=engine), 0.6)


@ENGINES
def test_spikes_arrive_with_what_they_are_worth(engine):
    times = [[1.0, 2.0, 7.5, 40.0], [0.0, 0.1, 0.2, 50.0], [30.0, 31.0, 32.0, 33.0]]
    for found, train in zip(jumps(RULE, times, engine=engine), times, strict=True):
        np.testing.assert_allclose(found, released(RULE, train), rtol=1e-12)


@ENGINES
def test_each_source_has_parameters_of_its_own(engine):
    U, tau = np.array([0.1, 0.9]), np.array([20.0, 300.0])  # noqa: N806
    times = [1.0, 5.0, 20.0]
    for k, found in enumerate(jumps(TsodyksMarkram(U, tau, "30 ms"), [times, times], engine=engine)):
        np.testing.assert_allclose(found, released(TsodyksMarkram(U[k], tau[k], 30.0), times), rtol=1e-12)


@ENGINES
def test_two_spikes_within_a_step_are_two_spikes(engine):
    first, second, third = released(RULE, [3.0, 3.01, 9.0])
    np.testing.assert_allclose(jumps(RULE, [[3.0, 3.01, 9.0]], engine=engine)[0], [first + second, third], rtol=1e-12)


class Left(NamedTuple):
    left: float


@ENGINES
def test_a_rule_of_a_user_needs_nothing_but_its_equations(engine):
    class Tiring(hk.plasticity.AbstractShortTerm):
        def init(self):
            return Left(1.0)

        def release(self, state, interval):
            return Left(0.5 * state.left), state.left

    np.testing.assert_allclose(jumps(Tiring(), [[1.0, 2.0, 3.0]], engine=engine)[0], [1.0, 0.5, 0.25])


def random_network(rule=RULE, n=200, delay=None, other=None):
    """Return a population whose plastic connections are joined by those of two other kinds."""
    sparse, exponential = FixedProbability(0.1), hk.synapses.Exponential(5.0)
    start = {"v": Uniform(-60.0, -50.0)}
    projections = [
        hk.Projection("E", "E", exponential, sparse, Normal(0.05, 0.01), delay, rule),
        hk.Projection("E", "I", exponential, sparse, 0.03, delay, other),
        hk.Projection("E", "I", exponential, sparse, 0.01),
        hk.Projection("I", "E", hk.synapses.Exponential(10.0), sparse, -0.02, delay, rule),
    ]
    return hk.Network({"E": hk.Population(CELL, n, start), "I": hk.Population(CELL, n // 4, start)}, projections)


def same(a, b):
    """Assert that two runs are equal to the last bit, and that what they carry on is."""
    for name in a:
        np.testing.assert_array_equal(a[name].spike_steps, b[name].spike_steps)
        np.testing.assert_array_equal(a[name].spike_neurons, b[name].spike_neurons)
    jax.tree.map(np.testing.assert_array_equal, a.end.carry, b.end.carry)


def plain_loop(n, sources, targets, weights, delays, v, steps, rule):
    """Simulate exponential synapses with short-term plasticity on LIF cells, connection by connection."""
    i, rest, u, x, last = np.zeros(n), np.zeros(n, int), np.zeros(n), np.ones(n), np.zeros(n, int)
    keep, decay = np.exp(-DT / 20.0), np.exp(-DT / 5.0)
    arriving, spikes = np.zeros((steps + max(delays) + 1, n)), []
    for k in range(steps):
        flowed = -49.0 + (v + 49.0) * keep + 100.0 * 5.0 / (5.0 - 20.0) * (decay - keep) * i
        fired = (np.where(rest > 0, v, flowed) > -50.0) & (rest == 0) & ~(v > -50.0)
        v = np.where(fired, -60.0, np.where(rest > 0, v, flowed))
        i = i * decay + arriving[k]
        rest = np.where(fired, 50, np.maximum(rest - 1, 0))
        spikes += [(k, j) for j in np.flatnonzero(fired)]
        rec, fac = (np.exp(-(k - last) * DT / tau) for tau in (rule.tau_rec, rule.tau_fac))
        x = np.where(fired, 1.0 + (x - u * x - 1.0) * rec, x)
        u = np.where(fired, rule.U + u * (1.0 - rule.U) * fac, u)
        last = np.where(fired, k, last)
        for e in np.flatnonzero(fired[sources]):
            arriving[k + delays[e], targets[e]] += weights[e] * (u * x)[sources[e]]
    return spikes


@ENGINES
def test_spikes_are_those_of_a_plain_loop_over_connections(engine):
    rng, n = np.random.default_rng(5), 40
    sources, targets = rng.integers(0, n, 300), rng.integers(0, n, 300)
    weights, delays = rng.normal(0.05, 0.05, 300), rng.integers(1, 30, 300)
    v = rng.uniform(-60.0, -50.0, n)
    projection = hk.Projection("E", "E", hk.synapses.Exponential(5.0), Explicit(sources, targets), weights, delays * DT, RULE)
    rec = run(hk.Network({"E": hk.Population(CELL, n, {"v": v})}, [projection]), duration=150.0, engine=engine)["E"]
    expected = plain_loop(n, sources, targets, weights, delays, v, 1500, RULE)
    assert len(expected) > 100
    assert list(zip(rec.spike_steps.tolist(), rec.spike_neurons.tolist(), strict=True)) == expected


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("threads", [2, 3])
def test_the_number_of_threads_changes_nothing(threads, dtype):
    network = random_network(n=400, delay=Uniform(0.3, 2.0))
    one = run(network, dtype=dtype)
    assert len(one["E"].spike_steps) > 500
    same(one, run(network, dtype=dtype, engine=hk.engines.Simd(threads=threads)))


@pytest.mark.parametrize("delay", [None, 1.5, Uniform(0.3, 2.0)])
@pytest.mark.parametrize("engine", [hk.engines.Simd(threads=2), hk.engines.Scan()], ids=["simd", "scan"])
def test_a_run_in_pieces_is_the_whole_run(engine, delay):
    network = random_network(delay=delay)
    whole, end = run(network, engine=engine), None
    for duration in (0.1, 0.7, 20.2, 39.0):
        end = run(network, engine=engine, duration=duration, **({} if end is None else {"start": end})).end
    jax.tree.map(np.testing.assert_array_equal, whole.end.carry, end.carry)


@pytest.mark.parametrize("dialect", ["hillock", "brian2"])
@pytest.mark.parametrize("other", [None, TsodyksMarkram(0.6, 100.0)])
def test_scan_and_simd_fire_the_same_spikes(dialect, other):
    network = random_network(delay=Uniform(0.3, 2.0), other=other)
    simd, scan = (run(network, engine=engine, dialect=dialect) for engine in ("simd", "scan"))
    for name in simd:
        np.testing.assert_array_equal(simd[name].spike_steps, scan[name].spike_steps)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-9), simd.end.carry.plastic, scan.end.carry.plastic)


def test_one_engine_goes_on_where_the_other_ended():
    network = random_network(delay=1.5)
    whole = run(network, duration=40.0)
    later = run(network, duration=20.0, engine="simd", start=run(network, duration=20.0, engine="scan").end)
    np.testing.assert_array_equal(later["E"].spike_steps, whole["E"].spike_steps[whole["E"].spike_steps >= 200])


def test_a_checkpoint_keeps_what_is_in_flight(tmp_path):
    network = random_network(delay=1.5)
    run(network, duration=20.0).end.save(tmp_path / "end.npz")
    same(run(network, duration=20.0, start=tmp_path / "end.npz"), run(network, duration=20.0, start=run(network, duration=20.0).end))


def test_derivatives_by_the_parameters_are_those_of_finite_differences():
    trains = hk.SpikeTrains([[1.0, 3.0, 7.0]])

    def end(U, tau_rec):  # noqa: N803
        rule = TsodyksMarkram(U, tau_rec, 50.0)
        net = hk.Network({"S": trains, "N": hk.Population(CAPACITOR, 1)}, [hk.Projection("S", "N", DELTA, AllToAll(), 1.0, 0.5, rule)])
        return hk.simulate(net, duration=10.0, dt=DT, record={"N": ["v"]}, dtype="float64")["N"]["v"][-1, 0]

    with jax.enable_x64(True):
        found = jax.grad(end, (0, 1))(jnp.array(0.3), jnp.array(40.0))
    at = [
        sum(released(SimpleNamespace(U=U, tau_rec=tau, tau_fac=50.0), [1.0, 3.0, 7.0]))
        for U, tau in ((0.3 + 1e-5, 40), (0.3 - 1e-5, 40), (0.3, 40.01), (0.3, 39.99))
    ]
    np.testing.assert_allclose(found, [(at[0] - at[1]) / 2e-5, (at[2] - at[3]) / 0.02], rtol=1e-6)


def test_the_text_of_a_network_names_its_plasticity():
    assert "plasticity=hk.plasticity.TsodyksMarkram(U=0.3, tau_rec=40, tau_fac=60)" in written(random_network())


def test_what_is_no_rule_is_refused():
    with pytest.raises(NetworkError) as error:
        hk.Projection("E", "E", DELTA, AllToAll(), 1.0, plasticity=0.5)  # pyright: ignore[reportArgumentType]
    hint = "For example hk.plasticity.TsodyksMarkram(U=0.5)."
    assert str(error.value) == f"Projection E → E: plasticity must be a rule of short-term plasticity, got 0.5. {hint}"
