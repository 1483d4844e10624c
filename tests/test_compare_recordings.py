"""Two recordings spike by spike: what matches, where they part, and what was going on there."""

import re

import numpy as np
import pytest

import hillock as hk
from hillock import compare_recordings
from hillock._compare._matching import match
from hillock.recording import RecordingError

pytestmark = pytest.mark.slow

CELL = hk.cells.LIF(tau_m=20, r_m=1, v_rest=0, v_reset=0, v_th=1, t_ref=0)


def run(i=1.5, dt=0.5, duration=100, record=("v",), **options):
    return hk.simulate(CELL, hk.stimuli.Constant(i), duration=duration, dt=dt, record=record, **options)


def test_a_recording_matches_itself():
    found = compare_recordings(run(), run())
    assert (found.agrees, found.tolerance, found.v_parts) == (True, 0.0, None)
    assert (found.matched.tolist(), found.missed.tolist(), found.extra.tolist()) == ([4], [0], [0])
    assert found.table() == "4 spikes of a, 4 of b: 4 matched within 0 ms"


def test_two_engines_fire_in_the_same_steps():
    assert compare_recordings(run(engine="scan"), run(engine="simd")).agrees


def test_on_half_the_step_each_spike_is_at_most_a_step_earlier_and_the_first_by_what_rounding_up_costs():
    found = compare_recordings(run(dt=1.0), run(dt=0.5), tolerance=2)
    assert (found.agrees, len(found.lags)) == (True, 4)
    # it crosses after 20 ln 3 = 21.97 ms, which both grids round up to 22
    assert found.lags[0] == 0.0


def test_real_times_lie_within_the_step_and_the_delays_of_resets_add_up():
    found = compare_recordings(run(dt=1.0), run(dt=1.0, engine="exact"), tolerance=1)
    per_spike = 22 - 20 * np.log(3)  # the grid fires at 22, 44, ... and the equations every 21.97 ms
    np.testing.assert_allclose(found.lags, -per_spike * np.arange(1, 5), atol=1e-8)


def test_the_default_tolerance_is_what_a_grid_may_be_off():
    assert compare_recordings(run(dt=0.5), run(dt=0.25)).tolerance == 0.5
    assert compare_recordings(run(dt=0.5), run(dt=0.5, engine="exact")).tolerance == 0.5
    assert compare_recordings(run(dt=0.5), [[1.0]]).tolerance == 0.5


def test_the_first_divergence_has_time_neuron_step_and_both_states():
    late = run(dialect="nest")  # input a step late
    found = compare_recordings(run(), late).divergence
    assert found is not None
    assert (found.time, found.neuron, found.alone) == (22.0, 0, "a")
    ours, theirs = found.around["a"], found.around["b"]
    assert (ours.step, ours.nearest, theirs.nearest) == (43, 22.0, 22.5)
    np.testing.assert_allclose(ours.t, [21, 21.5, 22, 22.5, 23])
    assert ours.traces["v"][2] == 0.0  # reset
    assert theirs.traces["v"][2] == pytest.approx(1.5 * (1 - np.exp(-21.5 / 20)), rel=1e-6)  # a step behind


def test_potentials_part_where_they_first_differ():
    found = compare_recordings(run(), run(integrator=hk.integrators.Euler()), tolerance=2)
    assert found.agrees
    # Euler's first step is 1.5·0.5/20 = 0.0375, the exact one 1.5·(1 - exp(-0.025)) = 0.03704: apart by 5e-4, more than 1e-4 of 1 mV
    assert found.v_parts is not None
    assert (found.v_parts.time, found.v_parts.neuron) == (0.5, 0)
    assert compare_recordings(run(), run(i=1.5 + 1e-9)).v_parts is None


def test_each_neuron_is_matched_with_itself():
    one, two = [[1.0, 5.0], [], [2.0]], [[1.0], [5.0], [2.0]]
    found = compare_recordings(one, two, tolerance=0.1)
    assert (found.matched.tolist(), found.missed.tolist(), found.extra.tolist()) == ([1, 0, 1], [1, 0, 0], [0, 1, 0])
    assert found.divergence is not None
    assert (found.divergence.time, found.divergence.neuron, found.divergence.alone) == (5.0, 0, "a")


def test_spikes_are_matched_with_the_nearest_and_never_twice():
    left, right = match(np.array([1.0, 2.0, 10.0]), np.array([1.9, 10.2, 10.4]), 1.0)
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [(1, 0), (2, 1)]  # 1.9 is 2.0's, so that 1.0 has none


def test_trains_half_an_interval_apart_are_matched_throughout():
    left, right = match(np.arange(0.0, 10), np.arange(0.5, 10), 0.5)
    assert left.tolist() == right.tolist() == list(range(10))


@pytest.mark.parametrize("seed", range(20))
def test_no_two_spikes_that_are_left_over_could_be_matched(seed):
    random = np.random.default_rng(seed)
    ours, theirs = (np.sort(random.integers(0, 60, n) / 10) for n in (30, 25))
    left, right = match(ours, theirs, 0.2)
    assert len(set(left)) == len(left) == len(set(right)) == len(right)
    assert (np.abs(ours[left] - theirs[right]) <= 0.2 + 1e-6).all()
    alone = np.abs(np.subtract.outer(np.delete(ours, left), np.delete(theirs, right)))
    assert (alone > 0.2).all()


def test_the_table_says_what_a_reader_needs():
    lines = compare_recordings(run(), run(dialect="nest"), names=("ours", "nest")).table().splitlines()
    assert lines[:4] == [
        "4 spikes of ours, 4 of nest: 0 matched within 0 ms",
        "neuron  matched  only ours  only nest",
        "     0        0          4          4",
        "first divergence: neuron 0 fires at 22 ms (step 43) in ours and not in nest, whose nearest spike is at 22.5 ms",
    ]
    assert lines[4:7] == ["ours around it:", "    t (ms)          v", "        21   0.975093"]  # 1.5 (1 - exp(-21/20))


@pytest.mark.parametrize(
    ("ask", "kind", "text"),
    [
        (
            lambda: compare_recordings(run(), run(duration=50)),
            RecordingError,
            "a lasts from 0 to 100 ms and b from 0 to 50 ms. Run both equally long.",
        ),
        (
            lambda: compare_recordings(run(), run(neurons=3)),
            RecordingError,
            "a has 1 neuron and b has 3 neurons, counted from 0. Compare recordings of the same neurons.",
        ),
        (
            lambda: compare_recordings(run(), [[22.0, 22000.0]]),
            RecordingError,
            "b has a spike at 22000 ms, and a lasts from 0 to 100 ms. Check the unit of the times, or run as long.",
        ),
        (lambda: compare_recordings([[1.0]], [[1.0]]), ValueError, "Spike times alone have no step that would say how far apart they may be."),
        (lambda: compare_recordings(run(), run(), tolerance=-1), ValueError, "tolerance must be ≥ 0 ms and finite, got -1 ms."),
        (
            lambda: compare_recordings(run(), 3),  # pyright: ignore[reportArgumentType]
            TypeError,
            "compare_recordings needs recordings, files, or lists of spike times, one per neuron, got 3.",
        ),
        (lambda: compare_recordings(run(), [[np.nan]]), TypeError, "compare_recordings needs recordings, files, or lists of spike times"),
    ],
)
def test_what_cannot_be_compared_is_refused(ask, kind, text):
    with pytest.raises(kind, match="^" + re.escape(text)):
        ask()


def test_two_recordings_of_one_cell_name_the_choice_by_which_their_spikes_part():
    a = constant()
    for other, cause in (
        (constant(dialect="nest"), "input is felt: 1 step later; in the first at once"),
        (constant(dt=0.5), "dt: 0.5; in the first 0.1"),
        (constant(cell=hk.cells.LIF(tau_m=19.0)), "LIF.tau_m: 19.0; in the first 20.0"),
        (constant(current=0.31), "Constant.amplitude: 0.31; in the first 0.3"),
        (constant(engine="exact"), "engine: exact; in the first simd"),
    ):
        assert hk.compare_recordings(a, other, tolerance=1e-9).causes == (cause,)


def test_choices_that_matter_together_are_named_together():
    found = hk.compare_recordings(constant(), constant(cell=hk.cells.LIF(tau_m=19.0), dt=0.5), tolerance=1e-9).causes
    assert found == ("dt, together: 0.5; in the first 0.1", "LIF.tau_m, together: 19.0; in the first 20.0")


def test_a_simulator_that_stamps_spikes_otherwise_is_known_by_that():
    found = hk.compare_recordings(constant(t_ref=0.0), constant(t_ref=0.0, dialect="brian2"), tolerance=1e-9).causes
    assert found == ("stamp of a spike: at the start of its step; in the first at the end of its step",)


def test_recordings_that_do_not_say_how_they_were_made_have_no_causes():
    found = hk.compare_recordings(constant(), [constant(dt=0.5).spike_times], tolerance=1e-9)
    assert found.divergence is not None
    assert found.causes == ()


def constant(cell=None, current=0.3, t_ref=2.0, dt=0.1, **options):
    """Return a recording of a cell on a constant current."""
    return hk.simulate(cell or hk.cells.LIF(t_ref=t_ref), hk.stimuli.Constant(current), duration=200.0, dt=dt, **options)
