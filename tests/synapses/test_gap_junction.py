"""Gap junctions: currents between membranes, in the closed forms of two cells and in networks."""

import jax
import numpy as np
import pytest

import hillock as hk
from hillock.connections import AllToAll, Explicit, FixedProbability, Matrix, Normal, OneToOne, Uniform
from hillock.network import NetworkError
from hillock.synapses import GapJunction

pytestmark = pytest.mark.slow

PASSIVE = hk.cells.LIF(tau_m=20.0, r_m=100.0, v_rest=-65.0, v_th=1e9)
CAPACITOR = hk.cells.IntegrateAndFire(v_th=1e9)
GAP = GapJunction()
ENGINES = pytest.mark.parametrize("engine", ["simd", "scan"])


def run(network, **options):
    return hk.simulate(network, **({"duration": 40.0, "dt": 0.1, "key": 3, "dtype": "float64", "engine": hk.engines.Simd(threads=1)} | options))


def pair(g, cell: hk.cells.AbstractCell = PASSIVE, start=(-60.0, -65.0), **network):
    """Return two cells, A and B, joined by one junction."""
    cells = {name: hk.Population(cell, 1, {"v": v}) for name, v in zip("AB", start, strict=True)}
    return hk.Network(cells, [hk.Projection("A", "B", GAP, OneToOne(), g)], **network)


def potentials(network, **options):
    rec = run(network, record={name: ["v"] for name in network.populations}, **options)
    return [rec[name]["v"] for name in rec]


@ENGINES
@pytest.mark.parametrize(("dialect", "first_row"), [("hillock", 1), ("brian2", 0)])
def test_two_cells_relax_to_each_other_with_the_time_constant_of_the_junction(engine, dialect, first_row):
    # c d(a - b)/dt = -(a - b)/r - 2 g (a - b); the junction's current is half a step late on average, so the error is of order dt.
    errors = []
    for dt in (0.1, 0.05):
        a, b = potentials(pair(0.005), dt=dt, engine=engine, dialect=dialect)
        t = (np.arange(len(a)) + first_row)[:, None] * dt
        errors.append(np.abs(a - b - 5.0 * np.exp(-t / (20.0 / (1.0 + 2.0 * 0.005 * 100.0)))).max())
    assert errors[0] < 0.01
    assert errors[1] == pytest.approx(errors[0] / 2.0, rel=0.05)


@ENGINES
def test_in_the_end_the_coupling_coefficient_is_gr_over_1_plus_gr(engine):
    # In the steady state B loses (b - rest)/r and gains g (a - b).
    network = pair("4 nS", start=(-65.0, -65.0), inputs={"A": hk.stimuli.Constant(0.1)})
    a, b = potentials(network, duration=400.0, engine=engine)
    np.testing.assert_allclose((b[-1] + 65.0) / (a[-1] + 65.0), 0.4 / 1.4, rtol=1e-7)


def test_what_one_membrane_loses_the_other_gains():
    a, b = potentials(pair(0.003, CAPACITOR, (10.0, 0.0)))
    np.testing.assert_allclose(a + b, 10.0, rtol=1e-12)
    assert abs(a[-1] - b[-1]) < 5.0


def test_two_populations_are_joined_as_two_halves_of_one_are():
    v = np.linspace(-70.0, -50.0, 6)
    joined = Explicit([0, 1, 2, 2], [3, 4, 5, 3])
    apart = hk.Network(
        {"A": hk.Population(PASSIVE, 3, {"v": v[:3]}), "B": hk.Population(PASSIVE, 3, {"v": v[3:]})},
        [hk.Projection("A", "B", GAP, Explicit([0, 1, 2, 2], [0, 1, 2, 0]), 0.002)],
    )
    together = hk.Network({"E": hk.Population(PASSIVE, 6, {"v": v})}, [hk.Projection("E", "E", GAP, joined, 0.002)])
    np.testing.assert_allclose(np.hstack(potentials(apart)), potentials(together)[0], rtol=1e-12)


def test_a_pair_that_is_listed_twice_has_two_junctions():
    start = {"v": [-60.0, -65.0, -50.0]}
    symmetric = np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 3.0], [2.0, 3.0, 0.0]]) * 1e-3

    def trace(rule, weight=None):
        return potentials(hk.Network({"E": hk.Population(PASSIVE, 3, start)}, [hk.Projection("E", "E", GAP, rule, weight)]))[0]

    np.testing.assert_allclose(trace(Matrix(symmetric)), trace(Matrix(2.0 * np.triu(symmetric))), rtol=1e-12)
    np.testing.assert_allclose(trace(AllToAll(), 1e-3), trace(Explicit([0, 0, 1], [1, 2, 2]), 2e-3), rtol=1e-12)


def test_junctions_join_cells_of_different_kinds():
    cells = {"A": hk.Population(PASSIVE, 1, {"v": -55.0}), "B": hk.Population(hk.cells.AdEx(), 1)}
    network = hk.Network(cells, [hk.Projection("A", "B", GAP, AllToAll(), 1e-3)])
    simd, scan = (potentials(network, engine=engine) for engine in ("simd", "scan"))
    np.testing.assert_allclose(simd, scan, atol=1e-9)
    assert simd[1][10] > hk.cells.AdEx().init().v


def random_network(n=100):
    """Return a population whose neurons are joined by junctions and by synapses."""
    cell = hk.cells.LIF(tau_m=20.0, r_m=100.0, t_ref=2.0)
    sparse = FixedProbability(0.05)
    return hk.Network(
        {"I": hk.Population(cell, n, {"v": Uniform(-65.0, -50.0)}), "E": hk.Population(cell, n, {"v": Uniform(-65.0, -50.0)})},
        [
            hk.Projection("I", "I", GAP, sparse, Normal(3e-4, 1e-4, low=0.0)),
            hk.Projection("E", "I", hk.synapses.Exponential(5.0), sparse, 0.02, 1.5),
            hk.Projection("E", "I", GAP, sparse, 1e-4),
        ],
        {"E": hk.stimuli.Constant(0.2), "I": hk.stimuli.Constant(0.17)},
    )


def same(a, b):
    """Assert that two runs are equal to the last bit, and that what they carry on is."""
    for name in a:
        np.testing.assert_array_equal(a[name].spike_steps, b[name].spike_steps)
        np.testing.assert_array_equal(a[name].spike_neurons, b[name].spike_neurons)
    jax.tree.map(np.testing.assert_array_equal, a.end.carry, b.end.carry)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("threads", [2, 3])
def test_the_number_of_threads_changes_nothing(threads, dtype):
    network = random_network(300)
    one = run(network, dtype=dtype)
    assert len(one["I"].spike_steps) > 200
    same(one, run(network, dtype=dtype, engine=hk.engines.Simd(threads=threads)))


@pytest.mark.parametrize("engine", [hk.engines.Simd(threads=2), hk.engines.Scan()], ids=["simd", "scan"])
def test_a_run_in_pieces_is_the_whole_run(engine):
    network, end = random_network(), None
    for duration in (0.1, 0.7, 20.2, 19.0):
        end = run(network, engine=engine, duration=duration, **({} if end is None else {"start": end})).end
    jax.tree.map(np.testing.assert_array_equal, run(network, engine=engine).end.carry, end.carry)


@pytest.mark.parametrize("dialect", ["hillock", "brian2", "nest"])
def test_scan_and_simd_fire_the_same_spikes(dialect):
    simd, scan = (run(random_network(), engine=engine, dialect=dialect) for engine in ("simd", "scan"))
    for name in simd:
        np.testing.assert_array_equal(simd[name].spike_steps, scan[name].spike_steps)
        np.testing.assert_array_equal(simd[name].spike_neurons, scan[name].spike_neurons)


def test_independent_noise_becomes_correlated_as_much_as_the_junction_says():
    # The sum of two potentials has the time constant tau and the difference tau/(1 + 2 g r), and variances are proportional to these:
    # the correlation is g r/(1 + g r). With 4000 pairs its standard error is (1 - rho^2)/sqrt(4000).
    pairs = {name: hk.Population(PASSIVE, 4000) for name in "AB"}
    noise = hk.stimuli.GaussianNoise(0.0, 0.1, interval=0.1)
    network = hk.Network(pairs, [hk.Projection("A", "B", GAP, OneToOne(), "10 nS")], {"A": noise, "B": noise})
    a, b = potentials(network, duration=100.0, every=1000)
    assert np.corrcoef(a[-1], b[-1])[0, 1] == pytest.approx(0.5, abs=3 * 0.75 / np.sqrt(4000))


def test_the_derivative_by_a_conductance_is_that_of_finite_differences():
    def end(g):
        return potentials(pair(g), engine="auto")[1][-1, 0]

    with jax.enable_x64(True):
        found = jax.grad(end)(jax.numpy.array(0.003))
    assert float(found) == pytest.approx(float(end(0.003001) - end(0.002999)) / 2e-6, rel=1e-6)


def test_a_description_says_what_flows_through_junctions_and_what_spikes_are_worth():
    plastic = hk.Projection("A", "B", hk.synapses.Delta(), OneToOne(), 1.0, plasticity=hk.plasticity.TsodyksMarkram(U=0.2))
    network = pair("1 nS")
    text = hk.network.describe(hk.Network(network.populations, [*network.projections, plastic]))
    assert "GapJunction()" in text
    assert "0.001 uS  none" in text
    assert "Delta(), TsodyksMarkram(U=0.2, tau_rec=800, tau_fac=0)" in text
    assert "cells and synapses flow over dt, as do gap junctions' currents between the potentials that the last step left" in text


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: hk.Projection("A", "B", GAP, AllToAll(), 1e-3, 1.0),
            "Projection A → B: no spike travels through gap junctions, so they have no delay. Leave it out.",
        ),
        (
            lambda: hk.Projection("A", "B", GAP, AllToAll(), 1e-3, plasticity=hk.plasticity.TsodyksMarkram()),
            "Projection A → B: no spike travels through gap junctions, so they have no plasticity. Leave it out.",
        ),
        (
            lambda: run(pair("4 uS")),
            "dt must be < 0.05 ms, in which neuron 0 of A, whose gap junctions are 4 uS together, follows its neighbours, got 0.1 ms. "
            "Use a smaller dt, or lower weights.",
        ),
        (lambda: pair(-1e-3), "Projection A → B: weight must be ≥ 0 uS for GapJunction, got -0.001 uS."),
        (
            lambda: hk.Drive(hk.stimuli.PoissonSpikes(10.0), GAP, 1.0),
            "Drive.synapse must be one at which spikes arrive, and none do at gap junctions. Join two populations by a Projection.",
        ),
        (
            lambda: hk.Network({"A": hk.SpikeTrains([[1.0]]), "B": hk.Population(PASSIVE, 1)}, [hk.Projection("A", "B", GAP, AllToAll(), 1e-3)]),
            "Projection A → B: gap junctions join cells of hillock.cells, and A has given spikes. Use another synapse.",
        ),
    ],
)
def test_what_gap_junctions_cannot_do_is_refused(make, message):
    with pytest.raises(NetworkError) as error:
        make()
    assert str(error.value) == message
