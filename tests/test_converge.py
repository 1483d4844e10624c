"""Error against dt: its order, and the largest dt that is small enough."""

import re

import numpy as np
import pytest

import hillock as hk
from hillock.stimuli import Constant
from tests.plot.drawn import labels, names, written

pytestmark = pytest.mark.slow

silent = pytest.mark.filterwarnings("ignore:.*below the rheobase:hillock.Doubt")


def many(**options):
    """Cells at many currents, so that the grid rounds their intervals by anything between 0 and dt."""
    return hk.converge(hk.cells.LIF(), Constant(np.linspace(0.25, 0.5, 30)), duration=30, **options)


def test_the_grid_makes_an_error_of_first_order():
    """A spike is late by dt/2 on average, and by what those before it were late."""
    found = many(dts=[1, 0.5, 0.2, 0.1, 0.05, 0.02])
    assert found.order == pytest.approx(1.0, abs=0.1)
    assert found.dts == (1.0, 0.5, 0.2, 0.1, 0.05, 0.02)


@silent
def test_the_order_of_the_potential_is_that_of_the_integrator():
    """Without spikes nothing is left but the error of the flow."""
    dts = [2, 1, 0.5, 0.25]
    for integrator, order in ((hk.integrators.Euler(), 1), (hk.integrators.Heun(), 2)):
        found = hk.converge(hk.cells.LIF(), Constant(0.1), duration=100, dts=dts, integrator=integrator, dtype="float64")
        assert found.order_v == pytest.approx(order, abs=0.1)


def test_the_recommended_dt_is_the_largest_that_is_good_and_stays_good():
    found = many(dts=[1, 0.5, 0.2, 0.1, 0.05], precision="0.3 ms")
    best = found.recommended
    good = [e.spike_time_largest <= 0.3 and not (e.missed + e.extra).any() for e in found.errors]
    assert best is not None
    assert [dt <= best for dt in found.dts] == good  # here the errors fall all the way
    assert f"largest dt with every spike within 0.3 ms: {best:g} ms" in found.table()


def test_a_dt_that_times_do_not_fit_is_left_out_and_named():
    found = hk.converge(hk.cells.LIF(t_ref=1.5), Constant(0.3), duration=40)
    assert list(found.skipped) == [2.0, 1.0, 0.2]
    assert (
        "dt = 0.2 ms was left out: LIF.t_ref = 1.5 ms is not a whole number of steps of dt = 0.2 ms. Use 1.4 or 1.6 ms, or change dt."
        in found.table()
    )
    with pytest.raises(ValueError, match=re.escape("LIF.t_ref = 1.5 ms is not a whole number of steps of dt = 1 ms.")):
        hk.converge(hk.cells.LIF(t_ref=1.5), Constant(0.3), duration=40, dts=["1 ms"])


@silent
def test_what_cannot_be_recommended_is_said():
    strict = hk.converge(hk.cells.LIF(), Constant(0.3), duration=40, dts=[1, 0.5], precision="1 us")
    assert strict.recommended is None
    assert "No dt has every spike within 0.001 ms; the smallest error is" in strict.table()
    silent = hk.converge(hk.cells.LIF(), Constant(0.1), duration=40, dts=[1])
    assert silent.table().endswith("There are no spikes by which to choose dt. Use a stronger input, or a longer run.")
    with pytest.raises(ValueError, match=re.escape("precision must be > 0 ms and finite, got 0 ms.")):
        hk.converge(hk.cells.LIF(), Constant(0.1), duration=40, precision=0)
    with pytest.raises(ValueError, match=re.escape("dts must hold at least one dt, got none. Leave it out to try the usual ones.")):
        hk.converge(hk.cells.LIF(), Constant(0.1), duration=40, dts=[])


def test_the_picture_shows_errors_precision_and_advice(tmp_path):
    found = many(dts=[1, 0.5, 0.1], precision=0.3)
    ax = hk.plot.convergence(found)
    np.testing.assert_allclose(np.asarray(ax.lines[0].get_ydata(), float), found.largest)
    assert (labels(ax), names(ax)) == (("dt (ms)", "spike-time error (ms)"), ["largest", "mean", "dt"])
    assert [text.get_text() for text in ax.texts] == ["precision 0.3 ms", f"dt = {found.recommended:g} ms"]
    written(ax, tmp_path)
