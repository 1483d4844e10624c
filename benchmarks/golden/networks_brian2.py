"""Records networks of Brian2: ``python networks_brian2.py FOLDER``, where brian2 is installed, writes FOLDER/networks_brian2.npz.

Brian2 draws who is connected to whom, weights, delays, and where neurons start; all of it is stored, with the spikes that follow. Weights are
rounded to multiples of 2⁻⁶ mV.
"""

import sys
from pathlib import Path
from typing import Any

import brian2 as b
import numpy as np
from brian2 import ms, mV

DT, DURATION = 0.1, 500.0  # ms
SIZES = {"E": 160, "I": 40}
LEAK = "dv/dt = (v_rest - v + drive + {}) / tau : volt (unless refractory)\ndrive : volt (constant)\n"
# Each network: equations, what a weight from E and from I is added to, mean weights (mV), and the refractory time (ms).
NETWORKS: dict[str, dict[str, Any]] = {
    "currents": {
        "equations": LEAK.format("g_e + g_i") + "dg_e/dt = -g_e/tau_e : volt\ndg_i/dt = -g_i/tau_i : volt",
        "into": {"E": "g_e", "I": "g_i"},
        "weights": {"E": 8.0, "I": -18.0},
        "refractory": 2.0,
    },
    "jumps": {"equations": LEAK.format("0*mV"), "into": {"E": "v", "I": "v"}, "weights": {"E": 1.5, "I": -6.0}, "refractory": 1.0},
    "jumps_without_rest": {"equations": LEAK.format("0*mV"), "into": {"E": "v", "I": "v"}, "weights": {"E": 1.5, "I": -6.0}, "refractory": None},
}
CONSTANTS = {"tau": 10 * ms, "tau_e": 2 * ms, "tau_i": 6 * ms, "v_rest": -70 * mV, "v_th": -50 * mV, "v_reset": -65 * mV}


def record(network: dict[str, Any], seed: int) -> dict[str, np.ndarray]:
    """Return a network and its spikes; steps count from 0, as stamps do."""
    b.start_scope()
    b.seed(seed)
    b.defaultclock.dt = DT * ms
    rest = network["refractory"]
    equations = network["equations"] if rest else network["equations"].replace(" (unless refractory)", "")
    refractory = rest * ms if rest else False
    group = b.NeuronGroup(200, equations, threshold="v > v_th", reset="v = v_reset", refractory=refractory, method="exact", namespace=CONSTANTS)
    group.v = "v_rest + 15*mV*rand()"
    group.drive = "14*mV + 9*mV*rand()"
    start = {name: np.array(getattr(group, name) / mV) for name in ("v", "drive")}
    parts, edges, first = [], [], 0
    for name, n in SIZES.items():
        synapses = b.Synapses(group[first : first + n], group, "w : volt (constant)", on_pre=f"{network['into'][name]}_post += w")
        synapses.connect(condition=f"i + {first} != j", p=0.15)
        mean = network["weights"][name]
        synapses.w = [round(64 * mean * (1 + np.random.standard_normal() / 5)) / 64 for _ in range(len(synapses))] * mV  # noqa: NPY002
        synapses.delay = "3*ms*rand()"
        edges.append((synapses.i[:] + first, synapses.j[:], synapses.w[:] / mV, np.floor(synapses.delay[:] / (DT * ms) + 0.5)))
        parts.append(synapses)
        first += n
    monitor = b.SpikeMonitor(group)
    b.Network(group, *parts, monitor).run(DURATION * ms)
    steps, neurons = np.rint(np.array(monitor.t / (DT * ms))).astype(np.int16), np.array(monitor.i)
    order = np.lexsort((neurons, steps))
    sources, targets, weights, delays = (np.concatenate(column) for column in zip(*edges, strict=True))
    return {
        "sources": sources.astype(np.uint8),
        "targets": targets.astype(np.uint8),
        "weights": weights.astype(np.float32),
        "delay_steps": delays.astype(np.uint8),
        **start,
        "spike_steps": steps[order],
        "spike_neurons": neurons[order].astype(np.uint8),
    }


if __name__ == "__main__":
    b.prefs.codegen.target = "numpy"
    recorded = {f"{name}/{key}": value for name, network in NETWORKS.items() for key, value in record(network, seed=7).items()}
    np.savez_compressed(Path(sys.argv[1]) / "networks_brian2.npz", **recorded)  # type: ignore[arg-type]
