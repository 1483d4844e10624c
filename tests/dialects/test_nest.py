"""NEST's neurons, spike for spike; their voltages bit for bit where its arithmetic is known."""

import functools
import re
from typing import Any

import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from hillock.dialects import nest
from tests.dialects.golden import Case, cases, driven, each

EXACT = ("iaf_psc_delta", "iaf_psc_exp", "iaf_psc_alpha", "mat2_psc_exp", "izhikevich")
ADAPTIVE = ("iaf_cond_exp", "aeif_cond_exp")

BOOKS = ("nest", "nest_more")
CASES = {case.name: case for book in BOOKS for case in cases(book)}


def of(*models: str, without: tuple[str, ...] = ()) -> Any:
    """Parametrize a test over the recorded cases of some models."""
    chosen = [case for case in CASES.values() if case.model in models and case.name not in without]
    return pytest.mark.parametrize("case", chosen, ids=lambda case: case.name)


COVERED = of(*EXACT, *ADAPTIVE)
UNEQUAL_INPUT = {"delta_noise", "exp_noise"}  # some of their currents have no number of nA that is the recorded number of pA
BIT_FOR_BIT = of(*EXACT, without=tuple(UNEQUAL_INPUT))
TO_ROUNDING = of(*EXACT, without=tuple(CASES.keys() - UNEQUAL_INPUT))
TO_TOLERANCE = of(*ADAPTIVE)
PRECISE = each("nest", "iaf_psc_exp_ps", "iaf_psc_alpha_ps", "iaf_psc_delta_ps")  # by engines/test_exact_closed_forms, stimuli/test_impulses
ALONE = ("delta_vmin", "delta_vmin_spikes", "delta_spikes_kept")  # LIF has no lowest potential, and keeps nothing
GENERIC = of("iaf_psc_delta", "iaf_psc_exp", "iaf_psc_alpha", without=ALONE)


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
    network = driven(case, model, synapse or functools.partial(port, model), weight=weight, delay=delay, stamp=1)
    return hk.simulate(network, record={"neuron": record}, **options)["neuron"]


def port(model, weight: float) -> str:
    """Return the port of a neuron at which NEST would have a weight arrive."""
    return "spikes" if "spikes" in model.ports() else "ex" if weight > 0 else "in"


@functools.cache
def repeated(name: str):
    """Return our recording of a recorded case, everything shown."""
    case = CASES[name]
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


@of("aeif_cond_exp")
def test_the_adaptation_current_is_nests(case):
    np.testing.assert_allclose(repeated(case.name)["w"][:, 0], case["w"], rtol=0, atol=1e-9)


@of("izhikevich")
def test_the_recovery_variable_is_nests_bit_for_bit(case):
    np.testing.assert_array_equal(repeated(case.name)["U_m"][:, 0], case["U_m"])


@of("iaf_psc_exp", "iaf_psc_alpha")
def test_synaptic_currents_are_nests_bit_for_bit(case):
    for name in ("I_syn_ex", "I_syn_in"):
        np.testing.assert_array_equal(repeated(case.name)[name][:, 0], case[name])


@TO_TOLERANCE
def test_conductances_are_nests(case):
    for name in ("g_ex", "g_in"):
        np.testing.assert_allclose(repeated(case.name)[name][:, 0], case[name], rtol=0, atol=1e-12)


@of("mat2_psc_exp")
def test_the_moving_threshold_is_nests(case):
    np.testing.assert_allclose(repeated(case.name)["threshold"][:, 0], case["V_th"], rtol=1e-15)


def test_every_recorded_case_is_covered():
    covered = {case.name for parametrized in (COVERED, PRECISE) for case in parametrized.args[1]}
    assert covered == set(CASES)


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


def test_a_current_acts_one_step_after_it_is_set():
    rec = hk.simulate(nest.iaf_psc_delta(), hk.stimuli.Step(0.1, start=1), duration=3, dt=1, record=["v"])
    assert rec["v"][:2, 0].tolist() == [-70.0, -70.0]
    assert rec["v"][2, 0] > -70


def test_a_population_may_start_at_potentials_of_its_own():
    start, options = np.array([-70.0, -61.3, -56.0]), {"duration": 20, "dt": 0.1, "record": {"E": ["v"]}}
    given = hk.Network({"E": hk.Population(nest.iaf_psc_exp(I_e=300), 3, {"v": start})})
    built = hk.Network({"E": hk.Population(nest.iaf_psc_exp(I_e=300, V_m=start), 3)})
    np.testing.assert_array_equal(hk.simulate(given, **options)["E"]["v"], hk.simulate(built, **options)["E"]["v"])


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
