"""The wiring shown is the wiring that runs."""

import re
from typing import Any

import numpy as np
import pytest

import hillock as hk
from hillock._wiring import wiring
from hillock.connections import AllToAll, Explicit, FixedIndegree, FixedProbability, Normal, Uniform

CELL = hk.cells.LIF(t_ref=0.0)


def net(rule: Any = None, weight: Any = 0.1, delay: Any = None):
    """One population of given spikes, neuron k at k ms, that projects to another at rest."""
    cells = hk.Population(CELL, 30)
    connect = rule or FixedProbability(0.2)
    return hk.Network(
        {"in": hk.SpikeTrains([[float(k)] for k in range(10)]), "E": cells},
        [hk.Projection("in", "E", hk.synapses.Delta(), connect, weight, delay)],
    )


def responses(found, tau_m, steps, dt):
    """Return the sum of w exp(-t/tau_m) over all spikes that have arrived, after each step, for each target."""
    v = np.zeros((steps, found.targets.max() + 1))
    for source, target, w, delay in zip(*found, strict=True):
        first = round((source + delay) / dt) - 1  # row k shows (k + 1) dt
        v[first:, target] += w * np.exp(-np.arange(steps - first) * dt / tau_m)
    return v


def test_a_spike_moves_each_target_by_the_weight_after_the_delay():
    network = net(weight=Normal(0.1, 0.03), delay=Uniform(0.1, 3.0))
    found = wiring(network, dt=0.1, key=3, dtype="float64")[0].all()
    rec = hk.simulate(network, duration=20, dt=0.1, key=3, record={"E": ["v"]}, dtype="float64")["E"]
    expected = responses(found, CELL.tau_m, rec.steps, rec.dt)
    np.testing.assert_allclose(rec["v"][:, : expected.shape[1]] - CELL.v_rest, expected, atol=1e-9)


def test_a_dialect_without_delay_shows_the_delay_as_it_was_given():
    for dialect in ("hillock", "brian2"):
        delays = wiring(net(delay="1.5 ms"), dt=0.1, key=1, dialect=dialect)[0].all().delays
        assert set(delays) == {1.5}
    assert set(wiring(net(), dt=0.1, key=1, dialect="brian2")[0].all().delays) == {0.0}
    assert set(wiring(net(), dt=0.1, key=1)[0].all().delays) == {0.1}


def test_connections_come_in_the_order_of_sources():
    found = wiring(net(FixedIndegree(5)), dt=0.1, key=1)[0].all()
    assert (np.diff(found.sources) >= 0).all()
    assert np.bincount(found.targets).tolist() == [5] * 30


def test_parts_and_whole_are_the_same():
    one = wiring(net(weight=Normal(1.0, 0.1)), dt=0.1, key=2)[0]
    assert one.all().weights.tolist() == np.concatenate([part.weights for part in one.parts()]).tolist()
    assert one.matrix().sum() == pytest.approx(float(one.all().weights.sum()), rel=1e-6)


def test_several_connections_of_a_pair_add_up_in_the_matrix():
    rule = Explicit([0, 0, 2], [1, 1, 0])
    one = wiring(net(rule, weight=[0.5, 0.25, 2.0]), dt=0.1)[0]
    expected = np.zeros((10, 30))
    expected[0, 1], expected[2, 0] = 0.75, 2.0
    np.testing.assert_array_equal(one.matrix().toarray(), expected)
    assert (one.shape, one.unit) == ((10, 30), "mV")


def test_a_projection_without_connections_has_an_empty_matrix():
    one = wiring(net(FixedProbability(0.0)), dt=0.1, key=1)[0]
    assert one.matrix().nnz == 0
    assert repr(one) == "Wiring(in → E, 10 x 30 neurons, weights in mV)"


def test_what_is_drawn_needs_a_key():
    assert len(wiring(net(AllToAll()), dt=0.1)[0].all().sources) == 300
    sentence = "This network is drawn at random. Pass key=1, or any other whole number, to name its random numbers."
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        wiring(net(), dt=0.1)
