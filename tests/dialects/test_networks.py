"""Networks of other simulators, spike for spike: the same connections, delays and start give the same spikes for 500 ms.

benchmarks/golden has the scripts that recorded them, where the parameters stand again.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import hillock as hk
from hillock.connections import Explicit
from hillock.dialects import nest
from tests.dialects.golden import FOLDER

pytestmark = pytest.mark.slow

SPANS = {"E": slice(0, 160), "I": slice(160, 200)}
OPTIONS: dict[str, Any] = {"duration": 500, "dt": 0.1}

NEST: dict[str, dict[str, Callable]] = {
    "currents": {
        "E": lambda **start: nest.iaf_psc_exp(tau_syn_ex=1.5, tau_syn_in=4, **start),
        "I": lambda **start: nest.iaf_psc_alpha(tau_syn_ex=1, tau_syn_in=3, t_ref=1, **start),
    },
    "jumps": {
        "E": lambda **start: nest.iaf_psc_delta(t_ref=2, **start),
        "I": lambda **start: nest.iaf_psc_delta(t_ref=1, refractory_input=True, **start),
    },
}
REFRACTORY = {"currents": 2.0, "jumps": 1.0, "jumps_without_rest": 0.0}  # ms, of the networks of Brian2


def recorded(simulator: str, name: str) -> dict[str, np.ndarray]:
    with np.load(FOLDER / f"networks_{simulator}.npz") as data:
        return {key.partition("/")[2]: data[key] for key in data if key.startswith(f"{name}/")}


def projections(data: dict[str, np.ndarray], synapse: Callable[[str], Any]) -> list[hk.Projection]:
    """Return the recorded connections, each source with the synapse or port that is its own."""

    def between(source: str, target: str) -> hk.Projection:
        (a, b), (sources, targets) = (SPANS[source], SPANS[target]), (data["sources"].astype(int), data["targets"].astype(int))
        these = (sources >= a.start) & (sources < a.stop) & (targets >= b.start) & (targets < b.stop)
        pairs = Explicit(sources[these] - a.start, targets[these] - b.start)
        return hk.Projection(source, target, synapse(source), pairs, data["weights"][these].astype(float), 0.1 * data["delay_steps"][these])

    return [between(source, target) for source in SPANS for target in SPANS]


def assert_same_spikes(rec, data: dict[str, np.ndarray], first_step: int) -> None:
    steps = np.concatenate([rec[name].spike_steps + first_step for name in SPANS])
    neurons = np.concatenate([rec[name].spike_neurons + span.start for name, span in SPANS.items()])
    order = np.lexsort((neurons, steps))
    assert len(steps) > 1000
    np.testing.assert_array_equal(steps[order], data["spike_steps"])
    np.testing.assert_array_equal(neurons[order], data["spike_neurons"])


@pytest.mark.parametrize("name", NEST)
def test_a_network_of_nest_fires_spike_for_spike(name):
    data = recorded("nest", name)
    cells = {population: NEST[name][population](V_m=data["V_m"][span], I_e=data["I_e"][span]) for population, span in SPANS.items()}
    populations = {population: hk.Population(cell, len(cell.V_m)) for population, cell in cells.items()}
    ports = {"E": "spikes", "I": "spikes"} if name == "jumps" else {"E": "ex", "I": "in"}
    rec = hk.simulate(hk.Network(populations, projections(data, ports.__getitem__)), **OPTIONS)
    assert_same_spikes(rec, data, first_step=1)


@pytest.mark.parametrize("name", REFRACTORY)
def test_a_network_of_brian2_fires_spike_for_spike(name):
    data = recorded("brian2", name)
    nominal: dict[str, Any] = {"tau_m": 10, "r_m": 1, "v_rest": -70, "v_th": -50, "v_reset": -65, "t_ref": REFRACTORY[name]}
    cells = {population: hk.cells.LIF(**nominal, i_e=data["drive"][span]) for population, span in SPANS.items()}
    populations = {population: hk.Population(cell, len(cell.i_e), {"v": data["v"][SPANS[population]]}) for population, cell in cells.items()}
    currents, jump = {"E": hk.synapses.Exponential(2), "I": hk.synapses.Exponential(6)}, hk.synapses.Delta()
    joined = projections(data, currents.__getitem__ if name == "currents" else lambda _: jump)
    rec = hk.simulate(hk.Network(populations, joined), dialect="brian2", **OPTIONS)
    assert_same_spikes(rec, data, first_step=0)
