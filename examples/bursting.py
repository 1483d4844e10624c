"""Firing patterns side by side: the presets of Izhikevich's cell and of AdEx, each set a neuron of one population."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import hillock as hk

# The currents for which the presets were published (nA); a sentence in `hillock describe AdEx` says so too.
DRIVE = {"tonic": 0.5, "adapting": 0.5, "initial_burst": 0.4, "bursting": 0.21, "delayed_accelerating": 0.3, "delayed_bursting": 0.11}


def population(kind, names):
    """Return one cell whose parameters hold one value for each named preset."""
    sets = [kind.presets[name] for name in names]
    return kind(**{parameter: np.array([values[parameter] for values in sets]) for parameter in sets[0]})


izhikevich, adex = ["RS", "IB", "CH", "FS", "LTS", "RZ"], list(DRIVE)
left = hk.simulate(population(hk.cells.Izhikevich, izhikevich), hk.stimuli.Step(10.0, start=50), duration=500, dt=0.1, record=["v"])
steps = hk.stimuli.Step(np.array(list(DRIVE.values())), start=50)
right = hk.simulate(population(hk.cells.AdEx, adex), steps, duration=500, dt=0.1, record=["v"])

figure = Figure(figsize=(11, 8), layout="constrained")
axes = figure.subplots(6, 2, sharex=True)
for column, (rec, names, kind) in enumerate([(left, izhikevich, "Izhikevich"), (right, adex, "AdEx")]):
    for n, name in enumerate(names):
        intervals = rec.isi(n)
        spread = f"intervals from {intervals.min():.1f} to {intervals.max():.1f} ms" if len(intervals) else "fewer than two spikes"
        print(f"{kind:10s} {name:20s} {rec.counts()[n]:3d} spikes, {spread}")
        v = np.where(rec.spike_train[:, n], 30.0, rec["v"][:, n])  # a row shows the state after the reset: draw the spike
        axes[n, column].plot(rec.t, v, linewidth=0.8)
        axes[n, column].set_title(f"{kind} {name}", fontsize="small", loc="left")
    axes[-1, column].set_xlabel("time (ms)")
figure.supylabel("v (mV)")
picture = Path("bursting.png")
figure.savefig(picture)
print(f"picture: {picture.resolve()}")
