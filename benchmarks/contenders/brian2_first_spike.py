"""Brian2: one LIF at rest, 0.3 nA from the start; prints when it first fires. Steps of 0.1 ms, exact, double precision; no compiler."""

import brian2
from brian2 import ms, mV

brian2.prefs.codegen.target = "numpy"
brian2.defaultclock.dt = 0.1 * ms
neuron = brian2.NeuronGroup(
    1,
    "dv/dt = (-65*mV - v + 30*mV)/(20*ms) : volt (unless refractory)",
    threshold="v > -50*mV",
    reset="v = -65*mV",
    refractory=2 * ms,
    method="exact",
)
neuron.v = -65 * mV
spikes = brian2.SpikeMonitor(neuron)
brian2.run(50 * ms)
print(spikes.t[0] / ms, "ms", flush=True)
