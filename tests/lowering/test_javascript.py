"""A neuron in JavaScript is the neuron in Python: the same bits where the arithmetic says so, and a few units in the last place elsewhere."""

import json
import re
from dataclasses import replace
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import hillock as hk
from hillock import random
from hillock._arithmetic import fma, rounded
from hillock.explorer._script import simulator
from hillock.lowering import Unsupported
from hillock.lowering._javascript_writer import Names
from hillock.stimuli import Constant, GaussianNoise, Step
from tests.lowering import functions, unfused
from tests.lowering.node import evaluate, needs_javascript, numbers, run
from tests.lowering.test_operations import SPECIAL, WHOLE, pairs

pytestmark = needs_javascript

LIF = hk.dialects.find("hillock").bind(hk.cells.LIF(theta_plus=1.0))
STEP = unfused.job(LIF, Step(0.4, start=5.0))


def same(function, *columns):
    """Assert that JavaScript and XLA give the same bits; the sign and payload of NaN are nobody's business."""
    with jax.enable_x64(True):
        expected = [np.asarray(x) for x in jax.jit(jax.vmap(function))(*columns)]
    for found, known in zip(run(function, *columns), expected, strict=True):
        assert found.dtype == known.dtype
        np.testing.assert_array_equal(found, known)
        if known.dtype.kind == "f":
            real = ~np.isnan(known)
            np.testing.assert_array_equal(np.signbit(found[real]), np.signbit(known[real]))


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
    a, b, c = (draw.normal(size=2000).astype(np.float32) * np.float32(2.0) ** draw.integers(-20, 20, 2000) for _ in range(3))
    c[::2] = -(a * b)[::2]  # what is left is the product's rounding
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
    low, high, neuron = (draw.integers(0, 2**32, 500, np.uint32) for _ in range(3))
    step = draw.integers(-(2**31), 2**31, 500).astype(np.int32)

    def drawn(low, high, neuron, step):
        key = random.Key(low, high)
        return [*random.bits(key, 3, neuron, step), random.uniform(key, 1, neuron, step), random.normal(key, 1, neuron, step)]

    same(drawn, low, high, neuron, step)


@pytest.fixture(scope="module")
def runs():
    return unfused.reference()


@unfused.on_x86
@pytest.mark.parametrize(("cell", "dialect"), unfused.EXACTLY)
def test_where_a_step_is_made_of_sums_products_and_quotients_every_bit_is_that_of_the_scan_engine(cell, dialect, runs):
    job, name = unfused.exactly(cell, dialect), f"exactly.{cell}.{dialect}"
    found = numbers(job, unfused.values(job), unfused.STEPS, unfused.KEY)
    assert len(found["spikes"]) > 1
    np.testing.assert_array_equal(found["spikes"], runs[f"{name}.spikes"])
    for trace in job.record:
        np.testing.assert_array_equal(found["traces"][trace].view(np.uint64), runs[f"{name}.{trace}"].view(np.uint64), trace)


@unfused.on_x86
@pytest.mark.parametrize(("cell", "dialect"), unfused.CLOSELY)
def test_with_exponentials_a_step_ends_within_four_units_in_the_last_place(cell, dialect, runs):
    """Each step begins where the scan engine's began; the unit is that of the largest value in or after the step."""
    job, name = unfused.closely(cell, dialect), f"closely.{cell}.{dialect}"
    carry = [runs[f"{name}.carry.{j}"] for j in range(sum(key.startswith(f"{name}.carry.") for key in runs))]
    script, given = simulator(job), json.dumps(unfused.values(job))
    columns = json.dumps([column[:-1].tolist() for column in carry])
    found = evaluate(f"""const s = {script}, p = {given}, columns = {columns}, names = Object.keys(s.setup(p, {job.dt}).state);
      const from = (k) => ({{ step: k, state: Object.fromEntries(names.map((name, j) => [name, columns[j][k]])) }});
      const after = columns[0].map((_, k) => s.run(p, {job.dt}, {unfused.KEY}, 1, [], from(k)).end.state);
      answer(names.map((name) => Float64Array.from(after, (state) => Number(state[name]))));""")
    for got, column in zip(found, carry, strict=True):
        size = np.maximum(np.abs(column[:-1]), np.abs(column[1:])).astype(np.float64)
        assert (np.abs(got - column[1:]) <= 4 * np.spacing(size)).all()


@pytest.mark.parametrize("dialect", hk.dialects.names())
def test_in_every_order_of_a_step_the_spikes_are_those_of_python(dialect):
    order = hk.dialects.find(dialect)
    rests = not isinstance(order.count, hk.dialects._choices.Unsupported)
    job = unfused.job(order.bind(hk.cells.LIF(theta_plus=0.5, t_ref=1.0 if rests else 0.0)), GaussianNoise(0.35, 0.2, interval=1.0))
    found = numbers(job, unfused.values(job), 1000, unfused.KEY)
    rec = hk.simulate(job.step, job.stimulus, duration=100, dt=0.1, key=unfused.KEY, dtype="float64", record=job.record)
    assert len(rec.spike_steps) > 3
    np.testing.assert_array_equal(found["spikes"], rec.spike_steps)
    for name in job.record:
        np.testing.assert_allclose(found["traces"][name], rec[name][:, 0], rtol=1e-11, atol=1e-11)


STIMULI = [Constant(0.4), GaussianNoise(0.3, 0.2, interval=0.2), hk.stimuli.Poisson(900.0, 0.3, tau=2.0), hk.stimuli.Sine(0.3, 20.0, offset=0.3)]


@pytest.mark.parametrize("stimulus", STIMULI, ids=lambda one: type(one).__name__)
def test_a_slider_needs_no_python_since_all_that_follows_from_a_parameter_is_computed_anew(stimulus):
    given = unfused.job(LIF, stimulus)
    moved = hk.cells.LIF(tau_m=13.0, t_ref=1.5, v_reset=-60.0, tau_theta=40.0, theta_plus=2.0)
    rec = hk.simulate(moved, stimulus, duration=200, dt=0.2, key=9, dtype="float64", record=["v"])
    parameters = unfused.values(replace(given, step=hk.dialects.find("hillock").bind(moved)))
    found = numbers(replace(given, dt=0.2), parameters, 1000, 9)
    assert len(rec.spike_steps) > 3
    np.testing.assert_array_equal(found["spikes"], rec.spike_steps)
    np.testing.assert_allclose(found["traces"]["v"], rec["v"][:, 0], rtol=1e-11)


def test_a_run_goes_on_where_another_stopped_and_traces_that_nobody_wants_change_nothing():
    given = json.dumps(unfused.values(STEP))
    whole, second, bare, one = evaluate(f"""const s = {simulator(STEP)}, p = {given}, first = s.run(p, 0.1, 0, 300);
      answer([s.run(p, 0.1, 0, 900), s.run(p, 0.1, 0, 600, s.recorded, first.end), s.run(p, 0.1, 0, 900, []), s.run(p, 0.1, 0, 900, ["theta"])]);""")
    np.testing.assert_array_equal(second["traces"]["v"], whole["traces"]["v"][300:])
    assert second["end"] == whole["end"] == bare["end"]
    np.testing.assert_array_equal(bare["spikes"], whole["spikes"])
    assert (list(whole["traces"]), bare["traces"], list(one["traces"])) == (["v", "theta", "threshold", "i"], {}, ["theta"])
    np.testing.assert_array_equal(one["traces"]["theta"], whole["traces"]["theta"])


def test_a_script_tells_what_can_be_changed_and_what_is_recorded():
    found = evaluate(f"const s = {simulator(unfused.job(LIF, Constant(0.3) + 2 * Step(0.1)))}; answer([s.names, s.recorded, s.stamp]);")
    stimulus = ["Constant[0].amplitude", *(f"Scaled[1].Step.{name}" for name in ("amplitude", "start", "stop", "baseline")), "Scaled[1].factor"]
    cell = [f"LIF.{name}" for name in ("tau_m", "r_m", "v_rest", "v_reset", "v_th", "t_ref", "tau_theta", "theta_plus", "i_e")]
    assert found == [[*cell, *stimulus], ["v", "theta", "threshold", "i"], 1]


def test_long_arrays_are_looked_up_and_parameters_of_several_values_stay_as_they_are():
    current = hk.stimuli.Samples(np.random.default_rng(3).normal(0.4, 0.3, 200), dt=0.5)
    job = unfused.job(LIF, current)
    rec = hk.simulate(LIF, current, duration=100, dt=0.1, dtype="float64", record=["i"])
    found = numbers(job, unfused.values(job), 1000)
    np.testing.assert_array_equal(found["traces"]["i"], rec["i"][:, 0])
    np.testing.assert_array_equal(found["spikes"], rec.spike_steps)


def test_a_script_is_the_same_every_time_is_short_and_evaluates_no_text():
    resonator = unfused.job(hk.dialects.find("hillock").bind(hk.cells.ResonateAndFire()), Constant(1.0))
    script = simulator(resonator)
    assert script == simulator(resonator)
    assert len(script) < 20_000  # its matrix exponential stays a loop
    assert not re.search(r"\b(eval|Function|import|fetch|require)\b", script)
    assert "const v_next = " in script


def harmful(name, fields):
    """Return a cell whose names are chosen by somebody who means harm."""
    state = NamedTuple("State", [("v", float)])  # type: ignore[misc]
    body = {
        "__annotations__": dict.fromkeys(fields, hk.Param),
        **{field: hk.param(0.5, "1", "odd") for field in fields},
        "t_ref": 0.0,
        "init": lambda self: state(0.0),
        "drift": lambda self, s, i: state(i - s.v * sum(getattr(self, field) for field in fields)),
        "excess": lambda self, s: s.v - 1.0,
        "reset": lambda self, s: state(0.0),
    }
    return type(name, (hk.cells.AbstractCell,), body)()


def test_names_that_mean_something_to_a_page_or_to_javascript_do_no_harm():
    odd = harmful("</script><script>alert(1)//", ["constructor", "typeof", "arguments", "steps", "Math", "state", "given", "fused", "ñ"])
    job = unfused.job(hk.dialects.find("hillock").bind(odd), Constant(6.0))
    script = simulator(job)
    assert "<" not in "".join(re.findall(r'"[^"]*"', script))
    rec = hk.simulate(odd, Constant(6.0), duration=50, dt=0.1, dtype="float64")
    np.testing.assert_array_equal(numbers(job, unfused.values(job), 500)["spikes"], rec.spike_steps)
    assert len(rec.spike_steps) > 3
    assert [Names().fresh(name) for name in ("v", "eval", "Infinity", "__proto__", "1", "a-b")] == [
        "v",
        "eval_2",
        "Infinity_2",
        "__proto___2",
        "x",
        "x",
    ]


class Half(hk.cells.AbstractCell):
    """A cell that computes in a type that JavaScript lacks."""

    t_ref: hk.Param = hk.param(0.0, "ms", "refractory time")

    def init(self):
        return hk.cells.Voltage(0.0)

    def drift(self, state, i):
        return hk.cells.Voltage(jnp.asarray(i).astype(jnp.float16).astype(jnp.float64))

    def excess(self, state):
        return state.v - 1.0

    def reset(self, state):
        return hk.cells.Voltage(0.0)


class Gamma(Half):
    """A cell with a function that nothing is made of here."""

    def drift(self, state, i):
        return hk.cells.Voltage(lax.lgamma(i))


@pytest.mark.parametrize(("cell", "what"), [(Half, "Numbers of the type float16 have no JavaScript"), (Gamma, "The operation 'lgamma' has no code")])
def test_what_has_no_javascript_is_named_with_its_line(cell, what):
    with pytest.raises(Unsupported, match=rf"^{what} \(test_javascript\.py, line \d+\)\.$"):
        simulator(unfused.job(hk.dialects.find("hillock").bind(cell(), hk.integrators.Euler()), Constant(1.0)))


def test_a_script_is_of_one_neuron_with_all_its_steps_and_names_that_are_told_apart():
    with pytest.raises(ValueError, match=r"^Job\.neurons must be 1 for a script, got 2\. Give every parameter one value\.$"):
        simulator(replace(STEP, neurons=2))
    with pytest.raises(ValueError, match=r"^Job\.every must be 1 for a script, got 5\. Leave steps out when drawing\.$"):
        simulator(replace(STEP, every=5))
    sentence = "Scaled.factor is the name of two parameters. Use one of the two in a stimulus, or hk.stimuli.Sum, whose terms are counted."
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        simulator(replace(STEP, stimulus=2 * (3 * Constant(0.1))))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("s.run({ ...p, 'LIF.tau_m': '20' }, 0.1, 0, 10)", "LIF.tau_m must be a number, got 20."),
        ("s.run({}, 0.1, 0, 10)", "LIF.tau_m must be a number, got undefined."),
        ("s.run(p, 0, 0, 10)", "dt must be > 0 ms and finite, got 0."),
        ("s.run(p, 0.1, -1, 10)", "key must be a whole number from 0 to 2**53 - 1, got -1."),
        ("s.run(p, 0.1, 0, 1.5)", "steps must be a whole number ≥ 0, got 1.5."),
        ("s.run(p, 0.1, 0, 10, ['w'])", "record must hold names out of v, theta, threshold, i, got w."),
    ],
)
def test_a_page_that_asks_for_nonsense_is_told_so(call, sentence):
    script = f"const s = {simulator(STEP)}, p = {json.dumps(unfused.values(STEP))}; let told = null;\ntry {{ {call}; }} catch (error) {{ told = error.message; }}"
    assert evaluate(f"{script}\nanswer(told);") == sentence
