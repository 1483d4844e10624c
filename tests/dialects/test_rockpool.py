"""Rockpool's neurons, bit for bit, with several spikes in a step."""

import numpy as np
import pytest

import hillock as hk
from tests.dialects.golden import Case, each

rockpool = hk.dialects.rockpool
BIT_FOR_BIT = each("rockpool")
GENERIC = each("rockpool", without=("numpy_one_spike_per_dt",))  # the dialect has no limit to the spikes of a step


def run(model, current, dt=1.0, record=("v",), **options):
    return hk.simulate(model, hk.stimuli.Samples(current, dt=dt), duration=len(current) * dt, dt=dt, record=record, **options)


def in_ms(case: Case) -> float:
    return 1000 * case.dt


@pytest.mark.parametrize("engine", ["scan", "simd"])
@BIT_FOR_BIT
def test_the_replica_repeats_the_recorded_module_bit_for_bit(case, engine):
    rec = run(getattr(rockpool, case.model)(**case.params), case["input"], in_ms(case), ["v", "i_syn", "n_spikes"], engine=engine)
    for theirs, ours in {"v": "v", "i": "i_syn", "spk": "n_spikes"}.items():
        np.testing.assert_array_equal(rec[ours][:, 0], case[theirs])
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])


@each("rockpool", "LIFTorch")
def test_single_precision_is_that_of_the_module_whatever_the_run_is_in(case):
    rec = run(rockpool.LIFTorch(**case.params), case["input"], in_ms(case), dtype="float32")
    np.testing.assert_array_equal(rec["v"][:, 0], case["v"])


@pytest.mark.filterwarnings("ignore:The largest current")  # one case is a kernel below threshold
@GENERIC
def test_the_generic_dialect_on_hillocks_lif_fires_in_the_same_steps(case):
    tau = 1000 * case.params["tau_mem"]
    gain = -np.expm1(-in_ms(case) / tau)  # of a membrane of resistance 1; Rockpool adds its current to v as it is
    cell = hk.cells.LIF(tau_m=tau, r_m=1 / gain, v_rest=0, v_reset=0, v_th=case.params["threshold"], t_ref=0)
    rec = run(cell, case["i"].astype(float) + case.params["bias"], in_ms(case), dialect="rockpool")
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])
    half_unit = 2.0**-24 if case.model == "LIFTorch" else 2.0**-53
    # a step rounds a few terms of |v| < 16 and forgets in tau/dt steps; a wrong last bit of a decay acts as one more
    np.testing.assert_allclose(rec["v"][:, 0], case["v"], rtol=0, atol=5 * 16 * half_unit * tau / in_ms(case))


@pytest.mark.parametrize("kind", [rockpool.LIF, rockpool.LIFTorch])
def test_a_step_has_as_many_spikes_as_the_threshold_fits_into_v_and_the_rest_remains(kind):
    forgets = {"tau_syn": 1e-6, "tau_mem": 1e6}  # nothing of the current in one step, nothing of v
    rec = run(kind(bias=1.3, threshold=0.5, **forgets), np.zeros(2), record=["v", "n_spikes"])
    np.testing.assert_array_equal(rec["n_spikes"][:, 0], [2.0, 3.0])  # 1.3 has 0.5 twice and leaves 0.3; 1.6 has it three times
    np.testing.assert_allclose(rec["v"][:, 0], [0.3, 0.1], atol=1e-6)
    np.testing.assert_array_equal(rec.spike_steps, [0, 1])


def test_what_exceeds_the_most_spikes_of_a_step_is_left_for_the_next():
    rec = run(rockpool.LIF(bias=1.25, threshold=0.5, max_spikes_per_dt=1, tau_mem=1e9), np.zeros(1), record=["v", "n_spikes"])
    assert (rec["n_spikes"][0, 0], rec["v"][0, 0]) == (1.0, 0.75)


def test_a_current_is_decayed_before_it_moves_v_and_is_not_scaled_by_dt():
    for dt in (1.0, 0.5):
        rec = run(rockpool.LIF(tau_syn=0.01), np.array([0.5, 0.0]), dt, ["v", "i_syn"])
        assert rec["v"][0, 0] == rec["i_syn"][0, 0] == pytest.approx(0.5 * np.exp(-dt / 10), rel=1e-15)


def test_seconds_and_milliseconds_may_be_written():
    np.testing.assert_array_equal(
        run(rockpool.LIF(tau_mem="10 ms", tau_syn="5 ms"), np.full(50, 0.1))["v"],
        run(rockpool.LIF(tau_mem=0.01, tau_syn=0.005), np.full(50, 0.1))["v"],
    )


def test_both_engines_count_the_same_spikes():
    current = np.random.default_rng(8).normal(0.1, 0.4, 400)
    scan, simd = (run(rockpool.LIF(), current, record=["n_spikes"], engine=engine) for engine in ("scan", "simd"))
    np.testing.assert_array_equal(scan["n_spikes"], simd["n_spikes"])
    assert scan["n_spikes"].max() > 1


def test_parameters_may_differ_between_neurons():
    taus = np.array([0.01, 0.02])
    together = hk.simulate(rockpool.LIF(tau_mem=taus), hk.stimuli.Constant(0.05), duration=50, dt=1, record=["v"])
    for k, tau in enumerate(taus):
        np.testing.assert_array_equal(together["v"][:, k], run(rockpool.LIF(tau_mem=tau), np.full(50, 0.05))["v"][:, 0])
