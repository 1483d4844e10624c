"""Networks in words: the text that makes one again, its description, the summary of a run."""

import numpy as np
import pytest

import hillock as hk
from hillock.experiment import network_summary, parse_network
from hillock.network._describe import describe
from hillock.network._repr import written
from tests.network_file import PAIR, changed

MIXED = hk.Network(
    {"E": hk.Population(hk.cells.LIF(tau_m=[10.0, 20.0]), 2, {"v": hk.connections.Uniform(-60, -55)}), "S": hk.SpikeTrains([[1.0, 2.5], []])},
    [
        hk.Projection("S", "E", hk.synapses.Delta(), hk.connections.Explicit([0, 1], [1, 0]), weight=[1.0, 2.0], delay="1 ms"),
        hk.Projection(
            "E", "E", hk.synapses.Exponential(7.0), hk.connections.Matrix([[0.0, 0.5], [0.25, 0.0]]), delay=hk.connections.Normal(2, 1, low=0.5)
        ),
    ],
    {"E": [0.5 * hk.stimuli.Step(0.3, start=1.0), hk.Drive(hk.stimuli.PoissonSpikes(50.0), hk.synapses.Delta(), "0.1 mV")]},
)


def test_the_text_of_a_network_makes_it_again():
    again = eval(written(MIXED), {"hk": hk})
    assert written(again) == written(MIXED)
    assert describe(again) == describe(MIXED)
    ours, theirs = (hk.simulate(network, duration=30, dt=0.1, key=3) for network in (MIXED, again))
    np.testing.assert_array_equal(ours["E"].spike_steps, theirs["E"].spike_steps)


def test_the_text_of_a_network_has_one_line_for_each_part():
    network = hk.Network({"A": hk.Population(hk.cells.LIF(), 3)}, [hk.Projection("A", "A", hk.synapses.Delta(), hk.connections.AllToAll(), 0.5)])
    assert written(network) == (
        "hk.Network(\n"
        "    populations={\n"
        "        'A': hk.Population(hk.cells.LIF(), 3),\n"
        "    },\n"
        "    projections=[\n"
        "        hk.Projection('A', 'A', synapse=hk.synapses.Delta(), connect=hk.connections.AllToAll(), weight=0.5),\n"
        "    ],\n"
        ")"
    )


def test_long_arrays_are_not_written_out():
    network = hk.Network({"A": hk.Population(hk.cells.LIF(tau_m=np.linspace(10, 20, 100)), 100)})
    assert "tau_m=<array of shape (100,)>" in written(network)


def test_a_network_in_words_says_what_there_is_and_how_much():
    assert parse_network(PAIR).describe() == PARTS + ORDER


PARTS = """Network: 5 neurons · 2 populations · 1 projection · 6 synapses

Populations
    name  neurons  cell           start
    A           3  LIF()
    B           2  LIF(tau_m=10)

Projections
    from → to  rule        synapse                 synapses  per neuron  weight  delay
    A → B      AllToAll()  Exponential(tau_syn=5)         6           3  2 nA    1 ms (10 steps)

Inputs
    to  what                        synapse  weight
    A   Step(amplitude=1, start=2)

Memory, in float32
    states       48 B
    connections  12 B

"""

ORDER = """One step in the dialect hillock
    1. cells and synapses flow over dt
    2. spikes arrive that were fired their delay ago (at least one step)
    3. neurons that rest after a spike keep their potential
    4. the threshold is tested: who is above it fires
    5. who fired is reset
    6. spikes and traces are recorded
    In its own words: flow (exact where the cell is linear), test for an upward crossing, reset in the same step, hold v
    for t_ref/dt steps; a spike is stamped at the end of its step."""


def test_in_brian2s_order_spikes_arrive_before_the_flow():
    lines = describe(MIXED, dialect="brian2").partition("One step in the dialect brian2\n")[2].splitlines()
    assert lines[0] == "    1. spikes arrive that were fired their delay and one step ago (a delay may be 0)"
    assert lines[1] == "    2. cells and synapses flow over dt"


@pytest.mark.parametrize("dialect", hk.dialects.names())
def test_the_order_of_a_step_is_told_for_every_dialect(dialect):
    text = describe(MIXED, dialect=dialect)
    assert f"One step in the dialect {dialect}\n    1. " in text
    assert text.count("spikes arrive") == text.count("who is above it fires") == 1


def test_neurons_of_another_simulator_bring_their_ports_units_and_order():
    population = PAIR["population"] | {"B": {"n": 2, "cell": "nest.iaf_psc_exp"}, "A": {"spikes": [[1], [2], []]}}
    raw = changed("projection", synapse="ex", weight=1000) | {"population": population, "input": []}
    text = parse_network(raw).describe()
    assert "A → B      AllToAll()  port ex         6           3  1000 pA  1 ms (10 steps)" in text
    assert "nest.iaf_psc_exp()" in text
    assert "One step in the dialect nest" in text
    assert parse_network(raw).run().provenance["dialect"] == "nest"


def test_the_summary_has_a_row_for_each_population():
    rec = parse_network(PAIR).run()
    head, _, names, *rows = network_summary(rec).splitlines()
    assert head == "Network of 5 neurons in 2 populations, 20 ms at dt = 0.1 ms; dialect hillock, engine simd, float32"
    assert names.split("  ")[0] == "population"
    assert [row.split()[:3] for row in rows[:2]] == [[name, str(one.neurons), str(len(one.spike_steps))] for name, one in rec.items()]
