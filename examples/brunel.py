"""The four states of Brunel's network, told apart by rate, irregularity and rhythm.

By default 2000 cells with as many synapses each as the 12,500 of the paper, which takes a few seconds; ``python brunel.py full`` runs those.
"""

import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import hillock as hk

DURATION, SETTLED = 400.0, 100.0  # ms
full = "full" in sys.argv
size = {"order": 2500, "epsilon": 0.1} if full else {"order": 400, "epsilon": 0.625}


def rhythm(times):
    """Return the frequency (Hz) at which the population's rate varies most."""
    counts = np.histogram(times, np.arange(SETTLED, DURATION + 0.5))[0]
    power = np.abs(np.fft.rfft(counts - counts.mean())) ** 2
    return np.fft.rfftfreq(len(counts), 1e-3)[np.convolve(power, np.ones(3), "same").argmax()]


figure = Figure(figsize=(10, 7), layout="constrained")
print("state     rate (Hz)    CV   variation of the rate   strongest rhythm (Hz)")
for ax, (name, state) in zip(figure.subplots(4, sharex=True), hk.models.BRUNEL_STATES.items(), strict=True):
    rec = hk.simulate(hk.models.brunel(**size, **state), duration=DURATION, dt=0.1, key=1, dialect="nest", dtype="float32")["E"]
    times, neurons = rec.spike_times, rec.spike_neurons
    settled = times > SETTLED
    rate = settled.sum() / rec.neurons / (DURATION - SETTLED) * 1000
    intervals = np.concatenate([np.diff(times[settled & (neurons == n)]) for n in range(200)])
    counts = np.histogram(times[settled], np.arange(SETTLED, DURATION + 0.5))[0]
    cv, variation = intervals.std() / intervals.mean(), counts.std() / counts.mean()
    print(f"{name:8s} {rate:10.1f} {cv:5.2f} {variation:23.2f} {rhythm(times[settled]):23.0f}")
    shown = settled & (neurons < 50)
    ax.plot(times[shown], neurons[shown], "|", color="black", markersize=3)
    ax.set(ylabel="cell", title=f"{name}: g = {state['g']:g}, input {state['eta']:g} times the threshold")
ax.set_xlabel("time (ms)")
picture = Path("brunel.png")
figure.savefig(picture)
print(f"picture: {picture.resolve()}")
