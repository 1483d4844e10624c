"""Arbor's point cell, spike for spike, from event to event."""

import functools
import re

import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from hillock.dialects import arbor
from hillock.stimuli import Impulses
from tests.dialects.golden import Case, cases, each

pytestmark = pytest.mark.slow

TO_ROUNDING = each("arbor")
GENERIC = each("arbor")


def run(cell, events, *, duration, dt, engine="exact", **options):
    return hk.simulate(cell, events, duration=duration, dt=dt, dialect="arbor", engine=engine, **options)


def events(case: Case) -> Impulses:
    """Return the recorded events; Arbor keeps weights (fC) in single precision."""
    return Impulses(case["spike_in_weights"].astype(np.float32).astype(float) / 1000, times=case["spike_in_times"])


@functools.cache
def repeated(name: str):
    """Return our recording of a recorded case."""
    case = next(case for case in cases("arbor") if case.name == name)
    return run(arbor.lif_cell(**case.params), events(case), duration=case.steps * case.dt, dt=case.dt, record=["v"])


@TO_ROUNDING
def test_a_cell_fires_when_arbors_does(case):
    np.testing.assert_array_equal(repeated(case.name).spike_times, case["spike_times"])


@TO_ROUNDING
def test_a_cell_repeats_arbors_potential(case):
    rec, since = repeated(case.name), 1  # Arbor's first sample is at 0, ours at dt
    np.testing.assert_allclose(rec.t[:-1], case["t"][since:], rtol=1e-14)
    seen = ~np.isin(case["t"][since:], case["spike_in_times"])  # a sample at the time of an event is before it here, and after it in Arbor
    assert seen.mean() > 0.9
    np.testing.assert_allclose(rec["v"][:-1, 0][seen], case["v"][since:][seen], rtol=1e-14, atol=1e-14)


def test_every_recorded_case_is_covered():
    assert {case.name for case in TO_ROUNDING.args[1]} == {case.name for case in cases("arbor")}


@GENERIC
def test_hillocks_own_cell_fires_as_arbors_under_its_dialect(case):
    p = case.params
    assert p["V_m"] == p["E_L"], "a cell starts at rest"
    names = {"tau_m": "tau_m", "v_rest": "E_L", "v_reset": "E_R", "v_th": "V_th", "t_ref": "t_ref"}
    cell = hk.cells.LIF(r_m=1000 * p["tau_m"] / p["C_m"], **{ours: p[theirs] for ours, theirs in names.items()})
    rec = run(cell, events(case), duration=case.steps * case.dt, dt=case.dt)
    np.testing.assert_array_equal(rec.spike_times, case["spike_times"])


def test_a_potential_that_a_charge_takes_to_the_threshold_itself_fires():
    jumps = {"at": 200.0, "below": 199.0}
    spikes = {where: run(arbor.lif_cell(), Impulses([w / 1000], times=[5.0]), duration=10, dt=1).spike_times.tolist() for where, w in jumps.items()}
    assert spikes == {"at": [5.0], "below": []}


def test_an_event_within_t_ref_of_a_spike_is_lost_and_one_at_its_end_is_not():
    taps = Impulses([0.3, 0.3, 0.3], times=[4.0, 5.5, 6.0])
    assert run(arbor.lif_cell(t_ref=2), taps, duration=10, dt=1).spike_times.tolist() == [4.0, 6.0]


def test_the_potential_starts_at_v_m_rests_at_e_r_and_relaxes_to_e_l():
    cell = arbor.lif_cell(tau_m=5, E_L=-65, E_R=-70, V_m=-60, V_th=-50, t_ref=3)
    rec = run(cell, Impulses([0.9], times=[2.0]), duration=20, dt=0.5, record=["v"])
    t = rec.t
    after = np.where(t > 5, -65 - 5 * np.exp(-(t - 5) / 5), -70)
    expected = np.where(t <= 2, -65 + 5 * np.exp(-t / 5), after)
    np.testing.assert_allclose(rec["v"][:, 0], expected, rtol=1e-14)


@pytest.mark.parametrize("engine", ["simd", "scan"])
def test_on_a_grid_a_cell_fires_in_the_step_in_which_the_event_arrives(engine):
    rec = run(arbor.lif_cell(), Impulses([0.3, 0.3], times=[4.03, 7.71]), duration=10, dt=0.1, engine=engine)
    assert rec.spike_steps.tolist() == [40, 77]


def test_parameters_are_in_arbors_units_and_take_others_as_text():
    cell = arbor.lif_cell(C_m="0.02 nF", V_th="0.01 V", t_ref="0.002 s")
    assert (cell.C_m, cell.V_th, cell.t_ref) == (20.0, 10.0, 2.0)


ERRORS = [
    (lambda: arbor.lif_cell(C_m=0), "lif_cell.C_m must be > 0 pF, got 0 pF."),
    (lambda: arbor.lif_cell(E_L=12), "lif_cell.E_L must be < lif_cell.V_th, got 12 mV and 10 mV."),
    (lambda: arbor.lif_cell(E_R=10), "lif_cell.E_R must be < lif_cell.V_th, got 10 mV and 10 mV."),
    (lambda: arbor.lif_cell(V_m=11), "lif_cell.V_m must be < lif_cell.V_th, got 11 mV and 10 mV."),
]


@pytest.mark.parametrize(("make", "text"), ERRORS)
def test_a_cell_above_its_threshold_is_refused(make, text):
    with pytest.raises(ParameterError, match=f"^{re.escape(text)}$"):
        make()
