"""A refractory time in machine code: kept as the step at which it ends, told as the steps that are left."""

import numpy as np
import pytest

import hillock as hk

DRIVE = hk.stimuli.Constant(0.3)


def left(engine, steps, t_ref: float | np.ndarray = 2.0, start=None, **options):
    """Return the end of a run, and for how many steps more its neurons rest."""
    cell = hk.cells.LIF(t_ref=t_ref)
    end = hk.simulate(cell, DRIVE, duration=steps * 0.1, dt=0.1, engine=engine, start=start, dialect="hillock", **options).end
    return end, end.carry.state.hold.tolist()


def test_a_rest_costs_a_comparison():
    program = hk.machine_code(hk.cells.LIF(t_ref=2.0), dt=0.1).program
    assert "max(" not in program
    assert program.count("gt(") == hk.machine_code(hk.cells.LIF(t_ref=0.0), dt=0.1).program.count("gt(") + 1


def test_what_is_left_of_a_rest_is_told_after_every_step():
    """At 0.3 nA it first fires in step 138, and again after 20 steps of rest and 139 of climbing."""
    told = [left("simd", steps)[1][0] for steps in (138, 139, 140, 158, 159, 160, 298)]
    assert told == [0, 20, 19, 1, 0, 0, 20]


@pytest.mark.parametrize("cut", [1, 139, 140, 150, 159, 200])
def test_a_rest_goes_on_where_a_run_was_cut(cut):
    half, _ = left("simd", cut)
    assert left("simd", 300 - cut, start=half)[1] == left("simd", 300)[1] == left("scan", 300)[1]


def test_neurons_that_rest_for_different_times_rest_as_long_as_each_should():
    times = np.array([0.0, 0.1, 2.0, 7.5, 40.0, np.inf])
    for steps in (139, 145, 160, 500):
        assert left("simd", steps, times)[1] == left("scan", steps, times)[1]


@pytest.mark.filterwarnings("ignore::hillock.Doubt")
def test_a_rest_without_end_or_of_years_is_counted_all_the_same():
    for t_ref, steps in ((np.inf, 2**31 - 1), (1e8, 1_000_000_000), (2e8, 2_000_000_000)):
        assert left("simd", 149, t_ref)[1] == left("scan", 149, t_ref)[1] == [steps - 10]
