"""A neuron in JavaScript is the neuron in Python: the same bits where the arithmetic says so, and a few units in the last place elsewhere."""

import json
import re
import warnings
from dataclasses import replace
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import hillock as hk
from hillock import lowering
from hillock.dialects._choices import Unsupported
from hillock.explorer._script import simulator
from hillock.lowering._javascript_writer import Names
from hillock.stimuli import Constant, GaussianNoise, Step
from tests.cells.test_conformance import CELLS
from tests.engines.test_simd import DRIVE, FEW, ORDERS, STIMULI, is_linear, subtracts
from tests.engines.test_simd import same as agree
from tests.lowering import unfused
from tests.lowering.node import evaluate, needs_javascript, numbers

pytestmark = [pytest.mark.slow, needs_javascript]

LIF = hk.dialects.find("hillock").bind(hk.cells.LIF(theta_plus=1.0))
STEP = unfused.job(LIF, Step(0.4, start=5.0))


@pytest.fixture(scope="module")
def runs():
    return unfused.reference()


def equal_to_the_last_bit(cell, dialect, runs):
    job, name = unfused.exactly(cell, dialect), f"exactly.{cell}.{dialect}"
    found = numbers(job, unfused.values(job), unfused.STEPS, unfused.KEY)
    assert len(found["spikes"]) > 1
    np.testing.assert_array_equal(found["spikes"], runs[f"{name}.spikes"])
    for trace in job.record:
        np.testing.assert_array_equal(found["traces"][trace].view(np.uint64), runs[f"{name}.{trace}"].view(np.uint64), trace)


@unfused.on_x86
@pytest.mark.parametrize(("cell", "dialect"), unfused.EXACTLY)
def test_where_a_step_is_made_of_sums_products_and_quotients_every_bit_is_that_of_the_scan_engine(cell, dialect, runs):
    equal_to_the_last_bit(cell, dialect, runs)


@unfused.on_x86
@pytest.mark.exhaustive
def test_every_cell_of_sums_products_and_quotients_has_the_bits_of_the_scan_engine_in_many_orders_of_a_step():
    runs = unfused.reference(more=True)
    for cell, dialect in unfused.MORE:
        equal_to_the_last_bit(cell, dialect, runs)


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
    rests = not isinstance(order.count, Unsupported)
    job = unfused.job(order.bind(hk.cells.LIF(theta_plus=0.5, t_ref=1.0 if rests else 0.0)), GaussianNoise(0.35, 0.2, interval=1.0))
    found = numbers(job, unfused.values(job), 1000, unfused.KEY)
    rec = hk.simulate(job.step, job.stimulus, duration=100, dt=0.1, key=unfused.KEY, dtype="float64", record=job.record)
    assert len(rec.spike_steps) > 3
    np.testing.assert_array_equal(found["spikes"], rec.spike_steps)
    for name in job.record:
        np.testing.assert_allclose(found["traces"][name], rec[name][:, 0], rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("stimulus", STIMULI)
def test_every_stimulus_is_the_same_current(stimulus):
    job = unfused.job(LIF, 0.4 * STIMULI[stimulus])
    found = numbers(job, unfused.values(job), 3000, unfused.KEY)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a neuron stays silent is no matter here
        rec = hk.simulate(LIF, job.stimulus, duration=300, dt=0.1, key=unfused.KEY, dtype="float64", record=["i", "v"])
    np.testing.assert_array_equal(found["spikes"], rec.spike_steps)
    for name in ("i", "v"):
        np.testing.assert_allclose(found["traces"][name], rec[name][:, 0], rtol=1e-11, atol=1e-12)


class Found:
    """What JavaScript recorded, as two recordings are compared."""

    def __init__(self, found):
        self.spike_steps, self.spike_neurons, self.v = found["spikes"], np.zeros(len(found["spikes"]), int), found["traces"]["v"][:, None]

    def __getitem__(self, _):
        return self.v


@pytest.mark.exhaustive
@pytest.mark.filterwarnings("ignore::UserWarning")  # some combinations are odd on purpose
@pytest.mark.parametrize("dialect", ORDERS)
@pytest.mark.parametrize("kind", CELLS, ids=lambda kind: kind.__name__)
def test_every_cell_fires_alike_in_every_order_of_a_step(kind, dialect):
    cell = kind(t_ref=0.0) if isinstance(hk.dialects.find(dialect).count, Unsupported) else kind()
    step, dt = hk.dialects.find(dialect).bind(cell), 0.02 if kind is hk.cells.HodgkinHuxley else 0.1
    for stimulus in FEW.values():
        job = unfused.job(step, DRIVE.get(kind.__name__, 0.5) * stimulus, dt)
        options = {"duration": 3000 * dt, "dt": dt, "key": unfused.KEY, "dtype": "float64", "record": ["v"], "check_finite": False}
        rec = hk.simulate(step, job.stimulus, engine="simd", **options)
        found = Found(numbers(job, unfused.values(job), 3000, unfused.KEY))
        horizon = int(rec.spike_steps[:1].sum() + 1) if subtracts(dialect) and not is_linear(kind) else 3000
        agree(rec, found, horizon)


MOVED = (Constant(0.4), GaussianNoise(0.3, 0.2, interval=0.2), hk.stimuli.Poisson(900.0, 0.3, tau=2.0), hk.stimuli.Sine(0.3, 20.0, offset=0.3))


@pytest.mark.parametrize("stimulus", MOVED, ids=lambda one: type(one).__name__)
def test_a_slider_needs_no_python_since_all_that_follows_from_a_parameter_is_computed_anew(stimulus):
    given = unfused.job(LIF, stimulus)
    moved = hk.cells.LIF(tau_m=13.0, t_ref=1.6, v_reset=-60.0, tau_theta=40.0, theta_plus=2.0)
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


def test_a_parameter_in_single_precision_is_a_number_like_any_other():
    single = unfused.job(hk.dialects.find("hillock").bind(hk.cells.LIF(tau_m=jnp.asarray(20.0, jnp.float32), theta_plus=1.0)), Step(0.4, start=5.0))
    assert simulator(single) == simulator(STEP)


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


class OneNumber(NamedTuple):
    """A potential."""

    v: float


def harmful(name, fields):
    """Return a cell whose names are chosen by somebody who means harm."""
    body = {
        "__annotations__": dict.fromkeys(fields, hk.Param),
        **{field: hk.param(0.5, "1", "odd") for field in fields},
        "t_ref": 0.0,
        "init": lambda self: OneNumber(0.0),
        "drift": lambda self, s, i: OneNumber(i - s.v * sum(getattr(self, field) for field in fields)),
        "excess": lambda self, s: s.v - 1.0,
        "reset": lambda self, s: OneNumber(0.0),
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
    with pytest.raises(lowering.Unsupported, match=rf"^{what} \(test_javascript\.py, line \d+\)\.$"):
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
