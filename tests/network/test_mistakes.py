"""What a user may get wrong in a network is said in one sentence, before any work."""

from typing import Any, cast

import numpy as np
import pytest

import hillock as hk
from hillock.connections import AllToAll, Explicit, LogNormal, Matrix, Normal, Uniform

LIF, S = hk.cells.LIF, hk.synapses
POISSON, CONSTANT = hk.stimuli.PoissonSpikes, hk.stimuli.Constant
THREE = {"a": hk.Population(LIF(), 3), "in": hk.SpikeTrains([[1.0]])}
ONTO = "Projection a → a: weight must be ≥ 0 uS for"


DELTA, ALL = S.Delta(), AllToAll()
LIST, NUMBER, POTENTIAL = cast("Any", [1]), cast("Any", 3), cast("Any", -60.0)


def joined(synapse: hk.synapses.AbstractSynapse = DELTA, weight: Any = 1.0, connect: hk.connections.AbstractRule = ALL, **options):
    return hk.Network(THREE, [hk.Projection("a", "a", synapse, connect, weight, **options)])


def driven(*inputs):
    return hk.Network(THREE, inputs={"a": list(inputs)})


def run(network, **options):
    return hk.simulate(network, duration=1, dt=0.1, key=1, **options)


def sentence(make):
    with pytest.raises((TypeError, ValueError)) as error:
        make()
    return str(error.value)


@pytest.mark.parametrize("synapse", [S.ConductanceExponential(), S.ConductanceAlpha(), S.ConductanceDoubleExponential(), S.NMDA()])
@pytest.mark.parametrize("weight", [-0.1, np.full((3, 3), -0.1)])
def test_a_conductance_below_0_is_refused(synapse, weight):
    rule = f"{ONTO} {type(synapse).__name__}, got -0.1 uS. What inhibits is its reversal potential, e_rev."
    assert sentence(lambda: joined(synapse, weight)) == rule


@pytest.mark.parametrize(("value", "shown"), [(Normal(0.1, 0.02), "Normal(mean=0.1, sd=0.02)"), (Uniform(-1, 1), "Uniform(low=-1, high=1)")])
def test_a_conductance_that_may_be_drawn_below_0_is_refused(value, shown):
    assert sentence(lambda: joined(S.NMDA(), value)) == f"{ONTO} NMDA, got {shown}, which goes below. Give it low=0."


@pytest.mark.parametrize("value", [0.0, 0.1, Normal(0.1, 0.02, low=0), Normal(0.1, 0.0), LogNormal(0.1, 0.2), Uniform(0, 1), np.eye(3)])
def test_conductances_from_0_upwards_are_fine(value):
    assert joined(S.ConductanceExponential(), value).projections[0].weight is not None


def test_entries_of_a_matrix_and_drives_are_conductances_too():
    rule = "must be ≥ 0 uS for NMDA, got -2 uS. What inhibits is its reversal potential, e_rev."
    matrix = Matrix([[1.0, -2.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    assert sentence(lambda: joined(S.NMDA(), None, matrix)) == f"Projection a → a: weight {rule}"
    assert sentence(lambda: hk.Drive(POISSON(10), S.NMDA(), [1.0, -2.0])) == f"Drive.weight {rule}"


def test_currents_may_have_either_sign():
    assert joined(S.Exponential(), Normal(-0.1, 0.2)).projections[0].weight.mean == -0.1


SIZES = "All per-neuron values must have the same length, but neurons = 3, "


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: driven(CONSTANT([1.0, 2.0])), f"Network.inputs['a']: {SIZES}Constant.amplitude has 2."),
        (lambda: driven(hk.Drive(POISSON([1.0, 2.0]), S.Delta(), 1)), f"Network.inputs['a']: {SIZES}PoissonSpikes.rate has 2."),
        (lambda: driven(hk.Drive(POISSON(1), S.Exponential([1.0, 2.0]), 1)), f"Network.inputs['a']: {SIZES}Exponential.tau_syn has 2."),
        (
            lambda: driven(hk.Drive(POISSON(1), S.Delta(), [1.0, 2.0])),
            "Network.inputs['a']: Drive.weight must be one value or one for each of 3 neurons, got 2.",
        ),
        (lambda: joined(S.Exponential([1.0, 2.0])), f"Projection a → a: {SIZES}Exponential.tau_syn has 2."),
        (
            lambda: hk.Drive(POISSON(1), S.Delta(), Normal(1, 0.1)),
            "Drive.weight must be one value, or one for each neuron, got Normal(mean=1, sd=0.1).",
        ),
        (
            lambda: hk.Drive(POISSON(1), S.Delta(), np.ones((3, 3))),
            "Drive.weight must be one value, or one for each neuron, got an array of shape (3, 3).",
        ),
        (lambda: hk.Drive(POISSON(1), "ex", "5 pA"), "Drive.weight must be a plain number in 1, got '5 pA', which is a current."),
        (lambda: hk.Drive(POISSON(1), S.Delta(), None), "Drive.weight is missing. Give it in mV."),
        (lambda: joined(weight=True), "Projection a → a: weight must be a number in mV, values or a distribution, got True."),
        (
            lambda: joined(plasticity=hk.plasticity.TsodyksMarkram([0.1, 0.2])),
            f"Projection a → a: {SIZES}TsodyksMarkram.U has 2.",
        ),
        (
            lambda: hk.Drive(CONSTANT(-1.5), S.Delta(), 1),
            "Drive.spikes must be a stimulus that counts spikes, got Constant(amplitude=-1.5). For example PoissonSpikes('800 Hz').",
        ),
        (
            lambda: driven(CONSTANT(0.1) + 2 * POISSON(800)),
            "Network.inputs['a'] must be a current, got Sum(terms=(Constant(amplitude=0.1), Scaled(stimulus=PoissonSpikes(rate=800), factor=2))), "
            "which counts spikes. Put it into a Drive, or take Poisson.",
        ),
    ],
)
def test_inputs_and_synapses_that_do_not_fit_their_neurons_are_refused(make, message):
    assert sentence(make) == message


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: hk.Network(LIST), "Network.populations must be a dictionary from names of populations, got [1]."),
        (lambda: hk.Network(THREE, inputs=LIST), "Network.inputs must be a dictionary from names of populations, got [1]."),
        (lambda: hk.Network(THREE, NUMBER), "Network.projections must be a list of projections, got 3."),
        (lambda: hk.Population(LIF(), 3, POTENTIAL), "Population.start must be a dictionary such as {'v': ...}, got -60.0."),
        (lambda: hk.SpikeTrains(NUMBER), "SpikeTrains.times must hold one list of times (ms) per neuron, got 3."),
        (lambda: hk.SpikeTrains([1.0]), "SpikeTrains.times must be lists of finite times ≥ 0 ms, got 1.0 for neuron 0."),
        (lambda: hk.SpikeTrains([[1.0], [-1.0]]), "SpikeTrains.times must be lists of finite times ≥ 0 ms, got [-1.0] for neuron 1."),
        (lambda: hk.SpikeTrains([["1 mV"]]), "SpikeTrains.times of neuron 0 must be a time in ms, got '1 mV', which is a voltage."),
    ],
)
def test_things_of_another_kind_are_refused(make, message):
    assert sentence(make) == message


@pytest.mark.parametrize(("call", "name"), [(hk.describe, "describe"), (lambda one: hk.wiring(one, dt=0.1), "wiring"), (hk.plot.circuit, "circuit")])
def test_what_is_said_of_networks_wants_a_network(call, name):
    message = f"{name} takes a network, hk.Network(populations, projections, inputs), got hk.Population(hk.cells.LIF(), 3)."
    assert sentence(lambda: call(THREE["a"])) == message


def test_what_stands_in_the_wrong_place_is_named_in_one_line():
    message = "Network.populations['a'] must be a Population or SpikeTrains, got LIF( tau_m=20.0, r_m=100.0, v_rest=-65.0, v_reset=-65.0, v_t...."
    assert sentence(lambda: hk.Network({"a": cast("Any", LIF())})) == message


def test_times_of_spikes_may_be_text():
    assert hk.SpikeTrains([["1 ms", "0.002 s"]]).times[0].tolist() == [1.0, 2.0]


def test_spikes_later_than_any_run_are_refused():
    message = "SpikeTrains.times must be below 2147483647 steps of dt = 0.1 ms, got 1e+300 ms. Leave out what comes after the run."
    assert sentence(lambda: run(hk.Network({"in": hk.SpikeTrains([[1e300], [1.0]])}))) == message


def test_two_variables_of_one_name_are_refused():
    cells = {name: hk.Population(LIF(), 2) for name in ("a", "rise_a", "b")}
    both = [hk.Projection("a", "b", S.Alpha(), AllToAll(), 0.1), hk.Projection("rise_a", "b", S.Exponential(), AllToAll(), 0.1)]
    message = "Two variables of population b would be called 'i_rise_a'. Rename a population that projects to it."
    assert sentence(lambda: run(hk.Network(cells, both))) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"record": ["v"]}, "record must be a dictionary from population to a list for a network, got ['v']. For example {'a': ['v']}."),
        ({"of": [0]}, "of must be a dictionary from population to a list for a network, got [0]. For example {'a': [0, 1]}."),
        ({"record": {"a": "v"}}, "Population a: record must be a list of names, got 'v'. Write record=['v']."),
        ({"of": {"a": [3]}}, "Population a: of must be a whole number from 0 to 2, got 3."),
        ({"record": {"in": ["v"]}}, "record: in has given spikes, which are recorded anyway, and no variables. Leave it out."),
        ({"of": {"in": [0]}}, "of: in has given spikes, which are recorded anyway, and no variables. Leave it out."),
    ],
)
def test_what_cannot_be_recorded_is_named_with_its_population(options, message):
    assert sentence(lambda: run(hk.Network(THREE), **options)) == message


PLACE = "Projection a → a: delay"


@pytest.mark.parametrize(
    ("delay", "message"),
    [
        ([1.0, 0.25], f"{PLACE} = 0.25 ms is not a whole number of steps of dt = 0.1 ms. Use 0.2 or 0.3 ms, or change dt."),
        ([1.0, 0.0], f"{PLACE} must be ≥ 0.1 ms, one step, in the dialect hillock, got 0 ms."),
    ],
)
def test_given_delays_are_whole_steps(delay, message):
    assert sentence(lambda: run(joined(connect=Explicit([0, 1], [1, 2]), delay=delay))) == message


def test_a_delay_that_cannot_be_counted_is_told_what_would_do():
    message = f"{PLACE} = 1e+12 ms is 1e+13 steps of dt = 0.1 ms, more than the 2147483647 that can be counted. Use a larger dt, or a shorter time."
    assert sentence(lambda: run(joined(delay=1e12))) == message


def test_a_matrix_of_delays_must_not_be_0_where_neurons_are_joined():
    delays = np.array([[0.3, 0.0, 0.3]] * 3)
    assert sentence(lambda: run(joined(delay=delays))) == f"{PLACE} must be ≥ 0.1 ms, one step, got 0 ms where neurons are joined."


def test_a_dialect_without_refractory_time_names_the_cell_and_not_its_synapses():
    network = hk.Network({"a": hk.Population(LIF(t_ref=2.0), 3)}, [hk.Projection("a", "a", DELTA, ALL, 1.0)])
    message = "The dialect snntorch has no refractory time. Set LIF.t_ref = 0 ms, or choose another dialect."
    assert sentence(lambda: run(network, dialect="snntorch")) == message


def test_spikes_of_several_sources_are_spikes():
    assert run(driven(hk.Drive(POISSON(800) + 2 * POISSON(100), DELTA, 1)))["a"].steps == 10


def test_a_matrix_of_delays_may_be_0_where_nobody_is_joined():
    delays = np.zeros((3, 3))
    delays[[0, 1], [1, 2]] = 0.3
    assert run(joined(connect=Explicit([0, 1], [1, 2]), delay=delays))["a"].steps == 10
