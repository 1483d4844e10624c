"""GeNN's neurons, spike for spike and bit for bit."""

import re

import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from tests.dialects.golden import Case, each

genn = hk.dialects.genn
BIT_FOR_BIT = each("genn")
GENERIC = each("genn", "LIF")


def neuron(case: Case):
    return getattr(genn, case.model)(**{name: value for name, value in case.params.items() if name != "tau"})  # tau is the synapse's


def current(case: Case) -> np.ndarray:
    """Return the current that reached the neuron: what was injected, and what a synapse made of the spikes, which arrive a step late.

    DeltaCurr is the weight, for one step. ExpCurr is a sum that decays, one for each weight, scaled to the charge of a weight per ms.
    """
    if "spikes_in" not in case:
        return case["input"]
    arrived = np.concatenate([[0.0], case["spikes_in"][:-1]]).astype(np.float32)
    total = np.zeros(case.steps, np.float32)
    for weight in np.unique(arrived[arrived != 0]):
        total += synapse(np.where(arrived == weight, weight, np.float32(0)), case.params.get("tau"), case.dt)
    return (total + case["input"].astype(np.float32)).astype(float)


def synapse(weights: np.ndarray, tau: float | None, dt: float) -> np.ndarray:
    if tau is None:
        return weights
    decay, scale = np.float32(np.exp(-dt / tau)), np.float32(tau * (1 - np.exp(-dt / tau)) / dt)
    found, sum_ = [], np.float32(0)
    for weight in weights:
        sum_ = sum_ + weight
        found.append(scale * sum_)
        sum_ = sum_ * decay
    return np.array(found, np.float32)


def run(model, amplitudes, dt, record=("v",), **options):
    return hk.simulate(model, hk.stimuli.Samples(amplitudes, dt=dt), duration=len(amplitudes) * dt, dt=dt, record=record, **options)


@pytest.mark.parametrize("engine", ["simd", "scan"])
@BIT_FOR_BIT
def test_the_replica_repeats_the_recorded_steps_bit_for_bit(case, engine):
    names = {"v": "v", "refrac": "RefracTime", "u": "U"}
    held = {theirs: ours for theirs, ours in names.items() if theirs in case}
    rec = run(neuron(case), current(case), case.dt, [*held.values()], engine=engine)
    for theirs, ours in held.items():
        np.testing.assert_array_equal(rec[ours][:, 0], case[theirs])
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])
    np.testing.assert_allclose(rec.spike_times, case["spike_times"], rtol=1e-5)  # theirs are sums in single precision


@pytest.mark.filterwarnings("ignore::hillock.Doubt")  # one case is too weak to fire, and is meant to be
@GENERIC
def test_hillocks_own_cell_fires_as_in_genn_under_its_dialect(case):
    p = case.params
    rests = {"v_rest": p["Vrest"], "v_reset": p["Vreset"], "v_th": p["Vthresh"], "t_ref": p["TauRefrac"], "i_e": p["Ioffset"]}
    cell = hk.cells.LIF(tau_m=p["TauM"], r_m=p["TauM"] / p["C"], **rests)
    rec = run(cell, current(case), case.dt, dialect="genn")
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])
    # each step errs by a last bit (2^-24 of |v| < 128 mV) in each of three terms, which is forgotten at dt/tau per step
    np.testing.assert_allclose(rec["v"][:, 0], case["v"], rtol=0, atol=3 * 128 * 2**-24 * p["TauM"] / case.dt)


@pytest.mark.parametrize(("t_ref", "dt", "held"), [(5.0, 1.0, 5), (2.0, 0.1, 20), (3.0, 0.1, 31), (5.0, 0.1, 51), (1.3, 0.25, 6)])
def test_v_is_held_for_as_many_steps_as_single_precision_needs_to_count_down(t_ref, dt, held):
    rec = run(genn.LIF(TauRefrac=t_ref, Vreset=-60), np.full(400, 1.0), dt)
    after = rec["v"][rec.spike_steps[0] :, 0]
    assert np.argmax(after != -60) - 1 == held


def test_the_threshold_itself_fires():
    rec = run(genn.LIF(TauRefrac=0, Vrest=-50, Vthresh=-50, Vreset=-60), np.zeros(3), 1.0)
    assert rec.spike_steps.tolist() == [0]


def test_a_peak_is_cut_at_30_and_reset_one_step_later():
    rec = run(genn.Izhikevich(), np.full(600, 10.0), 0.5, ["v", "U"])
    first = rec.spike_steps[0]
    assert rec["v"][first, 0] == 30 == rec["v"].max()
    assert rec["v"][first + 1, 0] < -50
    assert rec["U"][first + 1, 0] - rec["U"][first, 0] == pytest.approx(8, abs=0.5)  # d, and half a step of recovery


def test_a_peak_between_29_99_and_30_is_a_spike_that_is_not_reset():
    rec = run(genn.Izhikevich(a=0, b=0, V=29.995, U=0.04 * 29.995**2 + 5 * 29.995 + 140), np.zeros(2), 0.001, ["v"])
    assert rec.spike_steps.tolist() == [0, 1]  # the drift is 0, so v stays


def test_parameters_may_differ_between_neurons():
    taus = np.array([10.0, 20.0])
    together = hk.simulate(genn.LIF(TauM=taus), hk.stimuli.Constant(0.4), duration=50, dt=0.5, record=["v"])
    for k, tau in enumerate(taus):
        np.testing.assert_array_equal(together["v"][:, k], run(genn.LIF(TauM=tau), np.full(100, 0.4), 0.5)["v"][:, 0])


def test_a_membrane_without_capacitance_is_refused():
    with pytest.raises(ParameterError, match=re.escape("LIF.C must be > 0 nF, got 0 nF.")):
        genn.LIF(C=0)
