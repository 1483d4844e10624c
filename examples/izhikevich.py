"""Izhikevich's thousand neurons and their rhythms: the figure of the paper, by its network, with the spectrum of its activity."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import hillock as hk

rec = hk.simulate(hk.models.izhikevich(), duration=2000, dt=1, key=1)
print(rec)

counts = sum(np.bincount(one.spike_steps, minlength=one.steps) for one in rec.values())
power = np.abs(np.fft.rfft(counts - counts.mean())) ** 2 / counts.sum()  # 1 on average for neurons that do not notice each other
hertz = np.fft.rfftfreq(len(counts), 1e-3)
for name, low, high in (("alpha", 8, 14), ("gamma", 30, 50), ("fast", 200, 500)):
    print(f"{name}, {low} to {high} Hz: {power[(hertz >= low) & (hertz <= high)].mean():.1f} times the power of independent neurons")

figure = Figure(figsize=(10, 7), layout="constrained")
raster, spectrum = figure.subplots(2, height_ratios=[3, 1])
first = 0
for one, colour in zip(rec.values(), ("tab:orange", "tab:blue"), strict=True):
    raster.plot(one.spike_times, first + one.spike_neurons, ".", markersize=1, color=colour)
    first += one.neurons
raster.set(xlim=(0, 1000), xlabel="time (ms)", ylabel="neuron, inhibitory on top")
smooth = np.convolve(power, np.ones(5) / 5, "same")
spectrum.plot(hertz[1:], smooth[1:])
spectrum.set(xlim=(0, 100), xlabel="frequency (Hz)", ylabel="power")
picture = Path("izhikevich.png")
figure.savefig(picture)
print(f"picture: {picture.resolve()}")
