"""The coincidence factor: 1 for the same train, 0 by chance, and the numbers of its definition."""

import re

import numpy as np
import pytest

from hillock.analysis import coincidence_factor


def test_the_same_train_coincides_with_itself():
    times = [3.0, 20.0, 55.5, 80.0]
    assert coincidence_factor(times, times, duration=100) == pytest.approx(1.0, abs=1e-12)


def test_it_is_the_published_formula():
    # 3 recorded, 2 modelled in 200 ms, Δ = 4 ms: <n> = 2 · (2/200) · 4 · 3 = 0.24, norm 1 - 2 · (2/200) · 4 = 0.92; one pair coincides
    assert coincidence_factor([10, 60, 150], [13, 100], duration=200) == pytest.approx((1 - 0.24) / 2.5 / 0.92)


def test_spikes_exactly_the_precision_apart_coincide():
    assert coincidence_factor([10.0], [14.0], duration=1000) > 0.9
    assert coincidence_factor([10.0], [14.01], duration=1000) < 0


def test_a_spike_coincides_with_one_other_at_most():
    # a burst of three against one spike: one pair, not three
    assert coincidence_factor([50.0], [49, 50, 51], duration=1000) == pytest.approx((1 - 0.024) / 2 / (1 - 0.024))


def test_a_poisson_train_coincides_as_often_as_chance_says():
    # 400 pairs of trains at 10 Hz in 2 s; the spread of one Γ is below 1/√20, so that the mean is within 3 · 0.22/√400 of 0
    rng = np.random.default_rng(1)
    trains = [np.sort(rng.uniform(0, 2000, 20)) for _ in range(800)]
    found = [coincidence_factor(a, b, duration=2000) for a, b in zip(trains[::2], trains[1::2], strict=True)]
    assert abs(np.mean(found)) < 0.035


def test_a_silent_model_has_no_coincidence():
    assert coincidence_factor([10.0, 50.0], [], duration=100) == 0.0


def test_times_may_come_with_units_and_in_any_order():
    assert coincidence_factor([50, 10], [10, 50], duration="0.1 s", precision="2000 us") == 1.0


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        (
            ([], [1.0]),
            {"duration": 100},
            "coincidence_factor needs at least one recorded spike, got none. Choose a stretch in which the neuron fires.",
        ),
        (([1.0], [1.0]), {"duration": 0}, "coincidence_factor needs duration > 0 ms and precision > 0 ms, got 0 ms and 4 ms."),
        (([np.nan], [1.0]), {"duration": 10}, "recorded must be a list of finite spike times in ms, got [nan]."),
        (
            ([1.0], list(range(20))),
            {"duration": 100},
            "At 200 Hz every spike coincides within ±4 ms by chance. Use a precision below 2.5 ms.",
        ),
    ],
)
def test_what_has_no_coincidence_factor_is_refused(given, options, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        coincidence_factor(*given, **options)
