"""A cell driven through one synapse by spikes at any time: the engine exact finds what the closed form says."""

import mpmath
import numpy as np
import pytest

import hillock as hk
from hillock.connections import OneToOne
from hillock.synapses import Alpha, Delta, Driven, Exponential, GapJunction

TAU_M, R_M, REST, TH = 20.0, 100.0, -65.0, -50.0
CELL = hk.cells.LIF(tau_m=TAU_M, r_m=R_M, v_rest=REST, v_reset=REST, v_th=TH)


def exact(synapse, weights, times, **options):
    settings = {"duration": 30.0, "dt": 0.5, "engine": "exact", "record": ["v"]} | options
    return hk.simulate(Driven(CELL, synapse), hk.stimuli.Impulses(weights, times=times), **settings)


def response(t, tau):
    """Return the potential above rest (mV), t ms after a current of 1 nA began to decay with tau: v' = (-v + r i)/tau_m."""
    t = np.maximum(t, 0.0)
    return R_M * tau / (tau - TAU_M) * (np.exp(-t / tau) - np.exp(-t / TAU_M))


@pytest.mark.slow
def test_the_potential_after_spikes_off_the_grid_is_the_closed_form():
    rec = exact(Exponential(5.0), [0.2, 0.3], [1.237, 7.0001])
    expected = REST + 0.2 * response(rec.t - 1.237, 5.0) + 0.3 * response(rec.t - 7.0001, 5.0)
    np.testing.assert_allclose(rec["v"][:, 0], expected, rtol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("tau", [0.3, 5.0, 60.0])
def test_the_first_spike_is_where_fifty_digits_say(tau):
    rec = exact(Exponential(tau), [1.2 * max(1.0, 5.0 / tau)], [1.25])
    with mpmath.workdps(50):
        w, m, s = mpmath.mpf(1.2 * max(1.0, 5.0 / tau)), mpmath.mpf(TAU_M), mpmath.mpf(tau)

        def above(t):
            return w * R_M * s / (s - m) * (mpmath.exp(-t / s) - mpmath.exp(-t / m)) - (TH - REST)

        peak = mpmath.log(m / s) * m * s / (m - s)
        expected = mpmath.findroot(above, (peak / 1000, peak), solver="anderson") + mpmath.mpf(1.25)
    assert abs(rec.spike_times[0] - float(expected)) < 1e-9


@pytest.mark.slow
def test_a_delta_synapse_fires_it_at_the_time_of_the_spike():
    np.testing.assert_allclose(exact(Delta(), [10.0, 10.0], [3.2071, 4.9]).spike_times, [4.9], rtol=1e-14)


@pytest.mark.slow
def test_an_alpha_current_has_its_peak_after_its_time_constant():
    rec = exact(Alpha(4.0), [0.1], [2.5], record=["i_in"])
    since = np.maximum(rec.t - 2.5, 0.0)
    np.testing.assert_allclose(rec["i_in"][:, 0], 0.1 * since / 4.0 * np.exp(1.0 - since / 4.0), rtol=1e-10, atol=1e-15)


@pytest.mark.slow
def test_the_spikes_of_a_network_come_to_them_as_its_steps_shrink():
    times, weight = np.arange(1.0, 25.0, 0.7).round(1), 0.1
    real = exact(Exponential(5.0), np.full(len(times), weight), times).spike_times
    errors = []
    for dt in (0.1, 0.0125):
        network = hk.Network(
            {"in": hk.SpikeTrains([times]), "out": hk.Population(CELL, 1)}, [hk.Projection("in", "out", Exponential(5.0), OneToOne(), weight, dt)]
        )
        grid = hk.simulate(network, duration=30.0, dt=dt, dtype="float64")["out"].spike_times
        assert len(grid) == len(real) > 1
        errors.append(np.abs(grid - real - dt).max())
        assert errors[-1] < 3 * dt
    assert errors[1] < errors[0]


def test_a_driven_cell_with_a_linear_synapse_is_linear():
    assert isinstance(hk.dialects.hillock.dialect.bind(Driven(CELL, Exponential(5.0))).integrator, hk.integrators.Exact)


def test_a_gap_junction_is_no_way_in_for_spikes():
    message = "Driven.synapse must be one that spikes reach, got GapJunction. Join two populations of a network by it."
    with pytest.raises(ValueError, match=f"^{message}$"):
        Driven(CELL, GapJunction())
