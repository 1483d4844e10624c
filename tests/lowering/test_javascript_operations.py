"""What an operation means in JavaScript is what it means to XLA, for every number there is."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from hillock import random
from hillock._arithmetic import fma, rounded
from tests.lowering import functions
from tests.lowering.node import needs_javascript, run, written
from tests.lowering.test_operations import SPECIAL, WHOLE, pairs

pytestmark = needs_javascript


def same(function, *columns):
    """Assert that JavaScript and XLA give the same bits; the sign and payload of NaN are nobody's business, and XLA has no subnormal numbers."""
    with jax.enable_x64(True):
        expected = [np.asarray(x) for x in jax.jit(jax.vmap(function))(*columns)]
    for found, known in zip(run(function, *columns), expected, strict=True):
        assert found.dtype == known.dtype
        real = found if known.dtype.kind != "f" else np.where(np.abs(found) < np.finfo(known.dtype).tiny, np.copysign(0, found), found)
        np.testing.assert_array_equal(real, known)
        np.testing.assert_array_equal(np.signbit(real), np.signbit(np.where(known == known, known, real)))  # noqa: PLR0124


def columns_of(dtype):
    return pairs(SPECIAL if dtype.startswith("f") else np.array(WHOLE, np.int64).astype(dtype), dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "uint32", "int64", "uint64", "int8", "uint16"])
def test_arithmetic_and_comparisons_are_those_of_every_other_engine(dtype):
    a, b = columns_of(dtype)
    same(lambda a, b: [a + b, a - b, a * b, lax.div(a, b), a == b, a != b, a < b, a <= b, a > b, a >= b], a, b)
    known = (a != 0) | (b != 0)  # of 0.0 and -0.0 either is the greater
    same(lambda a, b: [lax.max(a, b), lax.min(a, b)], a[known], b[known])


@pytest.mark.parametrize("dtype", ["int32", "uint32", "int64", "uint64"])
def test_whole_numbers_wrap_and_their_bits_are_those_of_the_processor(dtype):
    operations = [lax.rem, lax.shift_left, lax.shift_right_logical, lax.bitwise_xor, lax.bitwise_and, lax.bitwise_or]
    if dtype.startswith("i"):
        operations += [lax.shift_right_arithmetic, lambda a, _: abs(a)]
    same(lambda a, b: [*(f(a, b) for f in operations), -a, ~a, lax.sign(a), a**3], *columns_of(dtype))


@pytest.mark.parametrize("dtype", ["int32", "uint32"])
def test_the_upper_half_of_a_product_is_exact(dtype):
    same(lambda a, b: [lax.mulhi(a, b)], *columns_of(dtype))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_operations_on_one_number_keep_their_last_bit(dtype):
    rounds = [lambda x, how=how: lax.round(x, how) for how in lax.RoundingMethod]
    operations = [lax.neg, lax.abs, lax.sign, lax.floor, lax.ceil, lax.is_finite, lax.sqrt, lax.square, lambda x: x**3, *rounds]
    same(lambda x: [f(x) for f in operations], np.array(SPECIAL, dtype))


@pytest.mark.parametrize("of", ["float32", "float64", "int32", "uint32", "int64", "bool"])
def test_conversions_stay_within_range(of):
    values = np.array(SPECIAL, of) if of.startswith("f") else np.array(WHOLE, np.int64).astype(of)
    same(lambda x: [x.astype(to) for to in ("float32", "float64", "int32", "uint32", "int64", "int8", "bool")], values)


def test_bits_can_be_read_as_numbers_and_back():
    x = np.array(SPECIAL[:11], np.float32)  # which NaN it is is nobody's business
    same(lambda x: [lax.bitcast_convert_type(x, jnp.int32), lax.bitcast_convert_type(x, jnp.uint32)], x)
    same(lambda k: [lax.bitcast_convert_type(k, jnp.float32)], x.view(np.int32))
    same(lambda x: [lax.bitcast_convert_type(x, jnp.int64)], x.astype(np.float64))


def test_truth_values_choices_loops_and_small_arrays_are_what_they_are_elsewhere():
    def all_of_it(k, x):
        a, b = x > 0, k > 1
        table = jnp.array([3.0, 1.0, 4.0, 1.0, 5.0])
        halved = lax.while_loop(lambda s: s[0] > 1, lambda s: (s[0] / 2, s[1] + 1), (x, jnp.int32(0)))
        swapped = lax.fori_loop(0, 40, lambda _, s: (s[1], s[0]), (x, 2 * x))
        cond = lax.cond(a, lambda: x + 1, lambda: -x)
        return [a & b, a | b, a ^ b, ~a, jnp.where(a, x, 2 * x), lax.select_n(k, x, x + 1, x + 2), table[k], *halved, *swapped, cond]

    same(all_of_it, np.arange(6, dtype=np.int32) % 3, np.array([-2.0, 0.0, 3.0, 7.0, 1e6, 0.5]))


def test_a_product_and_a_sum_are_rounded_twice_in_double_and_once_where_that_is_asked_for_in_single_precision():
    draw = np.random.default_rng(1)
    a, b, c = ((draw.normal(size=2000) * 2.0 ** draw.integers(-20, 20, 2000)).astype(np.float32) for _ in range(3))
    c[::2] = -(a * b)[::2]  # what is left is the product's rounding
    sign = np.array([1, -1], np.float32)  # 2³⁰ + 128 and 64 - 2⁻⁴⁰: a sum in double precision is half way between two numbers, and is not
    a[:2], b[:2], c[:2] = sign * np.float32(8 + 2**-20), np.float32(8 - 2**-20), sign * np.float32(2**30 + 128)
    same(lambda a, b, c: [fma(a, b, c), rounded(a * b) + c], a, b, c)
    x, e = np.nextafter(np.ones(3), 2), np.finfo(np.float64).eps
    np.testing.assert_array_equal(run(lambda x: [x * x - (1 + 2 * e)], x)[0], 0)


@pytest.mark.parametrize("name", functions.REFERENCES)
def test_elementary_functions_are_within_four_units_in_the_last_place(name):
    function = getattr(lax, name) if hasattr(lax, name) else getattr(jnp, name)
    x, y = functions.numbers(name, np.float64)
    got = run(lambda x, y: [function(x, y) if name in functions.PAIRS else function(x)], x, y)[0]
    errors = [functions.ulps(a, b) for a, b in zip(got, functions.exact(name, np.float64), strict=True)]
    assert max(errors) <= (5 if name == "erf_inv" else 4)  # the inverse has the errors of erf itself, times up to two


def test_random_numbers_have_the_bits_that_they_have_in_python():
    draw = np.random.default_rng(2)
    low, high = (draw.integers(0, 2**32, 500, np.uint32) for _ in range(2))
    neuron, step = (draw.integers(-(2**31), 2**31, 500).astype(np.int32) for _ in range(2))

    def drawn(low, high, neuron, step):
        key = random.Key(low, high)
        return [*random.bits(key, 3, neuron, step), random.uniform(key, 1, neuron, step), random.normal(key, 1, neuron, step)]

    same(drawn, low, high, neuron, step)


def test_what_is_used_once_stands_where_it_is_used_and_what_costs_something_is_computed_once():
    text, _ = written(lambda v, i: [v + 0.1 * (i - v), jnp.where(v > 1.0, -v, i)], np.float64, np.float64)
    assert (
        text
        == """function f(x, x_2) {
  const x_3 = x + 0.1 * (x_2 - x);
  const x_4 = (x > 1.0) ? (-x) : x_2;
  return [x_3, x_4];
}"""
    )

    def loop(x):
        outside = jnp.exp(x)
        return [lax.while_loop(lambda s: s < 10.0, lambda s: s + outside, x), (x + 1.0) ** 2]

    text, _ = written(loop, np.float64)
    assert text.index("Math.exp") < text.index("while")
    assert text.count("x + 1.0") == 1
