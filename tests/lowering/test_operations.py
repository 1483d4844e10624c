"""What an operation means in machine code is what it means to XLA, for every number there is."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from hillock import lowering
from hillock._arithmetic import fma, rounded
from hillock.lowering import Unsupported
from tests.lowering.lanes import run

SPECIAL = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    np.inf,
    -np.inf,
    np.nan,
    3e38,
    -3e38,
    1e-30,
    0.49999997,
    2147483648.0,
    -2147483904.0,
    1e10,
]
WHOLE = [0, 1, -1, 2, -2, 7, -7, 31, 32, 33, 2**31 - 1, -(2**31), 12345, -12345]


def pairs(values, dtype):
    a, b = np.meshgrid(np.array(values, dtype), np.array(values, dtype))
    return a.ravel(), b.ravel()


def same(function, *columns):
    """Assert that machine code and XLA give the same bits; the sign and payload of NaN are nobody's business."""
    with jax.enable_x64(True):
        expected = np.asarray(jax.jit(jax.vmap(function))(*columns))
    got = run(function, *columns)
    assert got.dtype == expected.dtype
    np.testing.assert_array_equal(got, expected)
    if got.dtype.kind == "f":
        known = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(got[known]), np.signbit(expected[known]))


@pytest.mark.parametrize("function", [lax.add, lax.sub, lax.mul, lax.div, lax.max, lax.min, lax.eq, lax.ne, lax.lt, lax.le, lax.gt, lax.ge])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "uint32"])
def test_arithmetic_and_comparisons(function, dtype):
    values = SPECIAL if dtype.startswith("f") else np.array(WHOLE, np.int64).astype(dtype)
    a, b = pairs(values, dtype)
    if function in {lax.max, lax.min}:  # of 0.0 and -0.0 either is the greater
        a, b = a[(a != 0) | (b != 0)], b[(a != 0) | (b != 0)]
    same(function, a, b)


@pytest.mark.parametrize("function", [lax.rem, lax.shift_left, lax.shift_right_logical, lax.shift_right_arithmetic, lax.bitwise_xor, lax.mulhi])
@pytest.mark.parametrize("dtype", ["int32", "uint32"])
def test_operations_on_whole_numbers(function, dtype):
    same(function, *pairs(np.array(WHOLE, np.int64).astype(dtype), dtype))


@pytest.mark.parametrize("function", [lax.neg, lax.abs, lax.sign, lax.floor, lax.ceil, lax.is_finite, lax.sqrt, lax.square, lax.rsqrt])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_operations_on_one_number(function, dtype):
    x = np.array(SPECIAL, dtype)
    if function is lax.rsqrt:  # XLA's is an approximation
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(run(function, x), 1 / np.sqrt(x), rtol=4 * np.finfo(dtype).eps)
    else:
        same(function, x)


@pytest.mark.parametrize("how", [lax.RoundingMethod.AWAY_FROM_ZERO, lax.RoundingMethod.TO_NEAREST_EVEN])
def test_halves_are_rounded_away_from_zero_or_to_even(how):
    same(lambda x: lax.round(x, how), np.array(SPECIAL, "float32"))


@pytest.mark.parametrize("to", ["float32", "float64", "int32", "uint32", "bool"])
@pytest.mark.parametrize("of", ["float32", "float64", "int32", "uint32"])
def test_conversions_stay_within_range(of, to):
    values = np.array(SPECIAL, of) if of.startswith("f") else np.array(WHOLE, np.int64).astype(of)
    same(lambda x: lax.convert_element_type(x, to), values)


def test_choices_by_a_truth_value_and_by_a_number():
    k = np.arange(6, dtype=np.int32) % 3
    x = np.linspace(0, 1, 6, dtype=np.float32)
    same(lambda k, x: jnp.where(k > 1, x, 2 * x), k, x)
    same(lambda k, x: lax.select_n(k, x, x + 1, x + 2), k, x)


def test_a_loop_ends_for_each_lane_when_it_ends_for_it_alone():
    def halvings(x):
        return lax.while_loop(lambda s: s[0] > 1, lambda s: (s[0] / 2, s[1] + 1), (x, jnp.int32(0)))[1]

    same(halvings, np.array([0.5, 1.0, 1.5, 7.0, 1e6, 3.0], np.float32))


def test_a_loop_of_known_length_is_unrolled():
    same(lambda x: lax.fori_loop(0, 5, lambda k, s: s * x + 1, x), np.array([0.5, 1.0, 2.0], np.float32))


def test_of_the_branches_of_a_condition_the_right_one_counts():
    same(lambda x: lax.cond(x > 0, lambda: x + 1, lambda: -x), np.array([-2.0, 0.0, 3.0], np.float32))


def test_small_matrices_are_written_out():
    def product(x):
        matrix = jnp.stack([jnp.stack([x, 2 * x]), jnp.stack([3 * x, x + 1])])
        return (matrix @ matrix)[1, 0] + matrix.max()

    x = np.array([1.0, 2.0, -3.0], np.float64)
    np.testing.assert_allclose(run(product, x), [np.max(m := np.array([[v, 2 * v], [3 * v, v + 1]])) + (m @ m)[1, 0] for v in x])


def test_a_short_array_can_be_looked_up_at_an_index_that_is_not_known():
    table = jnp.array([3.0, 1.0, 4.0, 1.0, 5.0])
    same(lambda k: table[k], np.array([0, 3, 4, -1, 9, -9], np.int32))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_product_and_a_sum_are_rounded_once_unless_it_is_forbidden(dtype):
    a = np.nextafter(np.ones(5, dtype), 2)  # (1 + e)² - 1 - 2e is e², or 0 if the product is rounded first
    c = (-1 - 2 * np.finfo(dtype).eps * np.ones(5)).astype(dtype)
    np.testing.assert_array_equal(run(lambda a, c: a * a + c, a, c), np.finfo(dtype).eps ** 2)
    np.testing.assert_array_equal(run(lambda a, c: rounded(a * a) + c, a, c), 0)
    np.testing.assert_array_equal(run(lambda a, c: fma(a, a, c), a, c), np.finfo(dtype).eps ** 2)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_division_by_a_constant_is_the_division(dtype):
    x = np.concatenate([np.random.default_rng(1).normal(size=100_000) * 10.0 ** np.arange(-10, 10).repeat(5000), SPECIAL]).astype(dtype)
    for divisor in (3.0, 0.1, 49.0, 7e-3, -1.7, 1.0, 0.5, -(2.0**20)):
        with np.errstate(over="ignore"):
            expected = x / np.asarray(divisor, dtype)
        got = run(lambda x, d=divisor: x / d, x)
        np.testing.assert_array_equal(got, expected)
        np.testing.assert_array_equal(np.signbit(got[x == 0]), np.signbit(expected[x == 0]))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_division_by_any_constant_is_the_division_but_for_the_rarest_last_bit(dtype):
    random = np.random.default_rng(2)
    x = random.normal(size=50_000).astype(dtype)
    differ = 0
    for divisor in (random.normal(size=20) * 10.0 ** random.integers(-11, 11, 20)).tolist():
        expected = x / np.asarray(divisor, dtype)
        got = run(lambda x, d=divisor: x / d, x)
        differ += np.sum(got != expected)
        np.testing.assert_array_max_ulp(got, expected, 1)
    assert differ <= 5  # of a million


def test_division_by_the_same_constant_in_two_precisions_keeps_them_apart():
    x = np.linspace(1.0, 9.0, 40, dtype=np.float32)

    got = run(lambda x: x.astype(jnp.float64) / np.float64(6.0) - (x / np.float32(6.0)).astype(jnp.float64), x)
    np.testing.assert_array_equal(got, x.astype(np.float64) / 6.0 - (x / np.float32(6.0)).astype(np.float64))


def test_what_is_known_leaves_no_operation_and_nothing_is_done_twice():
    def function(x):
        known = jnp.exp(jnp.float32(1.0)) * 3
        unused = jnp.sin(x)
        del unused
        return (x + known) * (x + known)

    text = lowering.listing(function, np.float32(1)).program
    assert [line.split("= ")[1].split("(")[0] for line in text.splitlines()[1:-1]] == ["add", "mul"]


def test_an_operation_without_code_is_named_with_its_line():
    def odd(x):
        return lax.lgamma(x)

    with pytest.raises(Unsupported, match=r"^The operation 'lgamma' has no code \(test_operations.py, line \d+\)\.$"):
        lowering.listing(odd, 1.0)


def test_a_longer_shift_than_the_number_has_bits_leaves_the_sign_or_nothing():
    x, by = np.array([-8, 8, -8, 8], np.int32), np.array([1, 1, 40, 40], np.int32)
    np.testing.assert_array_equal(run(lax.shift_right_arithmetic, x, by), [-4, 4, -1, 0])
