"""One experiment in several dialects: numbers measured on the simulators, alignment, and the reasons given."""

import dataclasses
import re

import numpy as np
import pytest

import hillock as hk
from hillock._compare import _reasons, compare
from hillock.dialects import Dialect
from hillock.dialects._choices import MaskInput
from hillock.integrators import Euler

PLAIN = Dialect("plain", "flow, test, reset")


def cell(t_ref=0.0, **changes):
    return hk.cells.LIF(**{"tau_m": 20, "r_m": 1, "v_rest": 0, "v_reset": 0, "v_th": 1, "t_ref": t_ref, **changes})


def on_constant(model, *dialects, duration=300.0, dt=1.0, i=1.5, **options):
    return compare(model, hk.stimuli.Constant(i), duration=duration, dt=dt, dialects=dialects, **options)


@pytest.fixture(scope="module")
def everyone():
    return compare(cell(), hk.stimuli.Constant(1.5), duration=300, dt=1)


@pytest.fixture(scope="module")
def refractory():
    return compare(cell(t_ref=5), hk.stimuli.Constant(1.5), duration=300, dt=1)


def test_by_default_all_dialects_are_compared_with_hillock(everyone):
    assert {outcome.dialect for outcome in everyone.outcomes} == set(hk.dialects.names())
    assert everyone.reference == everyone.outcomes[0].dialect == "hillock"
    assert not any(outcome.refusal for outcome in everyone.outcomes)


@pytest.mark.parametrize(
    ("name", "first_step", "first_time", "interval"),
    [
        ("hillock", 21, 22.0, 22),
        ("brian2", 21, 21.0, 22),
        ("nest", 22, 23.0, 22),
        ("ngclearn", 21, 21.0, 22),
        ("nir", 21, 22.0, 22),
        ("norse", 21, 21.0, 22),
        ("snntorch", 21, 21.0, 23),
        ("tensorflow_notebook", 22, 22.0, 23),
    ],
)
def test_each_row_holds_what_was_measured_on_the_simulator(everyone, name, first_step, first_time, interval):
    outcome = everyone[name]
    assert (outcome.first_step, outcome.first_time, set(outcome.intervals)) == (first_step, first_time, {interval})


@pytest.mark.parametrize("name", ["brian2", "nir"])
def test_stamps_recorders_and_rounding_alone_part_nothing(everyone, name):
    outcome = everyone[name]
    assert (outcome.spikes_part, outcome.v_parts, outcome.reasons) == (None, None, ())


def test_another_integrator_parts_the_potential_at_once_and_not_the_spikes(everyone):
    assert (everyone["norse"].spikes_part, everyone["norse"].v_parts) == (None, 0)
    assert everyone["norse"].reasons == ("integration: Euler; in hillock: Exact",)


def test_a_late_reset_parts_the_potential_after_the_first_spike_and_the_spikes_at_the_second(everyone):
    outcome = everyone["snntorch"]
    assert (outcome.spikes_part, outcome.v_parts) == (43, 22)  # 21 + 22, where hillock fires again
    assert outcome.reasons == (
        "time of reset: one step after the spike; in hillock: in the step of the spike",
        "kind of reset: reset by subtraction; in hillock: the cell's own reset",
    )


def test_a_spike_reported_a_step_late_is_aligned_to_the_step_that_crossed(everyone):
    outcome = everyone["tensorflow_notebook"]
    assert outcome.fired_in[:2].tolist() == [21, 44]
    assert outcome.spikes_part == 43
    assert outcome.reasons[:2] == (
        "integration: Euler; in hillock: Exact",
        "test and reset: before the flow, on the state the last step left; in hillock: after the flow",
    )


def test_a_generator_that_acts_a_step_late_shifts_all_spikes_by_one(everyone):
    outcome = everyone["nest"]
    np.testing.assert_array_equal(outcome.fired_in, everyone["hillock"].fired_in + 1)
    assert (outcome.spikes_part, outcome.v_parts) == (21, 0)
    assert outcome.reasons == ("input is felt: 1 step later; in hillock: at once",)


def test_refractory_steps_are_named_in_numbers(refractory):
    assert set(refractory["brian2"].intervals) == {26}
    assert refractory["brian2"].spikes_part == 21 + 26
    assert refractory["brian2"].reasons == ("refractory steps: 4; in hillock: 5",)
    assert set(refractory["tensorflow_notebook"].intervals) == {28}


def test_a_dialect_that_cannot_run_the_cell_is_listed_with_the_reason(refractory):
    text = "The dialect nir has no refractory time. Set LIF.t_ref = 0 ms, or choose another dialect."
    assert (refractory["nir"].refusal, refractory["nir"].recording, refractory["nir"].first_step) == (text, None, None)
    assert f"nir                  cannot: {text}" in refractory.table().splitlines()


def test_the_table_has_a_row_per_dialect_and_the_causes_under_it():
    lines = on_constant(cell(), "hillock", "norse", "brian2").table().splitlines()
    assert lines == [
        "LIF on Constant, 300 ms at dt = 1 ms",
        "dialect  spikes  first step  at ms  intervals (steps)  parts from hillock (v by > 9.8e-05 mV)",
        "hillock  13      21          22     22",
        "norse    13      21          21     22                 v at step 0",
        "    v: integration: Euler; in hillock: Exact",
        "brian2   13      21          21     22",
    ]


def causes_of(outcome, of):
    return [(cause.axis, cause.alone) for cause in outcome.causes if cause.of == of]


def test_nest_fires_a_step_late_because_its_input_does_and_for_no_other_reason(everyone):
    assert causes_of(everyone["nest"], "spikes") == [("input is felt", True)]
    punctual = dataclasses.replace(hk.dialects.find("nest"), name="punctual", input_delay=0)
    assert on_constant(cell(), "hillock", punctual)["punctual"].spikes_part is None


@pytest.mark.parametrize("name", ["snntorch", "spyx"])
def test_an_interval_of_23_instead_of_22_is_explained_by_the_late_reset(everyone, name):
    (late,) = [cause for cause in everyone[name].causes if cause.of == "spikes"]
    assert (late.axis, late.here, late.alone, late.then) == ("time of reset", "one step after the spike", True, None)
    punctual = dataclasses.replace(hk.dialects.find(name), name="punctual", reset_next_step=False)
    assert set(on_constant(cell(), punctual)["punctual"].intervals) == {22}


def test_the_potential_of_snntorch_takes_two_changes_and_neither_can_be_left_out(everyone):
    assert causes_of(everyone["snntorch"], "v") == [("time of reset", False), ("kind of reset", False)]


def test_euler_parts_the_potential_and_the_order_of_a_step_the_spikes(everyone):
    outcome = everyone["tensorflow_notebook"]
    assert causes_of(outcome, "spikes") == [("test and reset", True)]
    assert causes_of(outcome, "v") == [("integration", False), ("test and reset", False)]


def test_a_shorter_interval_is_explained_by_the_refractory_count(refractory):
    assert causes_of(refractory["brian2"], "spikes") == causes_of(refractory["brian2"], "v") == [("refractory steps", True)]


def test_runs_that_agree_have_no_causes(everyone):
    assert everyone["hillock"].causes == everyone["brian2"].causes == ()


def test_the_first_that_runs_is_the_reference():
    assert on_constant(cell(t_ref=5), "nir", "brian2", "hillock").reference == "brian2"


def test_silent_neurons_agree_and_the_doubt_about_them_is_said_once():
    with pytest.warns(UserWarning, match="rheobase") as said:
        comparison = on_constant(cell(), "hillock", "snntorch", duration=50, i=0.5)
    assert len(said) == 1
    assert comparison["snntorch"].spikes_part is comparison["snntorch"].v_parts is comparison["snntorch"].first_time is None
    assert comparison.table().splitlines()[2].split() == ["hillock", "0", "-", "-", "-"]


def test_what_cannot_matter_is_not_given_as_a_reason():
    other = dataclasses.replace(PLAIN, name="other", at_least=True, crossing=True, refractoriness=MaskInput(), integrator=Euler(), stamp=1)
    assert on_constant(cell(), PLAIN, other, duration=50)["other"].reasons == ("integration: Euler; in plain: Exact",)


def test_a_level_touched_exactly_makes_the_comparison_a_reason():
    node = hk.dialects.nir.IF(r=1, v_threshold=1, time_unit="ms")
    outcome = on_constant(node, PLAIN, dataclasses.replace(PLAIN, name="other", at_least=True), i=0.25, duration=10)["other"]
    assert (outcome.spikes_part, outcome.reasons) == (3, ("test: v ≥ threshold; in plain: v > threshold",))


def test_a_delay_of_the_input_parts_the_potential_from_the_start():
    outcome = on_constant(cell(), PLAIN, dataclasses.replace(PLAIN, name="other", input_delay=2), duration=50)["other"]
    assert (outcome.v_parts, outcome.spikes_part) == (0, 21)
    assert outcome.reasons == ("input is felt: 2 steps later; in plain: at once",)


def test_every_choice_of_a_dialect_is_a_reason_or_a_matter_of_reporting():
    assert {field.name for field in dataclasses.fields(Dialect)} == set(_reasons._AXES) | _reasons.REPORTING


def test_random_input_is_the_same_in_every_dialect():
    noise = hk.stimuli.GaussianNoise(1.2, 1.0, interval=1.0)
    comparison = compare(cell(), noise, duration=300, dt=1, dialects=["hillock", "brian2"], key=3)
    assert comparison["brian2"].spikes_part is comparison["brian2"].v_parts is None
    assert len(comparison["hillock"].fired_in) > 5


@pytest.mark.parametrize(
    ("ask", "kind", "text"),
    [
        (lambda: on_constant(cell(tau_m=np.array([10.0, 20.0]))), ValueError, "compare looks at one neuron, but the parameters describe several."),
        (lambda: on_constant(cell(), "hillock", "norse", duration=-1), ValueError, "duration must be > 0 ms and finite, got -1 ms."),
        (lambda: on_constant(cell(t_ref=2), "nir", duration=10), ValueError, "The dialect nir has no refractory time."),
        (lambda: on_constant(3), TypeError, "compare needs a cell, which every dialect can step, such as hillock.cells.LIF(), got 3."),
    ],
)
def test_an_experiment_that_is_wrong_everywhere_is_an_error(ask, kind, text):
    with pytest.raises(kind, match="^" + re.escape(text)):
        ask()


def test_a_dialect_that_was_not_compared_is_not_found():
    with pytest.raises(KeyError, match=re.escape("'norse' was not compared; there are plain.")):
        on_constant(cell(), PLAIN, duration=10)["norse"]
