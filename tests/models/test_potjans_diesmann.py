"""The microcircuit has the size, the weights, the input and the rates of its reference."""

from typing import Any

import numpy as np
import pytest

import hillock as hk
from hillock.models import POTJANS_DIESMANN_RATES as RATES
from hillock.models import potjans_diesmann
from hillock.network import NetworkError

# pA, that replace the spikes from outside: from the model's repository
CURRENTS = (561.97, 526.85, 737.59, 667.34, 702.47, 667.34, 1018.58, 737.59)


def rates(network, duration, settled, key=1):
    """Return the mean rate of each population (Hz) after the first ``settled`` ms."""
    rec = hk.simulate(network, duration=duration, dt=0.1, key=key, dialect="nest", dtype="float32")
    return np.array([(one.spike_steps * 0.1 >= settled).sum() / one.neurons / (duration - settled) * 1000 for one in rec.values()])


def test_it_has_77169_neurons_and_299_million_synapses():
    network = potjans_diesmann()
    sizes = {name: population.n for name, population in network.populations.items()}
    total = sum(p.connect.synapses(sizes[p.source], sizes[p.target], p.source == p.target) for p in network.projections)
    assert network.n == 77_169
    assert total == pytest.approx(2.989e8, rel=1e-3)


def test_the_constant_current_is_that_of_the_reference():
    inputs: Any = potjans_diesmann().inputs
    assert [1000 * inputs[name][0].amplitude for name in RATES] == pytest.approx(CURRENTS, abs=0.01)


def test_spikes_from_outside_have_the_mean_of_the_constant_current():
    inputs: Any = potjans_diesmann(drive="poisson").inputs
    drives = [inputs[name][1] for name in RATES]
    means = [1000 * drive.spikes.rate / 1000 * drive.weight * drive.synapse.tau_syn for drive in drives]
    assert means == pytest.approx(CURRENTS, abs=0.01)


def test_a_spike_lifts_a_cell_by_0_15_mv():
    network: Any = potjans_diesmann()
    cell, synapse = network.populations["L23E"].cell, network.projections[0].synapse
    one = hk.Projection("source", "cell", synapse, hk.connections.AllToAll(), network.projections[0].weight.mean, 0.1)
    pair = hk.Network({"source": hk.SpikeTrains([[0.0]]), "cell": hk.Population(cell, 1)}, [one])
    v = hk.simulate(pair, duration=10, dt=0.01, dtype="float64", record={"cell": ["v"]})["cell"]["v"]
    assert v.max() - v[0, 0] == pytest.approx(0.15, rel=1e-5)  # flat at its peak, which a step of 0.01 ms misses by less


def test_synapses_of_a_neuron_scale_with_the_network_and_their_variance_stays():
    whole: Any = potjans_diesmann()
    half: Any = potjans_diesmann(0.5)
    for a, b in zip(whole.projections, half.projections, strict=True):
        assert b.connect.n / half.populations[b.target].n == pytest.approx(a.connect.n / whole.populations[a.target].n / 2, rel=2e-3)
        assert b.weight.mean**2 == pytest.approx(2 * a.weight.mean**2)


@pytest.mark.exhaustive
def test_a_small_network_lives_on_spikes_and_dies_of_constant_current():
    alive, dead = (rates(potjans_diesmann(0.1, drive=drive), 250, 200) for drive in (None, "dc"))
    assert (alive > 0).all()
    assert (dead[:6] < 0.1 * alive[:6]).all()


@pytest.mark.exhaustive
@pytest.mark.parametrize(("scale", "least", "most"), [(0.1, 0.4, 1.0), (0.5, 0.75, 1.1)])
def test_rates_of_scaled_networks_come_near_the_reference(scale, least, most):
    part = rates(potjans_diesmann(scale), 1500, 500) / [*RATES.values()]
    assert (part > least).all()
    assert (part < most).all()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"scale": 2}, "potjans_diesmann.scale must be from 0.001, where its smallest population is one neuron, to 1, got 2."),
        ({"drive": "ac"}, "potjans_diesmann.drive must be 'dc' or 'poisson', got 'ac'."),
    ],
)
def test_what_makes_no_microcircuit_is_refused(given, message):
    with pytest.raises(NetworkError) as error:
        potjans_diesmann(**given)
    assert str(error.value) == message
