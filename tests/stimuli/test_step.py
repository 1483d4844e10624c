import re

import numpy as np
import pytest

from hillock._param import ParameterError
from hillock._time import TimeError
from hillock.stimuli import Step
from tests.stimuli.sampled import current


def test_a_step_is_on_from_its_start_until_just_before_its_stop():
    np.testing.assert_array_equal(
        current(Step(0.3, start="1 ms", stop=1.4, baseline=0.1), duration=2, dt=0.2)[:, 0], [0.1] * 5 + [0.3] * 2 + [0.1] * 3
    )


def test_every_neuron_may_have_its_own_start_and_amplitude():
    i = current(Step([1.0, 2.0], start=[0.0, 2.0]), duration=4, dt=1.0)
    np.testing.assert_array_equal(i.T, [[1, 1, 1, 1], [0, 0, 2, 2]])


def test_a_step_that_stops_before_it_starts_is_refused():
    with pytest.raises(ParameterError, match=re.escape("Step.start must be ≤ Step.stop, got 5 ms and 3 ms.")):
        Step(0.3, start=5, stop=3)


def test_a_start_between_two_steps_is_refused():
    with pytest.raises(
        TimeError, match=re.escape("Step.start = 0.25 ms is not a whole number of steps of dt = 0.1 ms. Use 0.2 or 0.3 ms, or change dt.")
    ):
        current(Step(0.3, start=0.25), duration=1, dt=0.1)


def test_an_amplitude_is_required():
    with pytest.raises(ParameterError, match=re.escape("Step needs amplitude (current while on, nA).")):
        Step()  # type: ignore[call-arg]
