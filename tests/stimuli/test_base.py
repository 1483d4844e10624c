import re

import jax.numpy as jnp
import numpy as np
import pytest

from hillock._param import ParameterError
from hillock.random import make_key
from hillock.stimuli import Constant, GaussianNoise, Moment, Samples, Step, Sum
from tests.stimuli.sampled import current


def moment(step, dt=0.1):
    return Moment(jnp.int32(step), jnp.float32(dt), make_key(0), jnp.int32(0))


def test_stimuli_add_subtract_and_scale_like_currents():
    a, b = Samples([1.0, 2.0, 3.0], dt=1.0), Step(5.0, start=1.0)
    combined = current(np.float64(2.0) * a - b * 0.5 + -b, duration=3, dt=1.0)[:, 0]
    np.testing.assert_allclose(combined, [2.0, 4.0 - 7.5, 6.0 - 7.5], rtol=1e-15)


def test_a_sum_is_linear_in_noise_too():
    noise = GaussianNoise(1.0, 0.5)
    once, twice = (current(x, duration=5, dt=1.0, key=1) for x in (noise, 2.0 * noise))
    np.testing.assert_array_equal(twice, 2.0 * once)


@pytest.mark.parametrize("combine", [lambda a: a + 0.3, lambda a: 0.3 + a, lambda a: a - 0.3])
def test_a_number_cannot_be_added_to_a_stimulus(combine):
    with pytest.raises(TypeError, match="unsupported operand"):
        combine(Constant(0.1))


def test_a_sum_says_which_of_its_terms_is_no_stimulus():
    with pytest.raises(ParameterError, match=re.escape("Sum.terms must be stimuli, got 0.3 at index 1. A constant current is Constant(0.3).")):
        Sum([Constant(0.1), 0.3])  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=re.escape("Sum.terms must hold at least one stimulus, got none.")):
        Sum([])  # type: ignore[arg-type]


def test_two_stimuli_cannot_be_multiplied():
    with pytest.raises(ParameterError, match=r"^Scaled.factor must be a number, one number per neuron, or text such as '1', got Constant"):
        _ = Constant(0.1) * Constant(0.1)


def test_streams_of_nested_sums_are_all_different():
    leaves = [moment(0).child(i).child(j).child(k).stream for i in range(9) for j in range(9) for k in range(9)]
    inner = [moment(0).child(i).child(j).stream for i in range(9) for j in range(9)]
    assert len(set(leaves + inner + [moment(0).child(i).stream for i in range(9)])) == 9**3 + 9**2 + 9


def test_a_window_holds_its_first_step_and_not_its_last():
    assert [bool(moment(k).during(0.2, 0.5)) for k in range(7)] == [False, False, True, True, True, False, False]
    assert bool(moment(2**31 - 2).during(0.0, np.inf))


def test_time_since_a_start_far_from_0_is_exact_in_single_precision():
    step, start = 10_000_003, 1_000_000.0  # at dt = 0.1 ms, float32 times there are 0.0625 ms apart
    assert float(moment(step).since(start)) == pytest.approx(0.3, rel=1e-6)
