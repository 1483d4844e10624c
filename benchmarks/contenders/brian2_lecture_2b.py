"""Brian2: the neuron of ngc-learn's Lecture 2B as differential equations, NumPy as the target (no compiler), then a picture.

Model: LIF with adapting threshold, held while refractory. Step: exact, 0.1 ms. Precision: double. Recorded: v, the threshold and the spikes.
"""

import sys

import brian2
import matplotlib as mpl
from brian2 import ms, mV

mpl.use("agg")
import matplotlib.pyplot as plt

brian2.prefs.codegen.target = "numpy"
brian2.defaultclock.dt = 0.1 * ms
current = brian2.TimedArray([0.0] + [0.3] * 19, dt=1 * ms)
neuron = brian2.NeuronGroup(
    1,
    """
    dv/dt = (-65*mV - v + 1000*mV*current(t))/(100*ms) : volt (unless refractory)
    dtheta/dt = -theta/(300*ms) : volt
    """,
    threshold="v > -52*mV + theta",
    reset="v = -60*mV; theta += 0.05*mV",
    refractory=2 * ms,
    method="exact",
)
neuron.v = -65 * mV
spikes, trace = brian2.SpikeMonitor(neuron), brian2.StateMonitor(neuron, ["v", "theta"], record=True)
brian2.run(20 * ms)
print(list(spikes.t / ms))

figure, axes = plt.subplots(2, sharex=True)
axes[0].plot(trace.t / ms, trace.v[0] / mV)
axes[0].plot(trace.t / ms, trace.theta[0] / mV - 52, "--")
axes[1].plot(trace.t / ms, [float(current(t)) for t in trace.t])
figure.savefig(sys.argv[1])
