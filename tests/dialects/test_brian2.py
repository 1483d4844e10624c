"""Brian2's neurons, spike for spike, and its voltages to rounding."""

import dataclasses
import functools
import re
from typing import Any

import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from hillock.dialects import brian2
from tests.dialects.golden import Case, cases, driven, each

LIF_MODELS = ("lif", "lif_adaptive")
MODELS = (*LIF_MODELS, "adex")

TO_ROUNDING = each("brian2", *MODELS)
SYNAPTIC = each("brian2", "lif_delta", "lif_exp", "lif_alpha", "lif_cond")
GENERIC = each("brian2", "lif", without=("bio_euler_unclamped", "bio_subtract", "bio_ge_threshold"))


def group(case: Case) -> brian2.AbstractNeuronGroup:
    """Return a recorded ``NeuronGroup`` under the names of this package."""
    named = {name: value for name, value in case.params.items() if value is not None}
    if "v0" in named:
        named["dv0"] = named.pop("v0") - named["v_rest"]
    texts = {
        "method": case.options["method"],
        "threshold": case.options["threshold"].replace("> th", "> v_th"),
        "reset": case.options["reset"].split(";")[0],
        "clamped": case.options.get("clamped", True),
    }
    return (brian2.LIF if case.model in LIF_MODELS else brian2.AdEx)(**named, **texts)


def run(case: Case, model, **options):
    current = hk.stimuli.Samples(case["input"], dt=case.dt)
    return hk.simulate(model, current, duration=case.steps * case.dt, dt=case.dt, **options)


@functools.cache
def repeated(name: str):
    """Return our recording of a recorded case, everything shown."""
    case = next(case for case in cases("brian2") if case.name == name)
    return run(case, group(case), record=tuple(group(case).recordable()))


@TO_ROUNDING
def test_a_group_repeats_brian2s_spikes_and_voltages(case):
    rec = repeated(case.name)
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])
    np.testing.assert_allclose(rec.spike_times, 1e3 * case["spike_times"], rtol=0, atol=1e-9)
    # The upstroke of a spike amplifies rounding. A last spike of AdEx may leave w at 10²³ and v with it: hence a relative bound.
    bound: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-8} if case.model == "adex" else {"rtol": 0, "atol": 1e-10}
    np.testing.assert_allclose(rec["v"][:, 0], 1e3 * case["v"], **bound)


@TO_ROUNDING
def test_the_run_ends_where_brian2s_ends(case):
    end = repeated(case.name).end
    assert end is not None
    np.testing.assert_allclose(end.carry.state.v, 1e3 * case["v_end"][-1], rtol=1e-9, atol=1e-10)


@each("brian2", "lif_adaptive")
def test_the_adaptive_threshold_is_brian2s(case):
    rec = repeated(case.name)
    np.testing.assert_allclose(rec["threshold"][:, 0], 1e3 * case["th"], rtol=0, atol=1e-10)


@each("brian2", "adex")
def test_the_adaptation_is_brian2s(case):
    rec = repeated(case.name)
    np.testing.assert_allclose(rec["w"][:, 0], 1e3 * case["w"], rtol=1e-9, atol=1e-8)


def test_every_recorded_case_is_covered():
    covered = {case.name for parametrized in (TO_ROUNDING, SYNAPTIC) for case in parametrized.args[1]}
    assert covered == {case.name for case in cases("brian2")}


def translated(case: Case) -> hk.cells.LIF:
    """Return hillock's cell for a recorded LIF neuron."""
    p = case.params
    return hk.cells.LIF(tau_m=p["tau"], r_m=p["R"], v_rest=p["v_rest"], v_reset=p["v_reset"], v_th=p["v_th"], t_ref=p["refractory"] or 0.0)


def synapse(case: Case) -> tuple[hk.synapses.AbstractSynapse, float, str]:
    """Return hillock's synapse for a recorded one, its weight for a recorded 1, and its variable for a recorded g."""
    p = case.params
    if case.model == "lif_delta":
        return hk.synapses.Delta(), 1.0, "v"
    if case.model == "lif_cond":
        return hk.synapses.ConductanceExponential(p["tau_g"], e_rev=p["E_e"]), 1 / p["R"], "g"
    if case.model == "lif_exp":
        return hk.synapses.Exponential(p["tau_s"]), 1 / p["R"], "i"
    return hk.synapses.Alpha(p["tau_s"]), np.exp(-1.0) / p["R"], "i"  # on_pre="h += w", whose peak in g is w/e


@SYNAPTIC
def test_a_cell_with_synapses_repeats_brian2s_spikes_and_voltages(case):
    (kind, weight, name), method = synapse(case), brian2.METHODS[case.options["method"]]
    network = driven(case, translated(case), lambda _: kind, weight=weight, delay=0.0, stamp=0, inputs=hk.stimuli.Samples(case["input"], dt=case.dt))
    shown = next(variable for variable in network.receiver("neuron")[0].init()._fields if variable.partition("_")[0] == name)
    options: dict[str, Any] = {"duration": case.steps * case.dt, "dt": case.dt, "dialect": "brian2", "integrator": method}
    rec = hk.simulate(network, record={"neuron": ["v", shown]}, **options)["neuron"]
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])
    np.testing.assert_allclose(rec["v"][:, 0], 1e3 * case["v"], rtol=0, atol=1e-10)
    if "g" in case:
        unit = 1.0 if name == "g" else 1e3 / case.params["R"]
        np.testing.assert_allclose(rec[shown][:, 0], unit * case["g"], rtol=0, atol=1e-10)


@GENERIC
def test_a_cell_of_hillock_spikes_as_in_brian2_under_its_dialect(case):
    integrator = brian2.METHODS[case.options["method"]]
    np.testing.assert_array_equal(run(case, translated(case), dialect="brian2", integrator=integrator).spike_steps, case["spike_steps"])


@pytest.mark.parametrize(("t_ref", "lost"), [(0.0, 1), (0.1, 1), (0.5, 5)])
def test_jumps_are_lost_in_the_step_of_a_spike_and_while_refractory(t_ref, lost):
    cell = hk.cells.LIF(tau_m=10, v_rest=-70, v_reset=-70, v_th=-50, t_ref=t_ref)
    sources = {"kick": hk.SpikeTrains([[0.0]]), "probes": hk.SpikeTrains([[0.1 * step] for step in range(1, 8)])}
    kick = hk.Projection("kick", "E", hk.synapses.Delta(), hk.connections.AllToAll(), 30, 0)  # all fire in step 1
    probe = hk.Projection("probes", "E", hk.synapses.Delta(), hk.connections.OneToOne(), 1, 0)  # neuron n hears of it in step n + 1
    network = hk.Network({**sources, "E": hk.Population(cell, 7)}, [kick, probe])
    rec = hk.simulate(network, duration=1, dt=0.1, dialect="brian2", record={"E": ["v"]})["E"]
    assert rec.spike_steps.tolist() == [1] * 7
    assert [bool(rec["v"][n + 2, n] > -70) for n in range(7)] == [n >= lost for n in range(7)]


def by_hand(current, dt, p, move, hold):
    """Run the rules of the documentation in a plain loop: show, integrate, test, reset; ``hold`` steps without integration."""
    v, left, shown, spikes = p["v_rest"], 0, [], []
    for k, i in enumerate(current):
        shown.append(v)
        resting, left = left > 0, left - 1
        if not resting:
            v = move(v, p["v_rest"] + p["R"] * i, dt / p["tau"])
            if v > p["v_th"]:
                v, left = p["v_reset"], hold
                spikes.append(k)
    return np.array(shown), spikes


MOVES = {
    "exact": lambda v, goal, e: goal + (v - goal) * np.exp(-e),
    "exponential_euler": lambda v, goal, e: goal + (v - goal) * np.exp(-e),
    "euler": lambda v, goal, e: v + e * (goal - v),
    "rk2": lambda v, goal, e: v + (goal - v) * (e - e**2 / 2),
    "rk4": lambda v, goal, e: v + (goal - v) * (e - e**2 / 2 + e**3 / 6 - e**4 / 24),
}


@pytest.mark.parametrize("method", MOVES)
@pytest.mark.parametrize(("dt", "refractory", "hold"), [(0.1, 0.0, 0), (0.1, 0.3, 2), (0.25, 1.1, 3), (0.5, 0.4, 0), (1.0, 7.0, 6)])
def test_other_parameters_follow_the_rules_too(method, dt, refractory, hold):
    rng = np.random.default_rng([int(100 * dt), int(10 * refractory)])
    p: dict[str, Any] = {"tau": rng.uniform(5, 30), "v_rest": -68.0, "v_th": -51.5, "v_reset": rng.uniform(-75, -60), "R": rng.uniform(50, 200)}
    level = np.array([20.0]) if method == "rk4" else rng.normal(20, 30, 600)  # rk4 is Brian2's for an input that does not change
    current = np.broadcast_to(level / p["R"] + 5 / p["R"], 600)
    shown, spikes = by_hand(current, dt, p, MOVES[method], hold)
    rec = hk.simulate(
        brian2.LIF(**p, refractory=refractory, method=method), hk.stimuli.Samples(current, dt=dt), duration=600 * dt, dt=dt, record=["v"]
    )
    assert spikes
    np.testing.assert_array_equal(rec.spike_steps, spikes)
    np.testing.assert_allclose(rec["v"][:, 0], shown, rtol=0, atol=1e-10)


def test_blocked_spikes_come_as_soon_as_the_block_ends():
    rec = hk.simulate(brian2.LIF(refractory=5, clamped=False), hk.stimuli.Constant(2000.0), duration=20, dt=1)
    assert rec.isi().tolist() == [5.0, 5.0, 5.0]


def test_a_population_gives_what_its_neurons_give_alone():
    taus = [8.0, 10.0, 25.0]
    together = hk.simulate(brian2.LIF(tau=np.array(taus)), hk.stimuli.Constant(30.0), duration=60, dt=0.1, record=["v"])
    alone = [hk.simulate(brian2.LIF(tau=tau), hk.stimuli.Constant(30.0), duration=60, dt=0.1, record=["v"]) for tau in taus]
    np.testing.assert_allclose(together["v"], np.hstack([rec["v"] for rec in alone]), rtol=1e-14)


def test_the_dialect_shows_the_start_of_a_step():
    rec = hk.simulate(brian2.LIF(dv0=3.0), hk.stimuli.Constant(0.0), duration=1, dt=0.1, record=["v"])
    assert rec["v"][0, 0] == -67.0
    assert rec.t[0] == 0.0


def test_the_uncapped_exponential_is_the_only_difference_to_the_cell():
    p: dict[str, Any] = {"tau": 9.0, "R": 30.0, "a": 0.2, "b": 2.5}
    cell = hk.cells.AdEx(c_m=9 / 30, g_l=1 / 30, v_rest=-70, v_t=-50, delta_t=2, tau_w=120, a=0.2 / 30, b=2.5 / 30, v_reset=-58, v_th=-30, t_ref=0)
    options: dict[str, Any] = {"duration": 100, "dt": 0.1, "record": ["v"]}
    ours = hk.simulate(brian2.AdEx(**p), hk.stimuli.Constant(1.2), **options)
    theirs = hk.simulate(cell, hk.stimuli.Constant(1.2), dialect="brian2", integrator=hk.integrators.Euler(), **options)
    np.testing.assert_allclose(ours["v"], theirs["v"], rtol=0, atol=1e-8)  # Euler looks only where v ≤ v_th


ERRORS = [
    (lambda: brian2.LIF(method="rk5"), "LIF.method must be 'exact' or 'euler' or 'exponential_euler' or 'rk2' or 'rk4', got 'rk5'."),
    (lambda: brian2.AdEx(method="exact"), "AdEx.method must be 'euler' or 'rk2' or 'rk4', got 'exact'."),
    (lambda: brian2.LIF(threshold="v > 1"), "LIF.threshold must be 'v > v_th' or 'v >= v_th', got 'v > 1'."),
    (lambda: brian2.LIF(reset="v = 0"), "LIF.reset must be 'v = v_reset' or 'v -= v_th', got 'v = 0'."),
    (lambda: brian2.LIF(tau=0), "LIF.tau must be > 0 ms, got 0 ms."),
    (lambda: brian2.LIF(v_reset=-40), "LIF.v_reset must be < LIF.v_th, got -40 mV and -50 mV."),
]


@pytest.mark.parametrize(("make", "text"), ERRORS)
def test_what_brian2_would_not_take_is_refused(make, text):
    with pytest.raises(ParameterError, match=f"^{re.escape(text)}$"):
        make()


def test_only_the_choices_that_a_text_names_are_changed():
    step = brian2.LIF(threshold="v >= v_th", clamped=False)._step()
    changed = {f.name for f in dataclasses.fields(step.dialect) if getattr(step.dialect, f.name) != getattr(brian2.dialect, f.name)}
    assert changed == {"at_least", "refractoriness"}
