import re

import numpy as np
import pytest

from hillock._param import ParameterError
from hillock.stimuli import Ramp
from tests.stimuli.sampled import current


def test_a_ramp_goes_straight_from_one_current_to_the_other():
    i = current(Ramp(0.1, 0.5, start=2.0, stop=6.0), duration=9, dt=0.5)[:, 0]
    np.testing.assert_allclose(i, np.interp(np.arange(18) * 0.5, [2.0, 6.0], [0.1, 0.5]), rtol=1e-14)
    assert i[0] == 0.1
    assert i[-1] == 0.5


def test_a_ramp_need_not_begin_on_the_grid():
    np.testing.assert_allclose(current(Ramp(0.0, 1.0, start=0.25, stop=1.25), duration=2, dt=0.5)[:, 0], [0.0, 0.25, 0.75, 1.0], rtol=1e-14)


def test_a_ramp_takes_time():
    with pytest.raises(ParameterError, match=re.escape("Ramp.start must be < Ramp.stop, got 3 ms and 3 ms.")):
        Ramp(0.0, 1.0, start=3, stop=3)
