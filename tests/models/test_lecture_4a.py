"""The neuron of lecture 4A sits below threshold on average and fires by chance."""

import dataclasses

import numpy as np
import pytest

import hillock as hk
from hillock.models import lecture_4a

N, DT = 200, 0.1
EULER = {"dt": DT, "key": 1, "integrator": hk.integrators.Euler()}


def copies(network, **parameters):
    """The same neuron many times, each with spikes of its own."""
    cell = dataclasses.replace(network.populations["neuron"].cell, **parameters)
    return dataclasses.replace(network, populations={"neuron": hk.Population(cell, N, {"v": -58.0})})


@pytest.fixture(scope="module")
def passive():
    record = {"neuron": ["v", "g_drive1", "g_drive2"]}
    return hk.simulate(copies(lecture_4a(), v_th=1e3), duration=150, record=record, **EULER)["neuron"]


@pytest.mark.parametrize(("port", "spikes_per_ms", "tau"), [("g_drive1", 0.8, 2.0), ("g_drive2", 0.2, 5.0)])
def test_conductances_have_the_mean_of_shot_noise(passive, port, spikes_per_ms, tau):
    g = passive[port][500:]  # of 100 ms
    # a step adds rate·dt spikes of 2.4 nS and keeps 1 - dt/tau of what was there
    expected = 0.0024 * spikes_per_ms * tau
    sigma = 0.0024 * np.sqrt(spikes_per_ms / (N * 100)) * tau  # of the mean: that of a count of spikes
    assert g.mean() == pytest.approx(expected, abs=4 * sigma)


def test_the_mean_potential_is_between_the_reversal_potentials_by_their_conductances(passive):
    leak, excitation, inhibition = 10.0, 3.84, 2.4  # nS
    expected = (leak * -75 + excitation * 0 + inhibition * -80) / (leak + excitation + inhibition)
    assert passive["v"][500:].mean() == pytest.approx(expected, abs=0.5)  # mV; fluctuations shift it a little
    assert expected < -55


def test_excitation_makes_it_fire_more_and_inhibition_less():
    networks = {"lecture": lecture_4a(), "more": lecture_4a(excitatory=15), "less": lecture_4a(inhibitory=30)}
    rates = {name: hk.simulate(copies(network), duration=100, **EULER).rates["neuron"] for name, network in networks.items()}
    assert rates["more"] > 2 * rates["lecture"] > 4 * rates["less"] > 0
