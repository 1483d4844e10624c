"""Records networks of NEST: ``python networks_nest.py FOLDER``, where nest-simulator is installed, writes FOLDER/networks_nest.npz.

NEST draws who is connected to whom, weights, delays, and where neurons start; all of it is stored, with the spikes that follow. Weights are then
rounded to multiples of 2⁻⁶, so that sums of them are exact in whichever order they are added.
"""

import sys
from pathlib import Path
from typing import Any

import nest
import numpy as np

DT, DURATION = 0.1, 500.0  # ms
SIZES = {"E": 160, "I": 40}
# Each network: the model of each population, its parameters, the current (pA) between two bounds, and mean weights from E and from I.
NETWORKS: dict[str, dict[str, Any]] = {
    "currents": {
        "models": {"E": "iaf_psc_exp", "I": "iaf_psc_alpha"},
        "params": {"E": {"tau_syn_ex": 1.5, "tau_syn_in": 4.0}, "I": {"tau_syn_ex": 1.0, "tau_syn_in": 3.0, "t_ref": 1.0}},
        "I_e": (300.0, 500.0),
        "weights": {"E": 250.0, "I": -1000.0},
    },
    "jumps": {
        "models": {"E": "iaf_psc_delta", "I": "iaf_psc_delta"},
        "params": {"E": {"t_ref": 2.0}, "I": {"t_ref": 1.0, "refractory_input": True}},
        "I_e": (250.0, 430.0),
        "weights": {"E": 1.5, "I": -6.0},
    },
}


def record(network: dict[str, Any], seed: int) -> dict[str, np.ndarray]:
    """Return a network and its spikes; steps count from 1, as stamps do."""
    nest.ResetKernel()
    nest.set(resolution=DT, rng_seed=seed)
    low, high = network["I_e"]
    start = {"V_m": nest.random.uniform(-70.0, -55.0), "I_e": nest.random.uniform(low, high)}
    populations = {name: nest.Create(network["models"][name], n, params=network["params"][name] | start) for name, n in SIZES.items()}
    for source, mean in network["weights"].items():
        for target in populations.values():
            synapse = {"weight": nest.random.normal(mean, abs(mean) / 5), "delay": nest.random.uniform(0.5, 3.0)}
            nest.Connect(populations[source], target, {"rule": "pairwise_bernoulli", "p": 0.15, "allow_autapses": False}, synapse)
    neurons = populations["E"] + populations["I"]
    connections = nest.GetConnections(neurons, neurons)
    connections.weight = [round(64 * weight) / 64 for weight in connections.get("weight")]
    out = {name: np.array(connections.get(name)) for name in ("source", "target", "weight", "delay")}
    out |= {name: np.array(neurons.get(name)) for name in ("V_m", "I_e")}
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons, recorder)
    nest.Simulate(DURATION + DT)
    steps, senders = np.rint(recorder.events["times"] / DT).astype(np.int16), recorder.events["senders"]
    order = np.lexsort((senders, steps))
    order = order[steps[order] * DT <= DURATION + DT / 2]
    return {
        "sources": (out["source"] - 1).astype(np.uint8),
        "targets": (out["target"] - 1).astype(np.uint8),
        "weights": out["weight"].astype(np.float32),
        "delay_steps": np.rint(out["delay"] / DT).astype(np.uint8),
        "V_m": out["V_m"],
        "I_e": out["I_e"],
        "spike_steps": steps[order],
        "spike_neurons": (senders[order] - 1).astype(np.uint8),
    }


if __name__ == "__main__":
    recorded = {f"{name}/{key}": value for name, network in NETWORKS.items() for key, value in record(network, seed=7).items()}
    np.savez_compressed(Path(sys.argv[1]) / "networks_nest.npz", **recorded)  # type: ignore[arg-type]
