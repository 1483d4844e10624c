"""Synaptic conductances: their course, the potential they pull, where they stop pulling, and the block by magnesium."""

import math

import numpy as np
import pytest

import hillock as hk
from hillock.synapses import NMDA, ConductanceAlpha, ConductanceDoubleExponential, ConductanceExponential
from tests.synapses.tiny import after, alpha_function, since, two_exponentials

AT, W, C = 1.2, 0.02, 0.2  # ms, µS, nF
# course of the conductance over its peak, and its integral (ms)
COURSES = {
    "ConductanceExponential": (ConductanceExponential(4.0, e_rev=-40.0), lambda t: np.exp(-t / 4.0), lambda t: 4.0 * (1 - np.exp(-t / 4.0))),
    "ConductanceAlpha": (
        ConductanceAlpha(4.0, e_rev=-40.0),
        lambda t: alpha_function(t, 4.0),
        lambda t: math.e * 4.0 * (1 - (1 + t / 4.0) * np.exp(-t / 4.0)),
    ),
    "ConductanceDoubleExponential": (
        ConductanceDoubleExponential(2.0, 4.0, e_rev=-40.0),
        lambda t: two_exponentials(t, 2.0, 4.0),
        lambda t: 4.0 * (4.0 * (1 - np.exp(-t / 4.0)) - 2.0 * (1 - np.exp(-t / 2.0))),  # the difference is 1/4 where it is largest
    ),
    "NMDA": (
        NMDA(2.0, 4.0, e_rev=-40.0, mg=0.0),
        lambda t: two_exponentials(t, 2.0, 4.0),
        lambda t: 4.0 * (4.0 * (1 - np.exp(-t / 4.0)) - 2.0 * (1 - np.exp(-t / 2.0))),
    ),
}
STRONG = {
    "ConductanceExponential": ConductanceExponential(20.0, e_rev=-40.0),
    "ConductanceAlpha": ConductanceAlpha(10.0, e_rev=-40.0),
    "ConductanceDoubleExponential": ConductanceDoubleExponential(1.0, 20.0, e_rev=-40.0),
    "NMDA": NMDA(e_rev=-40.0),
}


@pytest.mark.parametrize(("synapse", "course", "integral"), COURSES.values(), ids=COURSES)
def test_a_conductance_follows_its_closed_form_at_the_order_of_the_integrator(synapse, course, integral):
    def error(dt):
        g, t = after(synapse, W, [[AT]], record=["g_S"], dt=dt)["g_S"][:, 0], since(AT, dt=dt)
        return np.abs(g[-len(t) :] - W * course(t)).max()

    assert error(0.05) < W * (0.05 / 2.0) ** 4  # Runge and Kutta's fourth order, in units of the fastest time constant
    assert math.log2(error(0.1) / error(0.05)) == pytest.approx(4.0, abs=0.1)


@pytest.mark.parametrize(("synapse", "course", "integral"), COURSES.values(), ids=COURSES)
def test_the_potential_of_a_capacitor_approaches_the_reversal_potential_by_the_charge_that_could_flow(synapse, course, integral):
    # c dv/dt = g (e_rev - v), so v - e_rev shrinks by exp(-∫g dt/c)
    def error(dt):
        v, t = after(synapse, W, [[AT]], record=["v"], dt=dt)["v"][:, 0], since(AT, dt=dt)
        return np.abs(v[-len(t) :] - (-40.0 - 25.0 * np.exp(-W * integral(t) / C))).max()

    assert error(0.05) < 25.0 * (0.05 / 2.0) ** 4
    assert math.log2(error(0.1) / error(0.05)) == pytest.approx(4.0, abs=0.1)


@pytest.mark.parametrize("synapse", STRONG.values(), ids=STRONG)
@pytest.mark.parametrize("v_init", [-65.0, -20.0])
def test_a_strong_conductance_pulls_the_potential_to_its_reversal_and_no_further(synapse, v_init):
    cell = hk.cells.IntegrateAndFire(v_init=v_init, v_th=1e9)
    v = after(synapse, 0.3, [[1.0]], cell=cell, record=["v"], duration=100.0)["v"][:, 0]
    assert v[-1] == pytest.approx(-40.0, abs=0.01)
    assert np.all((v - -40.0) * (v_init - -40.0) >= -1e-9)


@pytest.mark.parametrize("synapse", STRONG.values(), ids=STRONG)
def test_at_the_reversal_potential_no_current_flows(synapse):
    cell = hk.cells.IntegrateAndFire(v_init=-40.0, v_th=1e9)
    assert np.all(after(synapse, 0.3, [[1.0]], cell=cell, record=["v"])["v"] == -40.0)


def test_inhibition_at_rest_moves_nothing_and_yet_shunts():
    shunt = ConductanceExponential(1000.0, e_rev=-65.0)
    rest = after(shunt, 0.01, [[1.0]], cell=hk.cells.LIF(), record=["v"])["v"]
    assert np.all(rest == -65.0)
    driven = hk.cells.LIF(i_e=0.1)  # 10 MΩ·nA above rest; 0.01 µS beside the leak of 0.01 µS halve it
    v = after(shunt, 0.01, [[1.0], []], cell=driven, record=["v"], duration=200.0)["v"]
    g = 0.01 * math.exp(-199.0 / 1000.0)
    assert v[-1, 1] == pytest.approx(-65.0 + 10.0, abs=0.001)
    assert v[-1, 0] == pytest.approx(-65.0 + 0.1 / (0.01 + g), abs=0.1)  # it follows the decay of g 10 ms late, by 1 % of g


@pytest.mark.parametrize("mg", [0.5, 1.0, 2.0])
def test_magnesium_blocks_half_of_an_nmda_conductance_where_jahr_and_stevens_say(mg):
    synapse, half = NMDA(e_rev=10.0, mg=mg), math.log(mg / 3.57) / 0.062
    assert current(synapse, half) == pytest.approx(0.5 * (10.0 - half), rel=1e-6)


def current(synapse, v):
    """Return the current through 1 µS."""
    state = synapse.init()
    return float(synapse.current(state._replace(g=1.0), v))


def test_at_rest_little_of_an_nmda_conductance_is_open():
    assert current(NMDA(), -65.0) / 65.0 == pytest.approx(1 / (1 + math.exp(0.062 * 65.0) / 3.57), rel=1e-6)
    assert current(NMDA(), -65.0) < 0.06 * current(NMDA(mg=0.0), -65.0)


def test_the_current_of_nmda_receptors_grows_with_depolarisation_up_to_a_maximum():
    v = np.arange(-90.0, 1.0)
    blocked, free = (np.array([current(NMDA(mg=mg), x) for x in v]) for mg in (1.0, 0.0))
    assert -35.0 < v[np.argmax(blocked)] < -20.0
    assert np.all(np.diff(blocked)[v[:-1] < -40.0] > 0.0)
    assert np.all(np.diff(free) < 0.0)


def test_nmda_receptors_notice_whether_their_target_is_depolarised():
    at_rest, depolarised = (hk.cells.IntegrateAndFire(v_init=v, v_th=1e9) for v in (-75.0, -30.0))
    rises = [np.ptp(after(NMDA(), 1e-4, [[1.0]], cell=cell, record=["v"], duration=50.0)["v"]) for cell in (at_rest, depolarised)]
    ratio = current(NMDA(), -30.0) / current(NMDA(), -75.0)
    assert rises[1] / rises[0] == pytest.approx(ratio, rel=0.01)  # the potential moves by less than 0.1 mV meanwhile
