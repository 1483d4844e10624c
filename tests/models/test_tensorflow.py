"""The networks of the TensorFlow notebooks: their inputs are Poisson, their neurons answer as the notebooks say."""

import dataclasses

import numpy as np
import pytest

import hillock as hk
from hillock.models import tensorflow_izhikevich, tensorflow_lif
from hillock.network import NetworkError

NOTEBOOK = {"dialect": "tensorflow_notebook", "key": 1}


def test_spikes_come_at_the_given_rate_and_between_10_and_180_ms():
    rec = hk.simulate(tensorflow_lif(2000), duration=200, dt=1, **NOTEBOOK)["inputs"]
    expected = 2000 * (1 - np.exp(-0.02)) * 170  # a step holds at least one of 0.02 expected spikes
    assert len(rec.spike_steps) == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert rec.spike_steps.min() >= 10
    assert rec.spike_steps.max() <= 180


def test_a_spike_at_a_synapse_lifts_the_neuron_as_its_equations_say():
    network = tensorflow_lif(1)
    projection = dataclasses.replace(network.projections[0], weight=0.15)  # nA: q/tau_syn of a synapse of weight 1
    network = hk.Network({**network.populations, "inputs": hk.SpikeTrains([[0.0]])}, [projection])
    rec = hk.simulate(network, duration=60, dt=0.1, dtype="float64", record={"neuron": ["v"]})["neuron"]
    t = rec.t - 0.1  # the spike arrives one step later
    # tau v' = -v + 0.15 exp(-t/tau): both time constants are 10 ms
    np.testing.assert_allclose(rec["v"][:, 0], 0.15 * t / 10 * np.exp(-t / 10), atol=1e-12)


def test_the_mean_current_is_below_threshold_so_the_neuron_fires_by_chance():
    rec = hk.simulate(tensorflow_lif(500, rate=1.0), duration=200, dt=1, **NOTEBOOK, record={"neuron": ["i_inputs"]})
    current = rec["neuron"]["i_inputs"][60:180].mean()
    # 25 synapses at 20 Hz, or 500 at 1 Hz: 0.5 spikes per ms of 1.5 pC each; with weights of 1 ± 0.5, 60 spikes give it to 1.12/√60
    assert current == pytest.approx(0.75, rel=4 * 1.12 / np.sqrt(60))


def test_one_of_its_izhikevich_neurons_fires_the_spikes_of_the_notebook():
    neuron = tensorflow_izhikevich().populations["E"]
    alone = hk.Network({"neuron": dataclasses.replace(neuron, n=1)}, inputs={"neuron": hk.stimuli.Step(7.0, start=200.5, stop=700)})
    rec = hk.simulate(alone, duration=1000, dt=0.5, dtype="float64", **NOTEBOOK)["neuron"]
    # the notebook marks the step that ends at the peak; here the spike is the reset, one step later
    np.testing.assert_array_equal(rec.spike_steps - 1, [412, 512, 644, 777, 909, 1040, 1171, 1302])


def raster(recurrent):
    rec = hk.simulate(tensorflow_izhikevich(recurrent=recurrent), duration=720, dt=0.5, **NOTEBOOK)
    return rec, np.histogram(rec["E"].spike_steps * 0.5, np.arange(200, 701, 5))[0]


def test_neurons_are_silent_until_spikes_arrive():
    rec, _ = raster(recurrent=True)
    assert min(rec["E"].spike_steps.min(), rec["I"].spike_steps.min()) > 400


def test_connections_make_neurons_fire_together():
    (_, alone), (_, connected) = raster(recurrent=False), raster(recurrent=True)
    assert alone.var() / alone.mean() > 5  # stripes: their inputs are shared
    assert connected.var() / connected.mean() > 2 * alone.var() / alone.mean()


def test_weights_have_the_mean_and_variance_of_a_gamma_distribution():
    value = next(p.weight for p in tensorflow_izhikevich().projections if (p.source, p.target) == ("I", "E"))
    drawn = value.sample(np.random.default_rng(1), 100_000, np.float64)
    assert drawn.mean() == pytest.approx(2 * 0.006, rel=4 / np.sqrt(2e5))  # shape·scale; a draw varies by 1/√shape of that
    assert drawn.var() == pytest.approx(2 * 0.006**2, rel=4 * np.sqrt(5e-5))  # the kurtosis is 3 + 6/shape


def test_networks_without_inputs_or_kinds_are_refused():
    with pytest.raises(NetworkError) as error:
        tensorflow_lif(0)
    assert str(error.value) == "tensorflow_lif.synapses must be ≥ 1, got 0."
    with pytest.raises(NetworkError) as error:
        tensorflow_izhikevich(1)
    assert str(error.value) == "tensorflow_izhikevich.n must be ≥ 3, got 1. A fifth of the neurons is inhibitory."
