import re

import jax
import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from hillock.stimuli import Pulses
from tests.stimuli.sampled import current


def test_pulses_are_on_in_their_windows_and_add_up_where_they_overlap():
    pulses = Pulses([1.0, 2.0], starts=["1 ms", "3 ms"], stops=[4, 5])
    np.testing.assert_array_equal(current(pulses, duration=6, dt=1.0)[:, 0], [0, 1, 1, 3, 2, 0])


def test_pulses_may_differ_between_neurons():
    pulses = Pulses([[1.0, 2.0], [3.0, 4.0]], starts=[0, 2], stops=[[1, 2], [3, 3]])
    np.testing.assert_array_equal(current(pulses, duration=4, dt=1.0).T, [[1, 0, 3, 0], [2, 2, 4, 0]])


def test_pulses_that_differ_between_neurons_in_one_respect_run_with_any_cell():
    rec = hk.simulate(hk.cells.LIF(), Pulses([1.0, 2.0], starts=[[1, 2, 3], [5, 6, 7]], stops=[4, 9]), duration=10, dt=0.5)
    np.testing.assert_array_equal(rec.counts() > 0, [True, True, True])


def test_a_train_repeats_its_pulse():
    train = Pulses.train("0.5 nA", count=3, width=1, period="2 ms", start=1)
    np.testing.assert_array_equal(current(train, duration=8, dt=1.0)[:, 0], [0, 0.5, 0, 0.5, 0, 0.5, 0, 0])


def test_a_train_takes_one_value_per_neuron():
    train = Pulses.train([1.0, 2.0], count=2, width=[1.0, 2.0], period=3)
    assert np.shape(train.amplitudes) == np.shape(train.starts) == np.shape(train.stops) == (2, 2)
    np.testing.assert_array_equal(current(train, duration=6, dt=1.0).T, [[1, 0, 0, 1, 0, 0], [2, 2, 0, 2, 2, 0]])


def test_the_charge_of_a_train_has_a_gradient():
    def charge(amplitude):
        train = Pulses.train(amplitude, count=3, width=2, period=5)
        return hk.simulate(hk.cells.IntegrateAndFire(), train, duration=20, dt=0.5, record=["i"])["i"].sum() * 0.5

    assert jax.grad(charge)(0.01) == pytest.approx(6.0)  # 3 pulses of 2 ms


def test_one_traced_amplitude_among_numbers_is_enough():
    def total(amplitude):
        return hk.simulate(hk.cells.IntegrateAndFire(), Pulses([amplitude, 0.1], [0, 2], [1, 3]), duration=4, dt=1.0, record=["i"])["i"].sum()

    assert jax.grad(total)(0.2) == 1.0


def test_unequal_lists_are_refused():
    text = "Pulses must have as many amplitudes as starts and stops, got 2 amplitudes, 1 starts and 1 stops."
    with pytest.raises(ParameterError, match=re.escape(text)):
        Pulses([1.0, 2.0], starts=[0], stops=[1])


def test_a_pulse_must_stop_after_it_starts():
    with pytest.raises(ParameterError, match=re.escape("Pulses.starts must be < Pulses.stops, got 3 ms and 2 ms.")):
        Pulses([1.0, 1.0], starts=[0, 3], stops=[1, 2])
    with pytest.raises(ParameterError, match=re.escape("Pulses.starts must be < Pulses.stops, got 1 ms and 1 ms.")):
        Pulses([1.0, 1.0], starts=[0, 1], stops=[[1, 1], [2, 1]])


def test_a_train_of_no_pulses_or_of_a_wrong_unit_is_refused():
    with pytest.raises(ParameterError, match=re.escape("Pulses.train needs a whole number of pulses, count ≥ 1, got 0.")):
        Pulses.train(1.0, count=0, width=1, period=2)
    with pytest.raises(ParameterError, match=re.escape("Pulses.train's width must be a time in ms, got '1 mV', which is a voltage.")):
        Pulses.train(1.0, count=1, width="1 mV", period=2)


def test_one_number_is_not_a_list_of_pulses():
    with pytest.raises(ParameterError, match=re.escape("Pulses.amplitudes must be a 1-d array, or 2-d with one column per neuron, got one number.")):
        Pulses(1.0, starts=[0], stops=[1])
