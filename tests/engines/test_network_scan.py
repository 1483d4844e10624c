"""The scan engine for networks takes another road to the same spikes as the simd engine."""

import jax
import numpy as np
import pytest

import hillock as hk
from hillock._simulate._network import network_job
from hillock.connections import AllToAll, FixedIndegree, FixedProbability, Normal, Uniform
from hillock.engines.network import _couplings, _delivery, _scan
from hillock.network import Drive, Network, Population, Projection, SpikeTrains

pytestmark = pytest.mark.slow

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
    settings = {"duration": 60, "dt": 0.1, "key": 1, "dtype": "float64", "record": {"E": ["v"]}, "engine": engine}
    return hk.simulate(network, **(settings | options))


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
    kinds, original = [], _couplings.delivery

    def noted(job, wire, ring):
        made = original(job, wire, ring)
        kinds.append(type(made[0]))
        return made

    monkeypatch.setattr(_couplings, "delivery", noted)
    return kinds


def test_a_run_does_not_depend_on_how_it_is_cut(monkeypatch):
    """Pieces are shorter than delays, and shorter delays are remembered no longer than they last."""
    whole = run(random_network())
    monkeypatch.setattr(_scan, "_CHUNK_STEPS", 7)
    parts = run(random_network())
    same_spikes(whole, parts)
    same_flights(whole, parts)
    np.testing.assert_array_equal(whole["E"]["v"], parts["E"]["v"])


def test_the_more_work_a_step_is_the_fewer_make_a_chunk():
    """By matrices, 2000² products of 0.5 ns are 2 ms per step, and a chunk is to take less than half a second."""
    alone, joined = Network({"A": Population(CELL, 2000)}), Network({"A": Population(CELL, 2000)}, [Projection("A", "A", DELTA, AllToAll(), 0.0)])
    chunks = [chunk_of(network) for network in (alone, joined)]
    assert chunks[0] > 5000
    assert 100 < chunks[1] < 250


def chunk_of(network):
    """Return the steps that the scan engine makes before it looks whether it is to stop."""
    given = {"every": 1, "of": None, "key": 1, "dialect": None, "integrator": None, "dtype": None, "surrogate": None}
    return _scan.ScanNetwork(network_job(network, duration=1.0, dt=0.1, record={}, steps=10, **given)).chunk


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
    each, seventh = run(random_network(), of={"E": [3, 5]}), run(random_network(), every=7)
    np.testing.assert_array_equal(seventh["E"]["v"][:, [3, 5]], each["E"]["v"][6::7])


def test_the_exact_engine_runs_no_networks():
    with pytest.raises(ValueError, match="runs no networks") as error:
        run(random_network(), "exact")
    assert str(error.value) == "The engine exact runs no networks. Use engine='simd' or 'scan'."
