"""Synaptic currents: their course, the potential that follows, and that both are exact at any dt."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk
from hillock.synapses import Alpha, Delta, DoubleExponential, Exponential
from hillock.synapses._rise import jump_for_peak
from tests.synapses.tiny import after, alpha_function, peak, since, two_exponentials

AT, W = 1.2, 0.3  # ms, nA
COURSES = {
    "Exponential": (Exponential(4.0), lambda t: np.exp(-t / 4.0)),
    "Alpha": (Alpha(4.0), lambda t: alpha_function(t, 4.0)),
    "DoubleExponential": (DoubleExponential(1.0, 4.0), lambda t: two_exponentials(t, 1.0, 4.0)),
    "DoubleExponential, slow rise": (DoubleExponential(4.0, 1.0), lambda t: two_exponentials(t, 1.0, 4.0)),
    "DoubleExponential, equal": (DoubleExponential(4.0, 4.0), lambda t: alpha_function(t, 4.0)),
}
LINEAR = {"Delta": Delta(), **{name: synapse for name, (synapse, _) in COURSES.items()}}
LIF = hk.cells.LIF(tau_m=10.0, r_m=50.0, v_th=1e9)


@pytest.mark.parametrize(("synapse", "course"), COURSES.values(), ids=COURSES)
def test_a_current_follows_its_closed_form(synapse, course):
    i = after(synapse, W, [[AT]], record=["i_S"])["i_S"][:, 0]
    np.testing.assert_allclose(i[-len(since(AT)) :], W * course(since(AT)), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("tau_rise", "tau_decay"), [(1.0, 4.0), (0.3, 5.0), (6.0, 2.0), (3.0, 3.0 + 1e-9)])
def test_a_current_peaks_at_the_weight(tau_rise, tau_decay):
    dt = 0.01
    i = after(DoubleExponential(tau_rise, tau_decay), W, [[AT]], record=["i_S"], dt=dt)["i_S"][:, 0]
    when = (np.argmax(i) + 1) * dt - AT
    assert when == pytest.approx(peak(tau_rise, tau_decay), abs=dt)
    assert W * (1 - dt**2 / (8 * tau_rise * tau_decay)) <= i.max() + 1e-12 <= W + 2e-12  # i'' = -i/(tau_rise tau_decay) at the peak


def test_an_alpha_function_peaks_after_its_time_constant():
    i = after(Alpha(2.5), W, [[AT]], record=["i_S"])["i_S"][:, 0]
    assert (np.argmax(i) + 1) * 0.1 - AT == pytest.approx(2.5)
    assert i.max() == pytest.approx(W, rel=1e-12)


@pytest.mark.parametrize("synapse", LINEAR.values(), ids=LINEAR)
def test_with_a_linear_cell_the_neuron_is_exact_at_any_dt(synapse):
    runs = [after(synapse, W, [[AT, 5.0]], cell=LIF, record=["v"], dt=dt)["v"][:, 0] for dt in (0.1, 0.05, 0.2)]
    np.testing.assert_allclose(runs[1][1::2], runs[0], rtol=1e-12)
    np.testing.assert_allclose(runs[0][1::2], runs[2], rtol=1e-12)


def test_an_exponential_current_makes_the_potential_a_difference_of_exponentials():
    # tau_m v' = -v + r_m w exp(-t/tau_s)
    v = after(Exponential(4.0), W, [[AT]], cell=LIF, record=["v"])["v"][:, 0]
    t = since(AT)
    expected = 50.0 * W * 4.0 / (4.0 - 10.0) * (np.exp(-t / 4.0) - np.exp(-t / 10.0))
    np.testing.assert_allclose(v[-len(t) :] + 65.0, expected, rtol=0, atol=1e-12)


def test_an_alpha_current_makes_the_potential_its_integral_over_the_leak():
    # v(t) = r_m w e/(tau_m tau_s) exp(-t/tau_m) ∫ u exp(-a u) du from 0 to t, with a = 1/tau_s - 1/tau_m
    v = after(Alpha(4.0), W, [[AT]], cell=LIF, record=["v"])["v"][:, 0]
    t, a = since(AT), 1 / 4.0 - 1 / 10.0
    expected = 50.0 * W * math.e / (10.0 * 4.0) * (np.exp(-t / 10.0) - np.exp(-t / 4.0) * (1 + a * t)) / a**2
    np.testing.assert_allclose(v[-len(t) :] + 65.0, expected, rtol=0, atol=1e-12)


def test_time_constants_of_current_and_membrane_may_be_equal():
    # where both are tau, v(t) = r_m w t/tau exp(-t/tau)
    v = after(Exponential(10.0), W, [[AT]], cell=LIF, record=["v"])["v"][:, 0]
    t = since(AT)
    np.testing.assert_allclose(v[-len(t) :] + 65.0, 50.0 * W * t / 10.0 * np.exp(-t / 10.0), rtol=0, atol=1e-12)


def test_a_capacitor_keeps_the_charge_of_each_spike():
    charges = [(Exponential(1.0), W), (Alpha(1.0), math.e * W), (DoubleExponential(0.5, 1.0), 2.0 * W)]  # the last jumps by (1/2)⁻² = 4 w
    for synapse, charge in charges:
        v = after(synapse, W, [[AT]], record=["v"], duration=50.0)["v"][:, 0]
        assert v[-1] + 65.0 == pytest.approx(charge / 0.2, rel=1e-12)  # 0.2 nF


def test_a_delta_synapse_lifts_the_potential_by_its_weight_at_once():
    v = after(Delta(), "0.3 mV", [[AT]], record=["v"])["v"][:, 0]
    np.testing.assert_allclose(v[10:12], [-65.0, -64.7], rtol=1e-15)


def test_the_peak_is_smooth_where_rise_and_decay_are_equal():
    with jax.enable_x64(True):
        rises = 3.0 * (1.0 + np.array([-1e-3, -1e-4, -1e-9, 0.0, 1e-9, 1e-4, 1e-3]))
        jumps = [float(jump_for_peak(rise, 3.0)) for rise in rises]
        slopes = [float(jax.grad(jump_for_peak)(jnp.float64(rise), 3.0)) for rise in rises]
    # jump = exp(ln(1 + x)/x) = e (1 - x/2 + 11 x²/24 - ...) with x = rise/decay - 1
    x = rises / 3.0 - 1.0
    np.testing.assert_allclose(jumps, math.e * (1 - x / 2 + 11 * x**2 / 24), rtol=1e-9)
    np.testing.assert_allclose(slopes, math.e / 3.0 * (-1 / 2 + 11 * x / 12), rtol=1e-5)
