"""Weights and delays have the distribution they are given, within their bounds and in the unit of their projection."""

import math
import re

import numpy as np
import pytest
from scipy import stats

from hillock._param import ParameterError
from hillock.connections import LogNormal, Normal, Uniform
from tests.connections.networks import DRAWS

N = 200_000
RARE = math.erfc(4 / math.sqrt(2))  # probability of more than four sigma


def draw(value, dtype=np.float64, n=N):
    return value.resolved("ms", "delay").sample(DRAWS.generator(3, 0), n, dtype)


def truncated(mean, sd, low=-math.inf, high=math.inf):
    return stats.truncnorm((low - mean) / sd, (high - mean) / sd, loc=mean, scale=sd)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("value", "law"),
    [
        (Normal(1.5, 0.75), stats.norm(1.5, 0.75)),
        (Normal(1.5, 0.75, low=0.1), truncated(1.5, 0.75, 0.1)),
        (Normal(-2.0, 1.0, high=0.0), truncated(-2.0, 1.0, high=0.0)),
        (Normal(0.0, 1.0, low=1.5, high=1.7), truncated(0.0, 1.0, 1.5, 1.7)),
        (Normal(0.0, 1.0, low=3.0), truncated(0.0, 1.0, 3.0)),
        (LogNormal(2.0, 0.5), stats.lognorm(math.sqrt(math.log(1 + 1 / 16)), scale=2 / math.sqrt(1 + 1 / 16))),
        (Uniform(-1.0, 2.0), stats.uniform(-1.0, 3.0)),
    ],
)
def test_values_have_the_distribution_they_are_given(value, law, dtype):
    drawn = draw(value, dtype)
    assert drawn.dtype == dtype
    assert stats.kstest(drawn.astype(float), law.cdf).pvalue > RARE


def test_a_log_normal_value_has_the_mean_and_deviation_of_the_value_itself():
    drawn = draw(LogNormal(0.5, 0.4))
    assert abs(drawn.mean() - 0.5) < 4 * 0.4 / math.sqrt(N)
    kurtosis = float(stats.lognorm(math.sqrt(math.log(1 + 0.64))).stats("k"))
    assert abs(drawn.var() / 0.16 - 1) < 4 * math.sqrt((kurtosis + 2) / N)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [Normal(0.3, 0.3, low=0.1, high=0.7), LogNormal(0.3, 0.3, low=0.1, high=0.7), Uniform(0.1, 0.7)])
def test_no_value_is_out_of_bounds_and_none_heaps_up_at_a_bound(value, dtype):
    drawn = draw(value, dtype)
    assert drawn.min() >= dtype(0.1)
    assert drawn.max() <= dtype(0.7)
    assert np.isin(drawn, [dtype(0.1), dtype(0.7)]).mean() < 1e-4


@pytest.mark.parametrize("value", [Normal(2.0, 0.0, low=2.0), LogNormal(2.0, 0), Uniform(2.0, 2.0)])
def test_without_spread_all_values_are_equal(value):
    np.testing.assert_allclose(draw(value, n=5), 2.0)
    assert len(draw(value, n=0)) == 0


def test_numbers_take_the_unit_of_the_projection_and_text_its_own():
    assert Normal("1500 us", 0.75, low="0.1 ms").resolved("ms", "delay") == Normal(1.5, 0.75, low=0.1)
    assert LogNormal("80 pA", "10 pA").resolved("nA", "weight") == LogNormal(0.08, 0.01)
    assert Uniform("1 mV", 2).resolved("mV", "weight") == Uniform(1.0, 2.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Normal("1 mV", 1), "Normal.mean must be a time in ms, got '1 mV', which is a voltage."),
        (Normal(None, 1), "Normal.mean must be a number, one number per neuron, or text such as '1 ms', got None."),
        (Normal([1.0, 2.0], 1), "Normal.mean must be one number, got 2."),
        (Normal(1, -1), "Normal.sd must be ≥ 0 ms, got -1 ms."),
        (Normal(math.nan, 1), "Normal.mean must be a finite number, got nan ms."),
        (Normal(1, math.inf), "Normal.sd must be a finite number, got inf ms."),
        (Normal(1, 1, low=2, high=0), "Normal.low must be ≤ Normal.high, got 2 and 0 ms."),
        (
            Normal(1, 0.1, low=2),
            "at least one in 1000 draws of Normal(mean=1, sd=0.1) must be from 2 to inf ms, got a share of 8e-24. Widen the bounds.",
        ),
        (
            Normal(1, 0, high=0.5),
            "at least one in 1000 draws of Normal(mean=1, sd=0) must be from -inf to 0.5 ms, got a share of 0. Widen the bounds.",
        ),
        (LogNormal(-1, 1), "LogNormal.mean must be > 0 ms, got -1 ms."),
        (LogNormal(1, -1), "LogNormal.sd must be ≥ 0 ms, got -1 ms."),
        (LogNormal(1, 1, high=-1), "LogNormal.low must be ≤ LogNormal.high, got 0 and -1 ms."),
        (
            LogNormal(1, 0.1, low=3),
            "at least one in 1000 draws of LogNormal(mean=1, sd=0.1) must be from 3 to inf ms, got a share of 9e-29. Widen the bounds.",
        ),
        (Uniform(2, 1), "Uniform.low must be ≤ Uniform.high, got 2 and 1 ms."),
        (Uniform(0, math.inf), "Uniform.high must be a finite number, got inf ms."),
    ],
)
def test_numbers_that_make_no_distribution_are_refused(value, text):
    with pytest.raises(ParameterError, match="^" + re.escape(f"Projection E→I delay: {text}") + "$"):
        value.resolved("ms", "Projection E→I delay")
