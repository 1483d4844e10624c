"""NEST's neurons against their rules run in plain loops, closed forms and each other."""

import math
from typing import Any

import jax
import mpmath
import numpy as np
import pytest

import hillock as hk
from hillock.dialects import nest
from hillock.dialects.nest import _exponential, _propagators


def by_hand(p, current, dt, clamped):
    """Run the rules of the documentation in a plain loop; ``current`` in pA reaches the neuron one step late."""
    decay, v, left, shown, spikes = math.exp(-dt / p["tau_m"]), p["V_m"], 0, [], []
    for k in range(len(current)):
        goal = p["E_L"] + p["tau_m"] / p["C_m"] * (p["I_e"] + (current[k - 1] if k else 0.0))
        v = v if left else goal + (v - goal) * decay
        left = max(left - 1, 0)
        if v >= p["V_th"]:
            v, left = p["V_reset"], clamped
            spikes.append(k)
        shown.append(v)
    return np.array(shown), spikes


def some_parameters(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    p = {"C_m": rng.uniform(100, 400), "tau_m": rng.uniform(5, 30), "E_L": rng.uniform(-75, -65), "V_m": rng.uniform(-72, -60)}
    return p | {"V_reset": rng.uniform(-80, -60), "V_th": rng.uniform(-57, -50), "I_e": 50 * p["C_m"] / p["tau_m"]}


TIMES = [(0.1, 0.0, 0), (0.1, 0.3, 3), (0.1, 2.13, 22), (0.25, 0.6, 3), (0.5, 0.0004, 0), (0.5, 0.0006, 1), (1.0, 4.0, 4)]


@pytest.mark.parametrize("model", ["iaf_psc_delta", "iaf_psc_exp", "iaf_psc_alpha"])
@pytest.mark.parametrize(("dt", "t_ref", "clamped"), TIMES)
def test_other_parameters_follow_the_rules_too(model, dt, t_ref, clamped):
    p = some_parameters(int(10 * dt + 100 * t_ref))
    noise = np.random.default_rng(5).normal(0.0, 30 * p["C_m"] / p["tau_m"], 600)
    shown, spikes = by_hand(p, noise, dt, clamped)
    options: dict[str, Any] = {"duration": 600 * dt, "dt": dt, "record": ["v"]}
    rec = hk.simulate(getattr(nest, model)(**p, t_ref=t_ref), hk.stimuli.Samples(noise / 1000, dt=dt), **options)
    assert len(spikes) > 3
    np.testing.assert_array_equal(rec.spike_steps, spikes)
    np.testing.assert_allclose(rec["v"][:, 0], shown, rtol=0, atol=1e-11)


def test_a_conductance_neuron_without_synapses_is_a_current_neuron():
    p = some_parameters(7)
    tau_m = p.pop("tau_m")
    options: dict[str, Any] = {"duration": 60, "dt": 0.05, "record": ["v"]}
    cond = hk.simulate(nest.iaf_cond_exp(**p, g_L=p["C_m"] / tau_m), hk.stimuli.Constant(0.2), **options)
    psc = hk.simulate(nest.iaf_psc_exp(**p, tau_m=tau_m), hk.stimuli.Constant(0.2), **options)
    np.testing.assert_array_equal(cond.spike_steps, psc.spike_steps)
    # Fehlberg's fifth-order formula errs by about (dt/tau_m)⁶/2000 of the distance to the goal per step: below 10⁻¹⁴ of 20 mV.
    np.testing.assert_allclose(cond["v"], psc["v"], rtol=0, atol=1e-10)


def test_a_finer_tolerance_leads_to_the_solution_of_the_equations():
    cell = hk.cells.AdEx(c_m=0.281, g_l=0.03, v_rest=-70.6, v_t=-50.4, delta_t=2, tau_w=144, a=0.004, b=0, v_reset=-60, v_th=0)
    truth = hk.simulate(cell, hk.stimuli.Constant(0.7), duration=30, dt=0.001, dtype="float64")
    rec = hk.simulate(nest.aeif_cond_exp(I_e=700, gsl_error_tol=1e-10), hk.stimuli.Constant(0), duration=30, dt=0.1)
    assert 0 <= rec.spike_times[0] - truth.spike_times[0] <= 0.1


def test_without_an_exponential_the_adaptive_neuron_fires_at_its_threshold():
    lif = nest.iaf_cond_exp(V_th=-52, V_reset=-60, t_ref=1, I_e=500)
    aeif = nest.aeif_cond_exp(C_m=250, g_L=16.6667, E_L=-70, V_m=-70, Delta_T=0, V_th=-52, a=0, b=0, t_ref=1, I_e=500)
    first, second = (hk.simulate(model, hk.stimuli.Constant(0), duration=100, dt=0.1) for model in (lif, aeif))
    assert len(first.spike_steps) > 3
    np.testing.assert_array_equal(first.spike_steps, second.spike_steps)


def test_the_exponential_is_rounded_correctly():
    rng = np.random.default_rng(2)
    x = -np.concatenate([rng.uniform(0, 1, 500), 10.0 ** rng.uniform(-9, 2.8, 500), [0.0]])
    with jax.enable_x64(True), mpmath.workdps(40):
        np.testing.assert_array_equal(jax.jit(_exponential.exp)(x), [float(mpmath.mpf(mpmath.exp(mpmath.mpf(a)))) for a in x])
        np.testing.assert_array_equal(jax.jit(_exponential.expm1)(x), [float(mpmath.mpf(mpmath.expm1(mpmath.mpf(a)))) for a in x])


def test_the_exponential_of_a_huge_decay_is_zero():
    with jax.enable_x64(True):
        assert float(_exponential.exp(np.float64(-1e9))) == 0.0
        assert float(_exponential.expm1(np.float64(-1e9))) == -1.0


TAUS = [(2.0, 10.0), (15.0, 10.0), (0.3, 20.0), (9.99, 10.0)]


@pytest.mark.parametrize(("tau_syn", "tau_m"), TAUS)
def test_a_synaptic_current_moves_the_potential_by_its_integral(tau_syn, tau_m):
    dt, c_m = 0.5, 250.0

    def integral(shape) -> float:
        value: Any = mpmath.quad(lambda s: mpmath.exp(-(dt - s) / tau_m) * shape(s) / c_m, [0, dt])
        return float(value)

    with jax.enable_x64(True), mpmath.workdps(30):
        by_slope, by_current = jax.jit(_propagators.of_alpha)(tau_syn, tau_m, c_m, dt)
        np.testing.assert_allclose(by_current, integral(lambda s: mpmath.exp(-s / tau_syn)), rtol=1e-14)
        beta = tau_syn * tau_m / abs(tau_m - tau_syn)  # β (exp(dt/β) - 1) - dt, about dt²/2β, loses digits by the ratio of dt to that
        np.testing.assert_allclose(by_slope, integral(lambda s: s * mpmath.exp(-s / tau_syn)), rtol=2e-15 * max(1.0, 2 * beta / dt))


def test_propagators_of_equal_time_constants_are_the_limit():
    with jax.enable_x64(True):
        at = jax.jit(_propagators.of_alpha)(10.0, 10.0, 250.0, 0.1)
        near = jax.jit(_propagators.of_alpha)(10.0001, 10.0, 250.0, 0.1)
    np.testing.assert_allclose(at, (0.1**2 / 2 / 250 * math.exp(-0.01), 0.1 / 250 * math.exp(-0.01)), rtol=1e-15)
    np.testing.assert_allclose(at, near, rtol=1e-4)


def test_the_series_is_the_exponential_less_one():
    x = np.concatenate([np.linspace(-3, 3, 601), [-1e-12, 0.0, 1e-12]])
    with jax.enable_x64(True):
        np.testing.assert_allclose(jax.jit(_propagators.expm1)(x), np.expm1(x), rtol=1e-15)
