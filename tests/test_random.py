"""Random numbers: the published bits, exact distributions, and the same numbers however they are computed."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from mpmath import erf, mp, sqrt

from hillock import random
from hillock.random import Key, make_key

WORDS = np.concatenate(
    [
        np.random.default_rng(5).integers(0, 2**32, 200_000, dtype=np.uint32),
        np.arange(1000, dtype=np.uint32),
        np.arange(2**32 - 1000, 2**32, dtype=np.uint64).astype(np.uint32),
        *[np.uint32(2**k) + np.arange(-50, 50, dtype=np.int64).astype(np.uint32) for k in range(8, 32)],
    ]
)
N = 200_000


def draw(key=1, stream=0, neurons=1, steps=N):
    """Return normal numbers, (steps, neurons)."""
    each = jax.vmap(jax.vmap(lambda step, neuron: random.normal(make_key(key), stream, neuron, step), (None, 0)), (0, None))
    return np.asarray(jax.jit(each)(jnp.arange(steps), jnp.arange(neurons)), float)


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [  # kat_vectors of Random123 1.14, philox4x32 10
        ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_the_bits_are_those_published_for_philox(counter, key, words):
    c0, c1, c2, c3 = (jnp.uint32(int(word, 16)) for word in counter.split())
    low, high = (jnp.uint32(int(word, 16)) for word in key.split())
    assert " ".join(f"{int(word):08x}" for word in random._philox((c0, c1, c2, c3), Key(low, high))) == words


def test_step_neuron_and_stream_are_the_words_of_the_counter():
    got = random.bits(make_key((7 << 32) + 6), 5, jnp.int32(4), jnp.int32(-3))
    wanted = random._philox((jnp.uint32(2**32 - 3), jnp.uint32(4), jnp.uint32(5), jnp.uint32(0)), Key(jnp.uint32(6), jnp.uint32(7)))
    assert got == wanted


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_key_out_of_range_is_refused(seed):
    with pytest.raises(ValueError, match=re.escape(f"key must be a whole number from 0 to 2**64 - 1, got {seed}.")):
        make_key(seed)


def test_uniform_numbers_are_never_0_and_never_1():
    smallest, largest = random.unit(jnp.uint32(0)), random.unit(jnp.uint32(2**32 - 1))
    assert (float(smallest), float(largest)) == (2.0**-24, 1 - 2.0**-24)


def test_uniform_numbers_fill_their_interval_evenly():
    u = np.asarray(jax.vmap(lambda step: random.uniform(make_key(2), 0, jnp.int32(0), step))(jnp.arange(N)), float)
    counts = np.bincount((u * 100).astype(int), minlength=100)
    chi_square = ((counts - N / 100) ** 2 / (N / 100)).sum()
    assert abs(chi_square - 99) < 4 * np.sqrt(2 * 99)  # 4 sigma


def test_the_logarithm_is_right_to_3_ulp():
    # its argument is the float32 nearest to word + 1/2, within 2⁻²⁴ of it, to which -2 ln adds at most 2⁻²³
    got = np.asarray(jax.vmap(random._minus_two_log)(jnp.asarray(WORDS)), float)
    argument = (WORDS.astype(np.float32) + np.float32(0.5)).astype(float)
    exact = -2 * np.log(argument / 2**32)
    ulp = np.spacing(np.maximum(exact, 2.0**-24).astype(np.float32)).astype(float)
    assert np.max(np.abs(got - exact) / ulp) <= 3.0
    assert got.min() >= 0.0


def test_the_cosine_is_right_to_4_units_of_2_to_the_minus_24():
    got = np.asarray(jax.vmap(random._cos_turn)(jnp.asarray(WORDS)), float)
    assert np.max(np.abs(got - np.cos(2 * np.pi * (WORDS / 2.0**32)))) <= 4 * 2.0**-24
    assert np.max(np.abs(got)) <= 1.0


@pytest.mark.parametrize("function", [random._minus_two_log, random._cos_turn, random.unit])
def test_compiled_and_not_the_last_bit_is_the_same(function):
    one_by_one, fused = (np.asarray(f(jnp.asarray(WORDS))) for f in (jax.vmap(function), jax.jit(jax.vmap(function))))
    np.testing.assert_array_equal(one_by_one.view(np.uint32), fused.view(np.uint32))


def test_a_number_is_the_same_alone_mapped_and_in_double_precision():
    together = draw(key=9, stream=3, neurons=4, steps=5)
    alone = [[float(random.normal(make_key(9), 3, jnp.int32(neuron), jnp.int32(step))) for neuron in range(4)] for step in range(5)]
    np.testing.assert_array_equal(together, alone)
    with jax.enable_x64(True):
        np.testing.assert_array_equal(together, draw(key=9, stream=3, neurons=4, steps=5))


def test_the_largest_number_possible_is_finite():
    # word 0 stands for 2⁻³³, so the largest radius is √(66 ln 2) = 6.7637; the largest word for a radius of 0
    assert float(jnp.sqrt(random._minus_two_log(jnp.uint32(0)))) == pytest.approx(np.sqrt(66 * np.log(2)), rel=1e-6)
    assert float(random._minus_two_log(jnp.uint32(2**32 - 1))) == 0.0
    extremes = jnp.array([0, 1, 2**30, 2**31, 2**32 - 1], jnp.uint32)
    assert np.all(np.isfinite(jax.vmap(random._cos_turn)(extremes)))


def test_normal_numbers_have_the_moments_of_the_normal_distribution():
    x = draw()[:, 0]
    # variances of the estimates of E x, E x², E x³, E x⁴: 1, 2, 15, 96
    for power, moment, variance in [(1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)]:
        assert abs(np.mean(x**power) - moment) < 4 * np.sqrt(variance / N)  # 4 sigma


def test_normal_numbers_follow_the_normal_distribution_function():
    x = np.sort(draw(key=2)[:, 0])
    mp.dps = 20
    at = np.arange(0, N, 1000)
    below = np.array([float((1 + erf(value / sqrt(2))) / 2) for value in x[at]])
    # Kolmogorov: P(√N D > 2.3) = 2 exp(-2·2.3²) = 5e-5, as rare as 4 sigma; a grid of every 1000th misses less than 1000/N
    assert np.max(np.abs(below - (at + 0.5) / N)) < 2.3 / np.sqrt(N)


def test_the_tails_are_as_heavy_as_they_should_be():
    x = np.abs(draw(key=3, neurons=10))
    mp.dps = 20
    for bound in (2.0, 3.0, 4.0):
        p = float(1 - erf(bound / sqrt(2)))
        assert abs(np.mean(x > bound) - p) < 4 * np.sqrt(p / x.size)  # 4 sigma


def test_neurons_steps_streams_and_keys_are_uncorrelated():
    base = draw(key=4, neurons=2)
    others = [base[:, 1], draw(key=5)[:, 0], draw(key=4, stream=1)[:, 0], draw(key=4 + 2**32)[:, 0]]
    others += [np.roll(base[:, 0], lag) for lag in (1, 2, 64)]
    for other in others:
        assert abs(np.mean(base[:, 0] * other)) < 4 / np.sqrt(N)  # 4 sigma
        assert abs(np.mean((base[:, 0] ** 2 - 1) * (other**2 - 1))) < 4 * 2 / np.sqrt(N)
