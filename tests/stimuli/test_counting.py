"""Counting the events of a Poisson process: the distribution to the last bit of 32, and its statistics."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mpmath import mp, mpf

from hillock import random
from hillock.random import make_key
from hillock.stimuli import Moment
from hillock.stimuli._counting import _MOST_EVENTS, _SLACK, count_events

mp.dps = 40
WORDS = 2**32


def exact_tails(expected):
    """Return 2³² P(N > k) for k = 0, 1, ... as long as a word can be below it."""
    tails, tail, k = [], mpf(1), 0
    while True:
        tail -= mp.exp(-mpf(expected)) * mpf(expected) ** k / mp.factorial(k)
        if tail * WORDS < 0.5:
            return tails
        tails.append(tail * WORDS)
        k += 1


def counts_of(words, expected, monkeypatch, dt=jnp.float64):
    """Return the number of events for each word of random bits."""
    monkeypatch.setattr(random, "word", lambda key, stream, neuron, index: neuron)
    with jax.enable_x64(dt is jnp.float64):
        each = jax.jit(jax.vmap(lambda word: count_events(expected, Moment(jnp.int32(0), dt(1000.0), make_key(1), word))))
        return np.asarray(each(jnp.asarray(words, jnp.uint32)))


@pytest.mark.parametrize("expected", [1e-3, 0.5, 2.0, 20.0, 80.0, 100.0])
def test_inversion_gives_every_probability_to_the_resolution_of_32_bits(expected, monkeypatch):
    tails = exact_tails(expected)
    # floor(T) of all words are below the threshold T, up to the word next to it
    below = [int(tail) - 2 for tail in tails if tail >= 2]
    above = [min(int(tail) + 1, WORDS - 1) for tail in tails]
    counts = counts_of(below + above, expected, monkeypatch)
    assert np.all(counts[: len(below)] > np.arange(len(below)))
    assert np.all(counts[len(below) :] <= np.arange(len(above)))


def test_more_events_than_are_counted_would_round_to_never():
    assert len(exact_tails(100.0)) <= _MOST_EVENTS
    assert len(exact_tails(100.0 * _SLACK)) <= _MOST_EVENTS


@pytest.mark.parametrize("expected", [1e-5, 1e-3, 0.5])
def test_in_single_precision_rare_events_are_as_rare_as_they_should_be(expected, monkeypatch):
    once = float(exact_tails(expected)[0])
    words = [int(once * (1 - 1e-6)) - 1, int(once * (1 + 1e-6)) + 1]
    np.testing.assert_array_equal(counts_of(words, expected, monkeypatch, jnp.float32) > 0, [True, False])


@pytest.mark.parametrize("expected", [50.0, 100.0])
def test_in_single_precision_large_counts_are_counted_and_counting_ends(expected, monkeypatch):
    words = np.arange(0, WORDS, WORDS // 1000)  # the quantiles, from the largest number of events
    counts = counts_of(words, expected, monkeypatch, jnp.float32)
    double = counts_of(words, expected, monkeypatch)
    assert np.all(np.diff(counts) <= 0)
    assert np.abs(counts[1:] - double[1:]).max() <= 1
    assert counts[0] <= _MOST_EVENTS


def test_nothing_expected_is_nothing_counted(monkeypatch):
    np.testing.assert_array_equal(counts_of([0, 1, WORDS - 1], 0.0, monkeypatch), 0.0)


def test_a_traced_rate_beyond_what_is_counted_gives_no_number(monkeypatch):
    assert np.all(np.isnan(counts_of([5, WORDS // 2], 100.1, monkeypatch)))
