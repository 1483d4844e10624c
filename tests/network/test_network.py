"""Networks as data: what fits together is accepted, what contradicts itself is refused in a sentence, before any work."""

import numpy as np
import pytest

import hillock as hk
from hillock.connections import AllToAll, Explicit, FixedProbability, Matrix, Normal, OneToOne, Uniform

LIF = hk.cells.LIF
CURRENT, DELTA = hk.synapses.Exponential(5.0), hk.synapses.Delta()
PAIR = {"E": hk.Population(LIF(), 8), "I": hk.Population(LIF(), 2)}


def one(**options):
    """Return a network of one projection."""
    settings = {"source": "E", "target": "I", "synapse": CURRENT, "connect": FixedProbability(0.5), "weight": 0.1} | options
    return hk.Network(PAIR, [hk.Projection(**settings)])


def run(network, **options):
    return hk.simulate(network, **{"duration": 1.0, "dt": 0.1, "key": 1} | options)


def test_a_network_counts_its_neurons():
    assert hk.Network(PAIR).n == 10


def test_projections_with_the_same_synapse_share_its_variables():
    network = hk.Network(PAIR, [hk.Projection(s, "E", hk.synapses.Exponential(5.0), OneToOne() if s == "E" else AllToAll(), 0.1) for s in "EI"])
    receiver, ports, _ = network.receiver("E")
    assert receiver.ports == ("E_I",)
    assert ports == {0: 0, 1: 0}


def test_synapses_with_other_time_constants_have_variables_of_their_own():
    network = hk.Network(PAIR, [hk.Projection(s, "I", hk.synapses.Exponential(tau), AllToAll(), 0.1) for s, tau in (("E", 5.0), ("I", 10.0))])
    assert network.receiver("I")[0].init()._fields == ("v", "theta", "i_E", "i_I")


def test_a_linear_cell_with_linear_synapses_is_integrated_exactly():
    step = hk.dialects.hillock.dialect.bind(one().receiver("I")[0])
    assert isinstance(step.integrator, hk.integrators.Exact)


def test_starting_values_are_numbers_arrays_or_drawn():
    slow, given = LIF(tau_m=1e12), np.linspace(-60, -50.5, 8)
    starts = {"E": (8, given), "I": (2, "-55 mV"), "X": (500, Uniform(-60, -51))}
    populations = {name: hk.Population(slow, n, {"v": v}) for name, (n, v) in starts.items()}
    rec = run(hk.Network(populations), duration=0.1, record={name: ["v"] for name in populations}, dtype="float64")
    np.testing.assert_allclose(rec["E"]["v"][0], given, rtol=1e-12)
    np.testing.assert_allclose(rec["I"]["v"][0], [-55.0, -55.0], rtol=1e-12)
    assert abs(rec["X"]["v"].mean() + 55.5) < 4 * 9 / np.sqrt(12 * 500)


def test_another_key_draws_another_network():
    network = hk.Network(
        {"E": hk.Population(LIF(i_e=0.3), 100, {"v": Uniform(-60, -50)})}, [hk.Projection("E", "E", CURRENT, FixedProbability(0.2), 0.02)]
    )
    spikes = [run(network, duration=50.0, key=key)["E"].spike_steps for key in (1, 1, 2)]
    np.testing.assert_array_equal(spikes[0], spikes[1])
    assert len(spikes[0]) != len(spikes[2]) or (spikes[0] != spikes[2]).any()


def test_given_spikes_come_back_as_they_were_given():
    trains = hk.SpikeTrains([[3.0, 0.5], [], [0.5]])
    rec = run(hk.Network({"in": trains}), duration=5.0)["in"]
    np.testing.assert_array_equal(rec.spike_times, [0.5, 0.5, 3.0])
    np.testing.assert_array_equal(rec.spike_steps, [4, 4, 29])  # a step is stamped at its end
    np.testing.assert_array_equal(rec.spike_neurons, [0, 2, 0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: hk.Network({}), "Network.populations must hold at least one population, got none."),
        (lambda: hk.Population(LIF(), 0), "Population.n must be a whole number ≥ 1, got 0."),
        (lambda: hk.Population(LIF(), -3), "Population.n must be a whole number ≥ 1, got -3."),
        (
            lambda: hk.Population(hk.cells.SLIF(), 5),
            "SLIF joins its neurons within a step and has no place in a network. Use LIF and projections.",
        ),
        (lambda: hk.Population(LIF(), 5, {"u": 0}), "LIF has no variable 'u' to start with. It has v, theta."),
        (
            lambda: hk.Population(LIF(), 5, {"v": [1.0, 2.0]}),
            "start.v must be one value or one for each of 5 neurons, got an array of shape (2,).",
        ),
        (
            lambda: one(source="e"),
            "Projection e → I: there is no population 'e'. There are E, I.",
        ),
        (lambda: one(weight=None), "Projection E → I: weight is missing. Only the rule Matrix brings its own."),
        (lambda: one(weight=np.nan), "Projection E → I: weight must be finite, got nan nA."),
        (
            lambda: one(synapse="exc"),
            "Projection E → I: synapse must be a synapse, such as hk.synapses.Exponential('5 ms'), got 'exc'.",
        ),
        (lambda: hk.Network(PAIR, (), {"X": hk.stimuli.Constant(0.3)}), "Network.inputs['X']: there is no population 'X'. There are E, I."),
        (
            lambda: hk.SpikeTrains([[np.nan]]),
            "SpikeTrains.times must be lists of finite times ≥ 0 ms, got [nan] for neuron 0.",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(make, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        make()
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"delay": 0.0}, "Projection E → I: delay must be ≥ 0.1 ms, one step, in the dialect hillock, got 0 ms."),
        (
            {"delay": 0.25},
            "Projection E → I: delay = 0.25 ms is not a whole number of steps of dt = 0.1 ms. Use 0.2 or 0.3 ms, or change dt.",
        ),
        (
            {"weight": np.zeros((3, 3))},
            "Projection E → I: weight must be one value, a distribution, or a matrix of shape (8, 2), sources and targets, got an array of shape (3, 3).",
        ),
        (
            {"connect": Explicit([0, 1], [0, 1]), "weight": [1.0, 2.0, 3.0]},
            "Projection E → I: weight must be one value, a distribution, or one for each of 2 connections, or a matrix of shape (8, 2), "
            "got an array of shape (3,).",
        ),
        (
            {"delay": Normal("0.2 ms", "0.1 ms")},
            "Projection E → I: delay must be ≥ 0.1 ms, one step, and one of {drawn} ms was drawn. Give the distribution low=0.1.",
        ),
    ],
)
def test_what_cannot_be_run_is_refused_before_it_is(options, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        run(one(**options), key=5)
    drawn = str(error.value).split("one of ")[-1].split(" ms was")[0]
    assert str(error.value) == message.format(drawn=drawn)


def test_a_network_that_is_drawn_wants_a_key():
    with pytest.raises(ValueError, match=r"^This network is drawn at random. Pass key=1, or any other whole number, to name its random numbers.$"):
        run(one(), key=None)


def test_a_matrix_brings_its_weights():
    weights = np.array([[0.0, 0.5], [1.5, 0.0]])
    trains = hk.SpikeTrains([[0.0], [0.0]])
    network = hk.Network({"in": trains, "out": hk.Population(LIF(), 2)}, [hk.Projection("in", "out", DELTA, Matrix(weights))])
    v = run(network, record={"out": ["v"]}, dtype="float64")["out"]["v"]
    np.testing.assert_array_equal(v[0] + 65.0, [1.5, 0.5])
