"""The two networks of Vogels and Abbott keep themselves firing: by currents always, by conductances if at all."""

import dataclasses

import numpy as np
import pytest

import hillock as hk
from hillock.models import coba, cuba
from hillock.network import NetworkError


def synapses_per_neuron(network):
    sizes = {name: population.n for name, population in network.populations.items()}
    each = [p.connect.synapses(sizes[p.source], sizes[p.target], p.source == p.target) for p in network.projections]
    return sum(each) / network.n


@pytest.mark.parametrize("model", [cuba, coba])
@pytest.mark.parametrize("scale", [0.025, 1, 10])
def test_every_neuron_has_80_synapses_at_any_scale(model, scale):
    network = model(scale)
    assert network.n == 4000 * scale
    assert synapses_per_neuron(network) == pytest.approx(80)


def test_cuba_fires_at_the_rate_of_brian2():
    rec = hk.simulate(cuba(), duration=2000, dt=0.1, key=1, dialect="brian2")
    assert 5.4 < np.average([*rec.rates.values()], weights=[3200, 800]) < 6.2  # Hz; Brian2 gave 5.5, 5.5 and 6.1 for three seeds


def test_cuba_fires_by_itself_and_inhibition_holds_it_back():
    without = dataclasses.replace(cuba(0.1), projections=())
    alone = hk.simulate(without, duration=200, dt=0.1, key=1).rates["E"]
    together = hk.simulate(cuba(0.1), duration=200, dt=0.1, key=1).rates["E"]
    # v_rest is 1 mV above threshold: an interval is t_ref + tau ln(11/1) = 53 ms, in which a neuron fires once, wherever it starts
    assert alone == pytest.approx(1000 / 53, rel=0.1)
    assert together < alone / 2


def test_coba_is_silent_until_it_is_started():
    rec = hk.simulate(dataclasses.replace(coba(), inputs={}), duration=20, dt=0.1, key=1, dialect="nest", record={"E": ["v"]}, of={"E": [0]})
    assert rec.rates == {"E": 0, "I": 0}
    np.testing.assert_allclose(rec["E"]["v"], -60, rtol=1e-12)


def test_only_the_first_fifty_cells_of_coba_are_started_and_only_until_51_ms():
    alone = dataclasses.replace(coba(), projections=())
    g = hk.simulate(alone, duration=60, dt=0.1, key=1, dialect="nest", record={"E": ["g_drive"]})["E"]["g_drive"]
    assert not g[:, 50:].any()
    assert (g[:510, :50] > 0).any(0).all()
    jumps = np.diff(g[:, :50], axis=0) > 0.001  # a spike is 0.006 µS
    assert jumps.sum() == pytest.approx(50 * 0.3 * 50, abs=4 * np.sqrt(50 * 0.3 * 50))
    assert not jumps[510:].any()


@pytest.mark.exhaustive
def test_coba_goes_on_at_14_hz_or_falls_silent():
    late = []
    for key in range(1, 11):
        rec = hk.simulate(coba(), duration=400, dt=0.1, key=key, dialect="nest")["E"]
        late.append((rec.spike_steps >= 3000).sum() / rec.neurons / 0.1)
    assert all(rate < 0.5 or 10 < rate < 18 for rate in late)  # Hz; NEST gave 14.2 once, and two seeds that fell silent
    assert any(rate > 10 for rate in late)


def test_networks_too_small_for_their_synapses_are_refused():
    with pytest.raises(NetworkError) as error:
        cuba(0.02)
    assert str(error.value) == "cuba.scale must be > 0.02, got 0.02. A neuron has 80 synapses."
    with pytest.raises(NetworkError) as error:
        coba(0.01)
    assert str(error.value) == "coba.scale must be ≥ 0.02, got 0.01. A neuron has 80 synapses."
