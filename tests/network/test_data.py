"""Networks are values: equal where their parts are, copied, pickled, and not changed from outside."""

import copy
import pickle

import numpy as np
import pytest

import hillock as hk
from hillock.connections import Explicit, FixedIndegree, Matrix, Normal, Uniform

LIF, S = hk.cells.LIF, hk.synapses


def network(tau=20.0, weight=0.5, time=2.0):
    """Return a network with an array, a distribution or a sparse matrix in every place that takes one."""
    populations = {
        "in": hk.SpikeTrains([[1.0, time], [], [0.5]]),
        "E": hk.Population(LIF(tau_m=np.array([tau, 20.0, 30.0])), 3, {"v": Uniform(-60, -50)}),
    }
    projections = [
        hk.Projection("in", "E", S.ConductanceAlpha(), Matrix([[weight, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]), delay="0.1 ms"),
        hk.Projection("E", "E", S.Exponential(), FixedIndegree(2), Normal(weight, 0.01, low=0), Uniform(1, 2)),
        hk.Projection("E", "E", S.Alpha(), Explicit([0, 1], [1, 2]), np.array([weight, 0.1]), 1.0),
    ]
    drive = hk.Drive(hk.stimuli.PoissonSpikes("300 Hz"), S.Delta(), np.array([weight, 1.0, 2.0]))
    return hk.Network(populations, projections, {"E": [drive, hk.stimuli.Constant(0.3)]})


def test_networks_of_equal_parts_are_equal():
    assert network() == network()


@pytest.mark.parametrize("other", [{"tau": 21.0}, {"weight": 0.6}, {"time": 2.5}])
def test_networks_that_differ_in_one_value_are_not_equal(other):
    assert network() != network(**other)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_a_copy_of_a_network_is_equal_and_fires_the_same_spikes(again):
    one, other = network(), again(network())
    assert other == one
    runs = [hk.simulate(each, duration=20, dt=0.1, key=1)["E"] for each in (one, other)]
    assert len(runs[0].spike_steps) > 0
    np.testing.assert_array_equal(runs[0].spike_steps, runs[1].spike_steps)


def test_a_recording_of_a_network_is_pickled_and_continued():
    rec = hk.simulate(network(), duration=5, dt=0.1, key=1)
    back = pickle.loads(pickle.dumps(rec))
    runs = [hk.simulate(network(), duration=20, dt=0.1, key=1, start=one.end)["E"] for one in (rec, back)]
    np.testing.assert_array_equal(runs[0].spike_steps, runs[1].spike_steps)


def test_parts_are_written_as_they_are_made():
    population = hk.Population(LIF(tau_m=10.0), 3, {"v": -60.0})
    drive = hk.Drive(hk.stimuli.PoissonSpikes("2 kHz"), S.Delta(), "1 mV")
    for part in (population, drive, network().projections[2]):
        assert eval(repr(part), {"hk": hk}) == part


def test_an_array_that_is_changed_later_does_not_change_the_network():
    weights, start = np.ones((3, 3)), np.full(3, -60.0)
    one = hk.Projection("E", "E", S.Delta(), hk.connections.AllToAll(), weights)
    population = hk.Population(LIF(), 3, {"v": start})
    weights[:], start[:] = 7.0, 0.0
    assert (one.weight == 1.0).all()
    assert (population.start["v"] == -60.0).all()
    with pytest.raises(ValueError, match="read-only"):
        one.weight[0, 0] = 2.0


def test_names_of_ports_never_meet():
    cells = {name: hk.Population(LIF(), 2) for name in ("a", "a1")}
    given = [("a", 3.0), ("a", 2.0), ("a1", 1.0)]
    joined = [hk.Projection(source, "a", S.Exponential(tau), hk.connections.AllToAll(), 0.1) for source, tau in given]
    assert hk.Network(cells, joined).receiver("a")[0].ports == ("a2", "a3", "a1")
