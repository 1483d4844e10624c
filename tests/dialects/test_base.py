"""The composition of a step from a dialect's choices: each choice seen alone, and all dialects side by side."""

import re
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

import hillock as hk
from hillock._types import Param, Scalar
from hillock.dialects import Dialect
from hillock.dialects import _choices as base
from hillock.integrators import Euler
from tests.dialects.nominal import TABLE, measured, nominal

PLAIN = Dialect("plain", "flow, test, reset")


def run(model, dialect, duration=300.0, dt=1.0, i=1.5, **options):
    return hk.simulate(model, hk.stimuli.Constant(i), duration=duration, dt=dt, dialect=dialect, record=["v"], **options)


def test_every_dialect_has_its_row_and_its_summary():
    assert hk.dialects.names() == list(TABLE)
    assert all(hk.dialects.find(name).name == name for name in TABLE)
    assert all(hk.dialects.find(name).summary for name in TABLE)


@pytest.mark.parametrize(("name", "row"), TABLE.items(), ids=TABLE)
def test_a_dialect_fires_and_rests_as_its_simulator_does(name, row):
    found = measured(name)
    assert found[:4] == row[:4]
    assert found.highest == pytest.approx(row.highest, abs=5e-5)  # half of the last digit printed
    np.testing.assert_allclose(found.start, row.start, atol=6e-5)


@pytest.mark.parametrize("name", [n for n, r in TABLE.items() if r.refractory is None])
def test_a_dialect_without_refractoriness_refuses_it(name):
    text = f"The dialect {name} has no refractory time. Set LIF.t_ref = 0 ms, or choose another dialect."
    with pytest.raises(ValueError, match=re.escape(text)):
        run(nominal(t_ref=2), name)


class State(NamedTuple):
    v: Scalar
    w: Scalar


class Tiring(hk.cells.AbstractCell):
    """A user's own cell: each spike adds a current that pulls v down and dies away."""

    tau: Param = hk.param(20.0, "ms", "time constant", above=0.0)
    t_ref: Param = hk.param(0.0, "ms", "refractory time", low=0.0, on_grid=True)

    def init(self):
        return State(v=0.0, w=0.0)

    def drift(self, state, i):
        return State(v=(i - state.v - state.w) / self.tau, w=-state.w / 50)

    def excess(self, state):
        return state.v - 1.0

    def reset(self, state):
        return State(v=0.0, w=state.w + 0.1)


@pytest.mark.parametrize("name", TABLE)
def test_a_cell_of_ones_own_runs_in_every_dialect_and_at_a_small_dt_all_agree(name):
    rec, default = (run(Tiring(), dialect, duration=100, dt=0.01) for dialect in (name, "hillock"))
    assert default.spike_times[0] == pytest.approx(20 * np.log(3), abs=0.01)
    # Euler errs by about dt/2 per interval of 22 ms; stamps, delays and late resets move a spike by 3 dt at most
    np.testing.assert_allclose(rec.spike_times, default.spike_times, atol=5 * 0.01)


# One choice at a time, each where it shows.


def integrator_free(v_reset=0.0, **changes):
    """Return a perfect integrator with threshold 1, whose sums of quarters are exact."""
    return hk.dialects.nir.IF(**{"r": 1, "v_threshold": 1, "v_reset": v_reset, "time_unit": "ms", **changes})


@pytest.mark.parametrize(("at_least", "steps"), [(False, [4, 9]), (True, [3, 7])])
def test_at_least_counts_the_threshold_itself_as_above(at_least, steps):
    rec = run(integrator_free(), replace(PLAIN, at_least=at_least), duration=10, i=0.25)
    assert rec.spike_steps.tolist() == steps


@pytest.mark.parametrize(("crossing", "steps"), [(False, [1, 2, 3]), (True, [1])])
def test_a_crossing_is_an_event_and_a_level_is_not(crossing, steps):
    rec = run(integrator_free(v_reset=2.0), replace(PLAIN, crossing=crossing), duration=4, i=0.75)
    assert rec.spike_steps.tolist() == steps


def test_firing_first_acts_on_the_last_state_and_skips_the_flow():
    rec = run(integrator_free(), replace(PLAIN, fires_first=True), duration=5, i=0.75)
    assert rec["v"][:, 0].tolist() == [0.75, 1.5, 0.0, 0.75, 1.5]
    assert rec.spike_steps.tolist() == [2]


def test_the_threshold_tested_is_the_old_one_where_asked():
    model = nominal(theta_plus=1.0, tau_theta=1.0, v_rest=1.15, tau_m=1.0)
    new, old = (run(model, replace(PLAIN, tests_old_threshold=old), duration=8, i=0.0) for old in (False, True))
    # a threshold that decays by 1/e per step is passed a step earlier by its new value than by its old
    assert new.spike_steps[0] == old.spike_steps[0] == 0
    assert new.spike_steps[1] < old.spike_steps[1]


def test_keeping_the_overshoot_takes_the_rest_along():
    kept, lost = (run(integrator_free(), replace(PLAIN, reset=reset), duration=8, i=0.75) for reset in (base.KeepOvershoot(), base.ToValue()))
    assert kept["v"][:, 0].tolist() == [0.75, 0.5, 0.25, 1.0, 0.75, 0.5, 0.25, 1.0]
    assert lost["v"][:, 0].tolist() == [0.75, 0.0] * 4


def test_keeping_the_remainder_takes_the_threshold_off_as_often_as_it_fits():
    rec = run(integrator_free(v_reset=0.25), replace(PLAIN, reset=base.KeepRemainder()), duration=3, i=2.25)
    assert rec["v"][:, 0].tolist() == [0.75, 0.75, 0.75]  # less 0.75 = 1 - 0.25 twice in 2.25, and three times in 3
    assert rec.spike_steps.tolist() == [0, 1, 2]  # one spike a step, however many


def test_a_late_reset_shows_the_overshoot_and_is_not_scaled_by_the_decay():
    late = replace(PLAIN, reset=base.KeepOvershoot(), reset_next_step=True, shows="before", dtype="float64")
    v = run(nominal(tau_m=1 / np.log(2)), late, duration=3, i=2.5)["v"][:, 0]  # v halves in each step
    np.testing.assert_allclose(v, [1.25, 0.625 + 1.25 - 1.0, 0.4375 + 1.25], rtol=1e-12)


def test_a_late_reset_leaves_the_decay_of_other_variables_alone():
    late = replace(PLAIN, reset=base.KeepOvershoot(), reset_next_step=True, dtype="float64")
    model = nominal(theta_plus=0.5, tau_theta=1 / np.log(2), tau_m=1.0)
    rec = hk.simulate(model, hk.stimuli.Constant(2.0), duration=4, dt=1, dialect=late, record=["theta"])
    assert rec.spike_steps.tolist() == [0, 2]
    np.testing.assert_allclose(rec["theta"][:, 0], [0.0, 0.5, 0.25, 0.125 + 0.5], rtol=1e-12)


@pytest.mark.parametrize(("rule", "after"), [(base.Clamp(), [0.5, 0.5]), (base.MaskInput(), [0.25, 0.125])])
def test_a_refractory_potential_is_held_or_leaks_without_input(rule, after):
    model = nominal(t_ref=2, v_reset=0.5, tau_m=1 / np.log(2))
    rec = run(model, replace(PLAIN, refractoriness=rule, dtype="float64"), duration=10, i=1.1)
    first = rec.spike_steps[0]
    np.testing.assert_allclose(rec["v"][first + 1 : first + 3, 0], after, rtol=1e-12)


# Multiples of dt for which a float32 countdown rests one step too many, as measured on simulators that count so.
DTS, REFRACTORY = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0), (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 10.0)
ONE_TOO_MANY = {
    0.01: {0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0},
    0.025: {1.0, 1.5, 2.0, 10.0},
    0.05: {1.5, 2.0, 2.5, 3.0, 4.0},
    0.1: {0.5, 2.5, 3.0, 4.0, 5.0},
    0.2: {1.0, 5.0, 10.0},
    0.5: set(),
    1.0: set(),
}


@pytest.mark.parametrize("dt", DTS)
def test_counting_down_in_single_precision_rests_a_step_too_long_where_simulators_do(dt):
    whole = [t_ref for t_ref in REFRACTORY if abs(t_ref / dt - round(t_ref / dt)) < 1e-6]
    extra = {t_ref: int(base.CountDown()(t_ref, dt)) - round(t_ref / dt) for t_ref in whole}
    assert {t_ref for t_ref, more in extra.items() if more} == ONE_TOO_MANY[dt]
    assert set(extra.values()) <= {0, 1}


def test_whole_steps_refuse_what_is_not_whole_and_a_float_count_does_not():
    with pytest.raises(
        ValueError, match=re.escape("LIF.t_ref = 0.25 ms is not a whole number of steps of dt = 0.1 ms. Use 0.2 or 0.3 ms, or change dt.")
    ):
        run(nominal(t_ref=0.25), "hillock", duration=1, dt=0.1)
    assert run(nominal(t_ref=0.25), "tensorflow_notebook", duration=1, dt=0.1).steps == 10


def test_a_stamp_moves_times_and_rows_but_not_steps():
    start, end = (run(nominal(), replace(PLAIN, stamp=stamp), duration=30) for stamp in (0, 1))
    np.testing.assert_array_equal(start.spike_steps, end.spike_steps)
    np.testing.assert_array_equal(start.spike_times + 1, end.spike_times)
    np.testing.assert_array_equal(start.t + 1, end.t)


def test_a_recorder_sees_the_start_of_a_step_or_the_state_before_or_after_its_reset():
    start, before, after = (
        run(integrator_free(), replace(PLAIN, shows=shows), duration=4, i=0.75)["v"][:, 0] for shows in ("start", "before", "after")
    )
    assert after.tolist() == [0.75, 0.0, 0.75, 0.0]
    assert before.tolist() == [0.75, 1.5, 0.75, 1.5]
    assert start.tolist() == [0.0, *after[:-1]]


def test_an_input_delay_is_counted_in_steps():
    rec = run(nominal(), replace(PLAIN, input_delay=3), duration=60)
    assert rec.spike_steps.tolist() == [24, 46]
    assert not rec["v"][:3].any()


def test_the_integrator_and_the_precision_are_the_dialects_unless_asked_for():
    assert run(nominal(), replace(PLAIN, integrator=Euler()), duration=1)["v"][0, 0] == np.float32(0.075)
    assert run(nominal(), PLAIN, duration=1, integrator=Euler())["v"][0, 0] == np.float32(0.075)
    assert run(nominal(), replace(PLAIN, dtype="float64"), duration=1)["v"].dtype == np.float64
    assert run(nominal(), PLAIN, duration=1)["v"].dtype == np.float32


def test_an_unknown_dialect_is_named_with_the_near_miss():
    known = ", ".join(TABLE)
    with pytest.raises(ValueError, match=re.escape(f"No dialect named 'nset'. Did you mean nest? Choose {known}.")):
        hk.dialects.find("nset")
    with pytest.raises(ValueError, match=re.escape(f"No dialect named 'q'. Choose {known}.")):
        hk.dialects.find("q")


@pytest.mark.parametrize("dialect", hk.dialects.names())
def test_a_cell_whose_variables_are_coupled_needs_no_refractory_time(dialect):
    cell = hk.cells.ResonateAndFire(t_ref=0.0)
    rec = hk.simulate(cell, hk.stimuli.Constant(1.0), duration=100, dt=0.1, dialect=dialect, integrator=hk.integrators.Exact())
    assert len(rec.spike_steps) > 0
