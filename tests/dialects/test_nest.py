"""NEST's neurons, spike for spike; their voltages bit for bit where its arithmetic is known."""

import functools
import math
import re
from typing import Any

import jax
import mpmath
import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from hillock.dialects import nest
from hillock.dialects.nest import _exponential
from tests.dialects.golden import Case, cases, driven, each

EXACT = ("iaf_psc_delta", "iaf_psc_exp", "iaf_psc_alpha", "mat2_psc_exp", "izhikevich")
ADAPTIVE = ("iaf_cond_exp", "aeif_cond_exp")

COVERED = each("nest", *EXACT, *ADAPTIVE)
UNEQUAL_INPUT = {"delta_noise", "exp_noise"}  # some of their currents have no number of nA that is the recorded number of pA
BIT_FOR_BIT = each("nest", *EXACT, without=tuple(UNEQUAL_INPUT))
TO_ROUNDING = each("nest", *EXACT, without=tuple({case.name for case in cases("nest")} - UNEQUAL_INPUT))
TO_TOLERANCE = each("nest", *ADAPTIVE)
PRECISE = each("nest", "iaf_psc_exp_ps", "iaf_psc_alpha_ps", "iaf_psc_delta_ps")  # by engines/test_exact_closed_forms, stimuli/test_impulses
GENERIC = each(
    "nest", "iaf_psc_delta", "iaf_psc_exp", "iaf_psc_alpha", without=("delta_vmin", "delta_spikes_kept")
)  # LIF has no lowest potential, and keeps nothing


def neuron(case: Case):
    """Return a recorded neuron; a parameter without a value is one that NEST leaves at minus infinity."""
    return getattr(nest, case.model)(**{name: value for name, value in case.params.items() if value is not None})


def generator(case: Case) -> hk.stimuli.AbstractStimulus:
    """Return the recorded current (nA): amplitude k is set at (k + 1) dt, so nothing flows before."""
    if case.options["via_I_e"]:
        return hk.stimuli.Constant(0.0)
    return hk.stimuli.Samples(np.concatenate([[0.0], case["input"][:-1]]) / 1000, dt=case.dt)


def run(case: Case, model, synapse=None, weight=1.0, record=(), **options) -> hk.Recording:
    """Return a run of a recorded case; spikes, if any drive it, arrive at the port that NEST chooses by the sign of a weight."""
    options |= {"duration": case.steps * case.dt, "dt": case.dt}
    if not case.synaptic:
        return hk.simulate(model, generator(case), record=record, **options)
    delay = case.options.get("delay_steps", 1) * case.dt
    network = driven(case, model, synapse or functools.partial(port, model), weight=weight, delay=delay)
    return hk.simulate(network, record={"neuron": record}, **options)["neuron"]


def port(model, weight: float) -> str:
    """Return the port of a neuron at which NEST would have a weight arrive."""
    return "spikes" if "spikes" in model.ports() else "ex" if weight > 0 else "in"


@functools.cache
def repeated(name: str):
    """Return our recording of a recorded case, everything shown."""
    case = next(case for case in cases("nest") if case.name == name)
    return run(case, neuron(case), record=tuple(neuron(case).recordable()))


@COVERED
def test_a_neuron_fires_when_nests_does(case):
    rec = repeated(case.name)
    np.testing.assert_array_equal(rec.spike_steps + 1, case["spike_steps"])
    np.testing.assert_allclose(rec.spike_times, case["spike_times"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(rec.t, case["t"], rtol=1e-14)


@BIT_FOR_BIT
def test_a_neuron_repeats_nests_voltage_bit_for_bit(case):
    np.testing.assert_array_equal(repeated(case.name)["v"][:, 0], case["v"])


@TO_ROUNDING
def test_a_neuron_under_noise_repeats_nests_voltage_to_rounding(case):
    np.testing.assert_allclose(repeated(case.name)["v"][:, 0], case["v"], rtol=1e-13)


@TO_TOLERANCE
def test_adaptive_substeps_repeat_nests_voltage(case):
    tolerance = 1e-12 if case.model == "iaf_cond_exp" else 1e-9  # mV; the upstroke of a spike amplifies rounding a thousand times
    np.testing.assert_allclose(repeated(case.name)["v"][:, 0], case["v"], rtol=0, atol=tolerance)


@each("nest", "aeif_cond_exp")
def test_the_adaptation_current_is_nests(case):
    np.testing.assert_allclose(repeated(case.name)["w"][:, 0], case["w"], rtol=0, atol=1e-9)


@each("nest", "izhikevich")
def test_the_recovery_variable_is_nests_bit_for_bit(case):
    np.testing.assert_array_equal(repeated(case.name)["U_m"][:, 0], case["U_m"])


@each("nest", "iaf_psc_exp", "iaf_psc_alpha")
def test_synaptic_currents_are_nests_bit_for_bit(case):
    for name in ("I_syn_ex", "I_syn_in"):
        np.testing.assert_array_equal(repeated(case.name)[name][:, 0], case[name])


@TO_TOLERANCE
def test_conductances_are_nests(case):
    for name in ("g_ex", "g_in"):
        np.testing.assert_allclose(repeated(case.name)[name][:, 0], case[name], rtol=0, atol=1e-12)


@each("nest", "mat2_psc_exp")
def test_the_moving_threshold_is_nests(case):
    np.testing.assert_allclose(repeated(case.name)["threshold"][:, 0], case["V_th"], rtol=1e-15)


def test_every_recorded_case_is_covered():
    covered = {case.name for parametrized in (COVERED, PRECISE) for case in parametrized.args[1]}
    assert covered == {case.name for case in cases("nest")}


def translated(case: Case) -> hk.cells.LIF:
    """Return hillock's cell for a recorded iaf neuron."""
    p = case.params
    assert p["V_m"] == p["E_L"], "a cell starts at rest"
    return hk.cells.LIF(
        tau_m=p["tau_m"],
        r_m=1000 * p["tau_m"] / p["C_m"],
        v_rest=p["E_L"],
        v_reset=p["V_reset"],
        v_th=p["V_th"],
        t_ref=p["t_ref"],
        i_e=p["I_e"] / 1000,
    )


def synapse(case: Case, weight: float) -> hk.synapses.AbstractSynapse:
    """Return hillock's synapse for a recorded weight."""
    if case.model == "iaf_psc_delta":
        return hk.synapses.Delta()
    tau_syn = case.params["tau_syn_ex" if weight > 0 else "tau_syn_in"]
    return (hk.synapses.Exponential if case.model == "iaf_psc_exp" else hk.synapses.Alpha)(tau_syn)


@GENERIC
def test_hillocks_own_cell_fires_as_in_nest_under_its_dialect(case):
    weight = 1.0 if case.model == "iaf_psc_delta" else 1e-3  # nA in a pA
    rec = run(case, translated(case), functools.partial(synapse, case), weight, dialect="nest", record=["v"])
    np.testing.assert_array_equal(rec.spike_steps + 1, case["spike_steps"])
    np.testing.assert_allclose(rec["v"][:, 0], case["v"], rtol=0, atol=1e-11)


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


def test_a_current_acts_one_step_after_it_is_set():
    rec = hk.simulate(nest.iaf_psc_delta(), hk.stimuli.Step(0.1, start=1), duration=3, dt=1, record=["v"])
    assert rec["v"][:2, 0].tolist() == [-70.0, -70.0]
    assert rec["v"][2, 0] > -70


def test_parameters_are_in_nests_units_and_take_others_as_text():
    text = nest.iaf_psc_exp(C_m="0.2 nF", I_e="0.3 nA", tau_m="0.01 s")
    assert (text.C_m, text.I_e, text.tau_m) == (200.0, 300.0, 10.0)


def test_a_population_gives_what_its_neurons_give_alone():
    currents = [600.0, 700.0, 900.0]
    options: dict[str, Any] = {"duration": 60, "dt": 0.1, "record": ["v"]}
    together = hk.simulate(nest.aeif_cond_exp(I_e=np.array(currents)), hk.stimuli.Constant(0.0), **options)
    alone = [hk.simulate(nest.aeif_cond_exp(I_e=i), hk.stimuli.Constant(0.0), **options) for i in currents]
    np.testing.assert_allclose(together["v"], np.hstack([rec["v"] for rec in alone]), rtol=0, atol=1e-9)


@pytest.mark.parametrize("model", [nest.iaf_psc_delta(), nest.iaf_cond_exp(), nest.aeif_cond_exp(), nest.izhikevich(), nest.mat2_psc_exp()])
def test_every_neuron_runs_in_single_precision(model):
    rec = hk.simulate(model, hk.stimuli.Constant(0.9), duration=50, dt=0.1, record=["v"], dtype="float32")
    assert rec["v"].dtype == np.float32
    assert len(rec.spike_steps) > 0


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


ERRORS = [
    (lambda: nest.iaf_psc_delta(V_reset=-50), "iaf_psc_delta.V_reset must be < iaf_psc_delta.V_th, got -50 mV and -55 mV."),
    (lambda: nest.iaf_psc_exp(delta=1), "iaf_psc_exp.delta must be 0 mV, got 1 mV. The stochastic threshold is not modelled."),
    (lambda: nest.iaf_psc_alpha(C_m=0), "iaf_psc_alpha.C_m must be > 0 pF, got 0 pF."),
    (lambda: nest.iaf_cond_exp(t_ref=-1), "iaf_cond_exp.t_ref must be ≥ 0 ms, got -1 ms."),
    (lambda: nest.aeif_cond_exp(V_peak=-52), "aeif_cond_exp.V_th must be ≤ aeif_cond_exp.V_peak, got -50.4 mV and -52 mV."),
    (lambda: nest.mat2_psc_exp(tau_syn_in=5), "mat2_psc_exp.tau_syn_in must differ from mat2_psc_exp.tau_m, got 5 ms for both. Change it a little."),
    (lambda: nest.mat2_psc_exp(tau_1=0), "mat2_psc_exp.tau_1 must be > 0 ms, got 0 ms."),
]


@pytest.mark.parametrize(("make", "text"), ERRORS)
def test_what_nest_would_not_take_is_refused(make, text):
    with pytest.raises(ParameterError, match=f"^{re.escape(text)}$"):
        make()
