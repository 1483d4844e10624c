"""Elementary functions as vector code, against mpmath: no error is greater than their table states."""

from zlib import crc32

import numpy as np
import pytest

from hillock.lowering import elementary
from hillock.lowering.elementary import _angles
from tests.lowering.functions import REFERENCES, compiled, everywhere, exact, in_a_loop, numbers, ulps

STATED = {
    row[0]: {np.float32: float(row[1]), np.float64: float(row[2])}
    for line in str(elementary.__doc__).splitlines()
    if len(row := line.split()) == 3 and row[0] in REFERENCES
}
every_function = pytest.mark.parametrize("name", sorted(REFERENCES))
every_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def test_the_table_has_every_function_and_states_at_most_two_and_four_units():
    assert STATED.keys() == REFERENCES.keys() == set(elementary.__all__) - {"integer_pow"}
    assert max(row[np.float32] for row in STATED.values()) <= 2
    assert max(row[np.float64] for row in STATED.values()) <= 4


@every_function
@every_dtype
@pytest.mark.parametrize("has_fma", [True, False])
def test_no_error_is_greater_than_the_table_states(name, dtype, has_fma):
    """Where products and sums are rounded one by one, it may be greater by one unit."""
    x, y = numbers(name, dtype)
    errors = list(map(ulps, compiled(name, dtype, has_fma=has_fma)(x, y), exact(name, dtype)))
    worst = int(np.argmax(errors))
    assert errors[worst] <= STATED[name][dtype] + (not has_fma), (x[worst], y[worst])


@every_function
def test_single_precision_agrees_with_double_at_two_hundred_thousand_numbers(name):
    random = np.random.default_rng(crc32(name.encode()))
    x, y = everywhere(random, np.float32, 200_000), random.normal(size=200_000).astype(np.float32)
    x[::2] = y[1::2] * np.float32(0.3 if name == "erf_inv" else 8)
    single = compiled(name, np.float32)(x, y).astype(np.float64)
    double = compiled(name, np.float64)(x.astype(np.float64), y.astype(np.float64))
    single, double = (np.clip(a, -(2.0**128), 2.0**128) for a in (single, double))
    unit = np.maximum(2.0**-149, 2.0 ** (np.frexp(np.minimum(np.abs(double), 2.0**127))[1] - 24))
    assert np.array_equal(np.isnan(single), np.isnan(double))
    assert np.nanmax(np.abs(single - double) / unit) <= STATED[name][np.float32]


@every_function
@every_dtype
def test_every_number_of_lanes_gives_the_same_bits(name, dtype):
    """So does the instruction that some processors have for powers of two, in vectors of 64 bytes."""
    x, y = numbers(name, dtype)
    alone = compiled(name, dtype, lanes=0)(x, y)
    assert all(np.array_equal(compiled(name, dtype, lanes=n)(x, y), alone) for n in (1, 8, 16, 64))


@every_function
@every_dtype
def test_subnormal_numbers_may_be_zero_and_others_are_what_they_were_where_the_processor_flushes(name, dtype):
    x, y = numbers(name, dtype)
    normal, flushed = (compiled(name, dtype, flush=flush)(x, y) for flush in (False, True))
    tiny = np.finfo(dtype).tiny
    least = tiny / np.finfo(dtype).eps if name == "atan2" else tiny  # it subtracts coordinates, and what is left may be subnormal
    subnormal = (np.abs(x) < least) | (np.abs(y) < least) | (np.abs(normal) < 2 * tiny)
    assert np.array_equal(flushed[~subnormal], normal[~subnormal])
    assert np.all(np.isfinite(flushed) | (flushed == normal) | (np.abs(x) < tiny))


@every_dtype
def test_large_angles_are_reduced_as_well_by_multiplication_as_small_ones_by_subtraction(dtype, monkeypatch):
    """Two roads: with the bound at 1, multiplication serves for angles that subtraction serves for otherwise."""
    x = np.random.default_rng(0).uniform(1, 2.0**19, 4096).astype(dtype)
    usual = compiled("sin", dtype)(x, x)
    monkeypatch.setattr(_angles, "LARGE", 1.0)
    other = in_a_loop(lambda a, _: elementary.sin(a), dtype)(x, x)
    assert np.all(np.abs(other - usual) <= np.spacing(np.abs(usual)))


@every_dtype
@pytest.mark.parametrize("n", [-3, -1, 0, 1, 2, 3, 7, 10])
def test_whole_powers_are_products(n, dtype):
    x = np.random.default_rng(n + 3).uniform(-3, 3, 64).astype(dtype)
    got = in_a_loop(lambda a, _: elementary.integer_pow(a, n), dtype)(x, x)
    expected = np.prod([x.astype(np.longdouble)] * abs(n), axis=0) if n else np.ones(64)
    expected = 1 / expected if n < 0 else expected
    np.testing.assert_allclose(got, expected.astype(dtype), rtol=float((abs(n) + 1) * np.finfo(dtype).eps))
