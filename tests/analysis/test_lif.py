"""The closed forms of the LIF cell against the simulation, and the searches against the closed forms."""

import re

import numpy as np
import pytest

import hillock as hk
from hillock.analysis import fi_curve, lif_rate, lif_rheobase, rheobase

CURRENTS = np.linspace(0.1, 1.0, 200)


@pytest.mark.parametrize("cell", [hk.cells.LIF(), hk.cells.LIF(t_ref=0.0, v_reset=-70.0), hk.cells.LIF(tau_m=10.0, r_m=50.0, i_e=0.05)])
def test_the_simulated_curve_is_the_closed_form(cell):
    dt, duration = 0.1, 2000.0
    exact = lif_rate(cell, CURRENTS)
    found = fi_curve(cell, CURRENTS, duration=duration, dt=dt)
    # A spike falls on the grid up to dt late, so an interval T is simulated as T to T + dt; a count is exact to one spike.
    lowest = 1000 / (1000 / np.maximum(exact, 1e-12) + dt)
    assert np.all(found <= exact + 1000 / duration)
    assert np.all(found >= lowest - 1000 / duration)


def test_a_neuron_below_rheobase_is_silent():
    cell = hk.cells.LIF()
    assert lif_rate(cell, lif_rheobase(cell) - 1e-9) == 0.0
    assert lif_rate(cell, lif_rheobase(cell) + 1e-3) > 0.0


def test_every_neuron_has_its_own_rate():
    rates = lif_rate(hk.cells.LIF(tau_m=[10.0, 20.0]), 0.3)
    np.testing.assert_allclose(rates, [1000 / (2 + 10 * np.log(2)), 1000 / (2 + 20 * np.log(2))])


def test_an_adaptive_threshold_has_no_closed_form():
    sentence = "lif_rate holds for a constant threshold: LIF.theta_plus must be 0 mV. Use fi_curve where the threshold adapts."
    with pytest.raises(ValueError, match=re.escape(sentence)):
        lif_rate(hk.cells.LIF(theta_plus=1.0), 0.3)


def test_the_search_finds_the_rheobase_of_every_neuron():
    cell = hk.cells.LIF(v_th=[-55.0, -50.0, -40.0], r_m=50.0)
    # Within T ms the first spike needs a current larger by 1/(1 - exp(-T/tau_m)): a fraction 5e-5 for T = 10 tau_m.
    exact = lif_rheobase(cell) / (1 - np.exp(-10))
    found = rheobase(cell, duration=200, tolerance=1e-4, dtype="float64")
    assert np.all((found >= exact - 1e-9) & (found <= exact + 1e-4 + 1e-9))


def test_the_search_goes_as_high_as_it_must():
    assert rheobase(hk.cells.LIF(r_m=1.0), duration=400, tolerance=1e-3) == pytest.approx(15.0, abs=2e-3)


def test_a_cell_that_fires_by_itself_has_no_rheobase():
    with pytest.raises(ValueError, match=re.escape("The cell fires without any current (neuron 0): it has no rheobase.")):
        rheobase(hk.cells.LIF(i_e=0.3), duration=100)


def test_a_cell_that_never_fires_is_reported():
    sentence = "rheobase found no current up to 524288 nA that fires. Check the cell, or give a larger 'highest'."
    with pytest.raises(ValueError, match=re.escape(sentence)):
        rheobase(hk.cells.LIF(v_th=np.inf), duration=1, dt=1.0)


def test_a_population_has_a_column_for_each_neuron():
    cell = hk.cells.LIF(tau_m=[10.0, 20.0])
    table = fi_curve(cell, CURRENTS[::20], duration=500)
    assert table.shape == (10, 2)
    np.testing.assert_array_equal(table[:, 1], fi_curve(hk.cells.LIF(tau_m=20.0), CURRENTS[::20], duration=500))


def test_neurons_that_hear_each_other_are_tried_one_current_at_a_time():
    model, options = hk.cells.SLIF(rho_b=0.05, t_b=50.0), {"duration": 300, "settle": 0}
    alone = [fi_curve(model, [current], **options)[0] for current in (1.2, 3.0)]
    np.testing.assert_array_equal(fi_curve(model, [1.2, 3.0], **options), alone)
    together = hk.simulate(model, hk.stimuli.Constant([1.2, 3.0]), duration=300, dt=0.1)
    assert not np.array_equal(hk.analysis.rates(together), alone)
