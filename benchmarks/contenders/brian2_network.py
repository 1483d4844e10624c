"""Brian2: the network of its example CUBA.py, compiled into a C++ program of its own (standalone).

Model: Brette et al. (2007), benchmark 2, as in Brian2's examples/CUBA.py; larger ones keep 80 connections per neuron. Precision: double. Recorded: every
spike. One thread. The time of a run is what Brian2 reports for the loop over steps; compilation is told separately.
"""

import tempfile
import time

import brian2
from brian2 import ms, mV
from protocol import Contender, serve


def build(*, scale: int, steps: int) -> Contender:
    """Return the compiled program."""
    folder = tempfile.TemporaryDirectory(prefix="brian2-")
    brian2.set_device("cpp_standalone", directory=folder.name, build_on_run=False)
    brian2.seed(1)
    brian2.defaultclock.dt = 0.1 * ms
    neurons, excitatory = 4000 * scale, 3200 * scale
    equations = "dv/dt = (ge+gi-(v-El))/taum : volt (unless refractory)\ndge/dt = -ge/taue : volt\ndgi/dt = -gi/taui : volt"
    names = {"taum": 20 * ms, "taue": 5 * ms, "taui": 10 * ms, "Vt": -50 * mV, "Vr": -60 * mV, "El": -49 * mV}
    group = brian2.NeuronGroup(neurons, equations, threshold="v>Vt", reset="v = Vr", refractory=5 * ms, method="exact", namespace=names)
    group.v = "Vr + rand() * (Vt - Vr)"
    synapses = []
    for source, effect in ((group[:excitatory], "ge += 1.62*mV"), (group[excitatory:], "gi -= 9*mV")):
        synapses.append(brian2.Synapses(source, group, on_pre=effect))
        synapses[-1].connect(p=80 / neurons)
    spikes = brian2.SpikeMonitor(group)
    start = time.perf_counter()
    brian2.Network(group, *synapses, spikes).run(steps * 0.1 * ms)
    brian2.device.build(directory=folder.name, run=False)
    compiled = time.perf_counter() - start

    def run(_: int) -> float:
        brian2.device.run(folder.name, with_output=False)
        return brian2.device._last_run_time

    run(steps)
    return Contender(run, {"compiled": compiled, "rate": spikes.num_spikes / neurons / (steps * 1e-4)}, steps)


serve(build)
