"""Milliseconds into whole steps."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillock._time import TimeError, check_dt, milliseconds, whole_steps

DT = st.floats(1e-4, 100.0)
MOST = 2**31 - 1


@given(k=st.integers(-MOST, MOST), dt=DT)
def test_every_multiple_of_dt_is_a_whole_number_of_steps(k, dt):
    assert whole_steps(k * dt, dt, "x") == k


@given(k=st.integers(0, MOST), digits=st.integers(1, 4))
def test_so_is_every_decimal_number_of_a_decimal_dt(k, digits):
    assert whole_steps(float(f"{k}e-{digits}"), 10.0**-digits, "x") == k


@given(k=st.integers(-MOST // 2, MOST // 2), dt=DT, part=st.floats(0.3, 0.7))
def test_nothing_in_the_middle_between_two_steps_is(k, dt, part):
    with pytest.raises(TimeError, match="is not a whole number of steps"):
        whole_steps((k + part) * dt, dt, "x")


@given(k=st.integers(0, 100_000), dt=st.sampled_from([0.1, 0.025, 0.3]))
def test_times_in_single_precision_are_recognised_as_what_they_stand_for(k, dt):
    assert whole_steps(np.asarray(k * dt, np.float32), dt, "x") == k
    with pytest.raises(TimeError):
        whole_steps(np.asarray((k + 0.5) * dt, np.float32), dt, "x")


def test_sums_of_times_that_are_not_exact_in_binary_are_recognised():
    assert whole_steps(0.1 + 0.2, 0.1, "x") == 3
    assert whole_steps(0.3 - 0.1 - 0.2, 0.1, "x") == 0
    assert whole_steps(sum([0.1] * 1000), 0.1, "x") == 1000


def test_infinity_is_the_last_step_there_is():
    np.testing.assert_array_equal(whole_steps(np.array([np.inf, -np.inf, 0.5]), 0.1, "x"), [MOST, -MOST, 5])


def test_arrays_keep_their_shape_and_whole_numbers_are_times_too():
    np.testing.assert_array_equal(whole_steps(np.array([[1, 2], [3, 4]]), 0.5, "x"), [[2, 4], [6, 8]])
    assert whole_steps(2, 0.5, "x").dtype == np.int64


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (0.25, "t_ref = 0.25 ms is not a whole number of steps of dt = 0.1 ms. Use 0.2 or 0.3 ms, or change dt."),
        (-0.25, "t_ref = -0.25 ms is not a whole number of steps of dt = 0.1 ms. Use -0.3 or -0.2 ms, or change dt."),
        ([1.0, 0.123456], "t_ref = 0.123456 ms is not a whole number of steps of dt = 0.1 ms. Use 0.1 or 0.2 ms, or change dt."),
        (1e12, "t_ref = 1e+12 ms is 1e+13 steps of dt = 0.1 ms, more than the 2147483647 that can be counted. Use a larger dt, or a shorter time."),
        (np.nan, "t_ref must be a number, got nan."),
    ],
)
def test_the_message_says_what_would_do(duration, text):
    with pytest.raises(TimeError, match="^" + re.escape(text) + "$"):
        whole_steps(np.asarray(duration), 0.1, "t_ref")


def test_where_infinity_makes_sense_the_message_says_so():
    text = "stop = 1e+12 ms is 1e+13 steps of dt = 0.1 ms, more than the 2147483647 that can be counted. Use a larger dt, or inf."
    with pytest.raises(TimeError, match="^" + re.escape(text) + "$"):
        whole_steps(1e12, 0.1, "stop", endless=True)


@pytest.mark.parametrize("dt", [0.0, -0.1, np.inf, np.nan])
def test_dt_must_be_positive_and_finite(dt):
    with pytest.raises(TimeError, match="^" + re.escape(f"dt must be > 0 ms and finite, got {dt:g} ms. A common choice is 0.1 ms.") + "$"):
        check_dt(dt)


def test_a_time_may_be_text():
    assert milliseconds("1.5 s", "duration") == 1500.0
    assert check_dt(milliseconds(1, "dt")) == 1.0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("10 mV", "duration must be a time in ms, got '10 mV', which is a voltage."),
        ("long", "duration must be a number with a unit such as '1 ms', got 'long'."),
        ([1.0, 2.0], "duration must be one time in ms, got [1.0, 2.0]."),
        (True, "duration must be one time in ms, got True."),
        (None, "duration must be one time in ms, got None."),
    ],
)
def test_what_is_no_time_is_refused(value, text):
    with pytest.raises(TimeError, match="^" + re.escape(text) + "$"):
        milliseconds(value, "duration")
