"""Sweeps: every combination once, failures apart, and nothing done twice."""

import subprocess
import sys

import numpy as np
import pytest

import hillock as hk

CALLS = []


def rate(i, key=0):
    """Return the rate of a cell on a current, and its first interval."""
    CALLS.append((i, key))
    if i < 0:
        raise ValueError("no such current")
    rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(i), duration=100, dt=0.1)
    return {"rate": len(rec.spike_steps) * 10.0, "v": np.array([i, 2 * i])}


@pytest.fixture(autouse=True)
def _no_calls():
    CALLS.clear()


def test_a_grid_has_one_axis_per_parameter():
    found = hk.sweep(rate, {"i": [0.2, 0.3, 0.5], "key": [1, 2]})
    assert found["rate"].shape == (3, 2)
    assert found["v"].shape == (3, 2, 2)
    assert 0 < found["rate"][0, 0] < found["rate"][1, 0] < found["rate"][2, 0]


def test_a_list_of_points_has_one_axis():
    found = hk.sweep(rate, [{"i": 0.2, "key": 1}, {"i": 0.5, "key": 7}])
    assert found["rate"].shape == (2,)
    assert CALLS == [(0.2, 1), (0.5, 7)]


def test_a_point_that_fails_is_listed_and_does_not_stop_the_others():
    with pytest.warns(UserWarning, match="^1 of 3 points failed, the first with: ValueError: no such current$"):
        found = hk.sweep(rate, {"i": [0.2, -1.0, 0.5]})
    assert [failure.point for failure in found.failures] == [{"i": -1.0}]
    assert np.isnan(found["rate"][1])
    assert np.isfinite(found["rate"][[0, 2]]).all()


def test_what_is_in_the_store_is_not_run_again(tmp_path):
    first = hk.sweep(rate, {"i": [0.2, 0.3]}, store=tmp_path / "s")
    CALLS.clear()
    second = hk.sweep(rate, {"i": [0.2, 0.3, 0.5]}, store=tmp_path / "s")
    assert CALLS == [(0.5, 0)]
    np.testing.assert_array_equal(second["rate"][:2], first["rate"])


def test_a_failed_point_is_tried_again(tmp_path):
    with pytest.warns(UserWarning, match="failed"):
        hk.sweep(rate, {"i": [-1.0]}, store=tmp_path)
    with pytest.warns(UserWarning, match="failed"):
        hk.sweep(rate, {"i": [-1.0]}, store=tmp_path)
    assert len(CALLS) == 2


def test_several_processes_give_the_same():
    values = {"i": [0.2, 0.3, 0.5]}
    np.testing.assert_array_equal(hk.sweep(rate, values, processes=2)["rate"], hk.sweep(rate, values)["rate"])


def test_a_sweep_becomes_a_labelled_dataset():
    pytest.importorskip("xarray", reason="the extra io is not installed")
    found = hk.sweep(rate, {"i": [0.2, 0.5], "key": [1, 2, 3]}).to_xarray()
    assert dict(found.sizes) == {"i": 2, "key": 3, "v_0": 2}
    assert float(found["rate"].sel(i=0.2, key=2)) > 0.0


def other(i):
    return {"rate": i}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (({},), "over must name at least one parameter and its values, such as {'g': [3.0, 5.0]}, got none."),
        (({"i": 3.0},), "over['i'] must be a list of at least one value, got 3.0."),
        (([{"i": 1.0}, {"g": 1.0}],), "over must name the same parameters at every point."),
        (("i",), "over must be a dictionary of lists, such as {'g': [3.0, 5.0]}, or a list of points, got 'i'."),
    ],
)
def test_a_sweep_of_nothing_is_refused(arguments, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        hk.sweep(rate, *arguments)
    assert str(error.value) == message


def test_what_is_called_is_a_function():
    with pytest.raises(ValueError, match=r"^run must be a function that returns numbers by name, got \{'rate': 1\}. Pass it without calling it.$"):
        hk.sweep({"rate": 1}, {"i": [1.0]})  # type: ignore[arg-type]


def test_a_function_without_a_module_is_refused_for_several_processes():
    with pytest.raises(ValueError, match=r"^With several processes, run must be a function of a module that they can import, got .*processes=1\.$"):
        hk.sweep(lambda i: {"rate": i}, {"i": [1.0, 2.0]}, processes=2)


def test_a_script_that_sweeps_at_its_top_is_told_where_to_put_it(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import hillock as hk\ndef f(i): return {'i': i}\nhk.sweep(f, {'i': [1.0, 2.0]}, processes=2)\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert "In a script, call sweep under if __name__ == '__main__', else memory may have run out." in done.stderr


def test_the_store_of_another_sweep_is_left_alone(tmp_path):
    hk.sweep(other, {"i": [1.0]}, store=tmp_path)
    with pytest.raises(ValueError, match=r"holds another sweep: of tests.test_sweep.other over"):
        hk.sweep(rate, {"i": [1.0]}, store=tmp_path)
