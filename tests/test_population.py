"""Which parameters make a population, and how many neurons it has."""

import re

import pytest

from hillock._param import ParameterError
from hillock._population import neuron_axes, parameters, population_size
from hillock.cells import LIF
from hillock.stimuli import Constant, Pulses, Step


def names(module):
    return [where for where, _, _ in parameters(module)]


def test_populations_of_different_sizes_are_listed_with_all_their_sizes():
    text = "All per-neuron values must have the same length, but neurons = 4, LIF.tau_m has 2, Constant.amplitude has 3."
    with pytest.raises(ParameterError, match="^" + re.escape(text) + "$"):
        population_size(LIF(tau_m=[20, 30], t_ref=2), Constant([0.1, 0.2, 0.3]), neurons=4)


def test_the_size_of_a_population_comes_from_its_values_or_is_given():
    assert population_size(LIF(tau_m=[20, 30])) == 2
    assert population_size(LIF(), neurons=7) == 7
    assert population_size(LIF()) == 1
    assert population_size(Pulses([1.0, 2.0], [0, 1], [1, 2])) == 1
    assert population_size(Pulses([[1.0, 2.0, 3.0]], [0], [1])) == 3
    with pytest.raises(ParameterError, match=r"^neurons must be ≥ 1, got 0\.$"):
        population_size(LIF(), neurons=0)


def test_parameters_are_found_in_stimuli_inside_of_stimuli():
    assert names(2.0 * Constant(1.0)) == ["Constant.amplitude", "Scaled.factor"]
    assert names(Constant(1.0) + 2.0 * Constant(1.0)) == ["Constant[0].amplitude", "Scaled[1].Constant.amplitude", "Scaled[1].factor"]


def test_no_two_parameters_have_the_same_name():
    step = Step(1.0)
    for stimulus in (step + step + step, 2 * step + 3 * step, (step + step) + (step + step)):
        assert len(set(names(stimulus))) == len(names(stimulus))


def test_sizes_that_differ_deep_inside_are_noticed():
    with pytest.raises(ParameterError, match=r"Sum\[0\].Step\[0\].amplitude has 2, Step\[1\].amplitude has 3"):
        population_size(Step([1.0, 2.0]) + Step(1.0) + Step([1.0, 2.0, 3.0]))


def test_the_axis_of_the_neurons_is_the_last():
    axes = neuron_axes(Pulses([[1.0, 2.0]], [0], [1]))
    assert (axes.amplitudes, axes.starts, axes.stops) == (-1, None, None)
