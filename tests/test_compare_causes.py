"""Causes by experiment: which choice, changed alone or with others, makes two runs agree."""

import dataclasses

import numpy as np
import pytest

import hillock as hk
from hillock._compare import suspects
from hillock._compare._causes import explained
from tests.test_compare import PLAIN, causes_of, cell, on_constant

pytestmark = pytest.mark.slow


def test_a_choice_that_makes_no_difference_is_no_cause():
    other = dataclasses.replace(PLAIN, name="other", input_delay=1, crossing=True, at_least=True, dtype="float64")
    outcome = on_constant(cell(), PLAIN, other)["other"]
    assert causes_of(outcome, "spikes") == causes_of(outcome, "v") == [("input is felt", True)]


def test_two_choices_that_part_at_different_times_are_causes_together():
    other = dataclasses.replace(PLAIN, name="other", input_delay=1, reset_next_step=True)
    causes = [cause for cause in on_constant(cell(), PLAIN, other)["other"].causes if cause.of == "spikes"]
    assert [(cause.axis, cause.alone) for cause in causes] == [("input is felt", False), ("time of reset", False)]
    late_input, late_reset = causes
    assert late_input.then == 21 + 22  # the first spike agrees then; the reset makes the second late
    assert late_reset.then == 21


def test_two_choices_that_hide_each_other_at_first_are_causes_together():
    node = hk.dialects.nir.IF(r=1, v_threshold=1, time_unit="ms")  # 0.25 mV a step
    late = dataclasses.replace(PLAIN, name="late", at_least=True, input_delay=1)
    outcome = on_constant(node, PLAIN, late, i=0.25, duration=20)["late"]
    # > 1 mV takes 5 steps and fires in 4, 9, ...; ≥ takes 4, one step late: 4, 8, ...
    assert outcome.spikes_part == 8
    found = {cause.axis: (cause.alone, cause.then) for cause in outcome.causes if cause.of == "spikes"}
    assert found == {"input is felt": (False, 3), "test": (False, 4)}


def test_choices_of_which_each_explains_are_told_from_those_that_must_go_together():
    either = explained(["x", "y", "z"], lambda changed: None if changed & {"x", "y"} else 5)
    both = explained(["x", "y", "z"], lambda changed: None if changed >= {"x", "y"} else 5)
    assert (either[1:], both[1:]) == ((["x", "y"], True), (["x", "y"], False))


def test_real_times_differ_from_a_grid_by_the_grid():
    exact = on_constant(cell(), "hillock", "exact")["exact"]
    # v reaches 1 mV of 1.5 after 20 ln 3 = 21.97 ms; on the grid it is reset at 22 ms, so that each interval is longer by 0.03 ms
    assert exact.first_time == pytest.approx(20 * np.log(3), abs=1e-9)
    assert exact.causes
    assert {cause.axis for cause in exact.causes} == {"spikes and resets"}
    assert all(cause.alone for cause in exact.causes)


def test_euler_differs_from_real_times_by_the_grid_and_its_integration_together():
    exact = on_constant(cell(), "norse", "exact")["exact"]
    assert causes_of(exact, "v") == [("integration", False), ("spikes and resets", False)]


def test_spikes_that_two_other_choices_made_are_recognised_one_choice_after_the_other():
    current = hk.stimuli.Constant(1.5)
    trains = hk.simulate(cell(t_ref=5), current, duration=100, dt=1, dialect="brian2").trains()  # stamps k dt, rests 4 steps instead of 5
    found = suspects(cell(t_ref=5), current, trains, tolerance=0, duration=100, dt=1)
    assert (found.before, found.after, found.alone) == (0, None, ())
    assert {change.split(":")[0] for change in found.changes} == {"a spike in step k is stamped", "refractory steps"}
    assert "brian2" in found.dialects


def test_spikes_of_another_neuron_are_explained_by_no_order_of_a_step():
    found = suspects(cell(t_ref=5), hk.stimuli.Constant(1.5), [np.array([3.0, 9.0])], tolerance=0, duration=100, dt=1)
    assert (found.changes, found.alone, found.dialects) == ((), (), ())
