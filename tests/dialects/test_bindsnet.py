"""BindsNET's layers, call for call and bit for bit."""

import re
from typing import Any

import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from tests.dialects.golden import Case, each

bindsnet = hk.dialects.bindsnet
BIT_FOR_BIT = each("bindsnet")
LEAKY = ("LIFNodes", "AdaptiveLIFNodes", "DiehlAndCookNodes")
GENERIC = each("bindsnet", *LEAKY, "IFNodes", without=("lif_noise_lbound",))  # hillock's cells have no lowest potential


def layer(case: Case):
    """Return a recorded layer."""
    params: dict[str, Any] = dict(case.params)
    if case.model == "DiehlAndCookNodes":
        params["one_spike"] = False  # as it was recorded
    if case.model == "IzhikevichNodes":
        drawn = torch_rand(case.options["seed"], 2)[1]  # the first is r, from which a, b, c and d were made
        weight = 0.5 * drawn if params.pop("excitatory") else -drawn
        params |= {name: case[f"izh_{name}"] for name in "abcd"} | {"S": np.array([[weight]])}
    return getattr(bindsnet, case.model)(**params)


def torch_rand(seed: int, count: int) -> np.ndarray:
    """Return the first numbers of ``torch.rand``: 24 bits of each word of the Mersenne twister, which NumPy has too."""
    words = np.random.RandomState(seed).randint(0, 2**32, size=count, dtype=np.uint32)
    return (words & (2**24 - 1)) / 2**24


def run(model, x, dt=1.0, record=("v",), **options):
    return hk.simulate(model, hk.stimuli.Samples(x, dt=dt), duration=len(x) * dt, dt=dt, record=record, **options)


@pytest.mark.parametrize("engine", ["simd", "scan"])
@BIT_FOR_BIT
def test_the_replica_repeats_the_recorded_calls_bit_for_bit(case, engine):
    names = {"v": "v", "refrac_count": "refrac_count", "theta": "theta", "i": "i_syn", "u": "u"}
    held = {theirs: ours for theirs, ours in names.items() if theirs in case}
    rec = run(layer(case), case["input"], case.dt, [*held.values()], engine=engine)
    for theirs, ours in held.items():
        np.testing.assert_array_equal(rec[ours][:, 0], case[theirs])
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])


@each("bindsnet", "IzhikevichNodes")
def test_the_numbers_that_torch_drew_are_those_of_the_twister(case):
    r = np.float32(torch_rand(case.options["seed"], 1)[0])
    expected = {"c": -65 + 15 * r**2, "d": 8 - 6 * r**2} if case.params["excitatory"] else {"a": 0.02 + 0.08 * r, "b": 0.25 - 0.05 * r}
    for name, value in expected.items():
        np.testing.assert_allclose(case[f"izh_{name}"], value, rtol=1e-6)


def translated(case: Case) -> hk.cells.AbstractCell:
    """Return hillock's cell for a recorded layer, its current scaled to what x adds to v."""
    p = case.params
    rests = {"v_reset": p["reset"], "v_th": p["thresh"], "t_ref": p["refrac"]}
    if case.model == "IFNodes":
        return hk.cells.IntegrateAndFire(c_m=case.dt, v_init=p["reset"], **rests)
    adapts = {} if case.model == "LIFNodes" else {"theta_plus": p["theta_plus"], "tau_theta": p["tc_theta_decay"]}
    return hk.cells.LIF(tau_m=p["tc_decay"], r_m=-1 / np.expm1(-case.dt / p["tc_decay"]), v_rest=p["rest"], **rests, **adapts)


@pytest.mark.filterwarnings("ignore::hillock.Doubt")  # one case is at rheobase, and is meant to be
@GENERIC
def test_hillocks_own_cell_fires_as_in_bindsnet_under_its_dialect(case):
    rec = run(translated(case), case["input"], case.dt, dialect="bindsnet")
    np.testing.assert_array_equal(rec.spike_steps, case["spike_steps"])
    # each step errs by a last bit (2^-24 of |v| < 128 mV) in each of three terms, which is forgotten at dt/tau per step
    memory = case.params.get("tc_decay", 0) / case.dt
    np.testing.assert_allclose(rec["v"][:, 0], case["v"], rtol=0, atol=3 * 128 * 2**-24 * memory)


@pytest.mark.parametrize(("refrac", "dt", "masked"), [(5.0, 1.0, 5), (2.0, 0.1, 20), (3.0, 0.1, 31), (5.0, 0.1, 51), (2.6, 0.5, 6)])
def test_input_is_masked_for_as_many_steps_as_single_precision_needs_to_count_down(refrac, dt, masked):
    brief = bindsnet.CurrentLIFNodes(refrac=refrac, tc_i_decay=0.05)  # what made it fire is forgotten by then
    for model, fewer in ((bindsnet.LIFNodes(refrac=refrac), 0), (bindsnet.IFNodes(refrac=refrac), 0), (brief, 1)):
        x = np.eye(1, 80)[0] * 100 + 1.0  # fires in the first step
        after = run(model, x, dt)["v"][:, 0]  # at reset and rest nothing leaks, so v moves with the first input that is felt
        assert np.argmax(after != -65) - 1 == masked - fewer


def test_v_leaks_towards_rest_while_refractory():
    v = run(bindsnet.LIFNodes(reset=-55, refrac=10, tc_decay=20), np.array([50.0] + 9 * [3.0]))["v"][:, 0]
    np.testing.assert_allclose(v, -65 + 10 * np.exp(-np.arange(10) / 20), rtol=1e-6)


def test_a_neuron_whose_rest_is_above_threshold_fires_while_refractory():
    # -60, then -50 - 10/e = -53.7 and -50 - 10/e² = -51.4
    assert run(bindsnet.LIFNodes(rest=-50, thresh=-52, reset=-60, tc_decay=1), np.zeros(10)).spike_steps.tolist() == [0, 2, 4, 6, 8]


def test_the_threshold_decays_before_the_test_and_rises_after_it_while_learning_only():
    options: dict[str, Any] = {"theta_plus": 2.0, "tc_theta_decay": 50.0, "refrac": 0}
    x = np.array([13.0, 0.0, 0.0])
    learning = run(bindsnet.AdaptiveLIFNodes(**options), x, 1.0, ["theta", "threshold"])
    np.testing.assert_allclose(learning["theta"][:, 0], 2 * np.exp(-np.arange(3) / 50), rtol=1e-6)
    np.testing.assert_allclose(learning["threshold"], learning["theta"] - 52, rtol=1e-6)
    assert not run(bindsnet.AdaptiveLIFNodes(**options, learning=False), x, 1.0, ["theta"])["theta"].any()


def test_without_one_spike_diehl_and_cooks_layer_is_the_adaptive_one():
    x = np.random.default_rng(3).normal(0.5, 1.0, 300)
    plain = run(bindsnet.AdaptiveLIFNodes(theta_plus=1), x)
    np.testing.assert_array_equal(run(bindsnet.DiehlAndCookNodes(theta_plus=1, one_spike=False), x)["v"], plain["v"])
    np.testing.assert_array_equal(run(bindsnet.DiehlAndCookNodes(theta_plus=1, key=1), x).spike_steps, plain.spike_steps)  # one neuron wins


def test_one_of_those_that_fire_together_is_let_through_and_each_as_often_as_the_others():
    n = 4
    rec = hk.simulate(
        bindsnet.DiehlAndCookNodes(theta_plus=0, refrac=0, key=7), hk.stimuli.Constant(20.0), neurons=n, duration=2000, dt=1, record=["v"]
    )
    assert rec.spike_steps.tolist() == list(range(2000))
    assert (rec["v"] == -65).all()  # all are reset
    wins = np.bincount(rec.spike_neurons, minlength=n)
    assert abs(wins - 2000 / n).max() < 5 * np.sqrt(2000 / n * (1 - 1 / n))  # five sigmas of a binomial count


def test_another_key_lets_others_through_and_the_same_key_the_same():
    def winners(key: int) -> list[int]:
        layer = bindsnet.DiehlAndCookNodes(refrac=0, key=key)
        return hk.simulate(layer, hk.stimuli.Constant(20.0), neurons=5, duration=40, dt=1).spike_neurons.tolist()

    assert winners(1) == winners(1)
    assert winners(1) != winners(2)


def test_a_spike_reaches_the_layer_one_step_later_along_the_column_of_its_neuron():
    weights = np.array([[0.0, 0.0, 0.0], [3.0, 0.0, 0.0], [-5.0, 0.0, 0.0]])
    x = np.array([[500.0, 0.0, 0.0], [0.0, 0.0, 0.0]])  # the first neuron fires at once
    options: dict[str, Any] = {"a": 0.0, "b": 0.2}
    linked, alone = (run(bindsnet.IzhikevichNodes(S=S, **options), x, 0.5, neurons=3) for S in (weights, np.zeros((3, 3))))
    assert linked.spike_neurons.tolist() == [0]
    moved = linked["v"] - alone["v"]
    np.testing.assert_array_equal(moved[0], 0.0)
    # two half steps of dt/2 each; the quadratic part changes 3 · 0.5 by a tenth at most
    np.testing.assert_allclose(moved[1], [0.0, 3 * 0.5, -5 * 0.5], rtol=0.1)


def test_parameters_may_differ_between_neurons():
    taus = np.array([50.0, 100.0])
    together = hk.simulate(bindsnet.LIFNodes(tc_decay=taus), hk.stimuli.Constant(0.8), duration=50, dt=1, record=["v"])
    for k, tau in enumerate(taus):
        np.testing.assert_array_equal(together["v"][:, k], run(bindsnet.LIFNodes(tc_decay=tau), np.full(50, 0.8))["v"][:, 0])


ERRORS = [
    (
        bindsnet.DiehlAndCookNodes,
        "DiehlAndCookNodes.one_spike draws random numbers. Pass key=1, or any other whole number, or one_spike=False.",
    ),
    (lambda: bindsnet.DiehlAndCookNodes(key=-1), "DiehlAndCookNodes.key must be a whole number from 0 to 2**64 - 1, got -1."),
    (
        lambda: bindsnet.IzhikevichNodes(S=np.zeros((2, 3))),
        "IzhikevichNodes.S must have one row and one column per neuron, got an array of shape (2, 3).",
    ),
    (lambda: bindsnet.LIFNodes(tc_decay=0), "LIFNodes.tc_decay must be > 0 ms, got 0 ms."),
]


@pytest.mark.parametrize(("make", "text"), ERRORS)
def test_what_bindsnet_would_not_take_is_refused(make, text):
    with pytest.raises(ParameterError, match=f"^{re.escape(text)}$"):
        make()
