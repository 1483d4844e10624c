"""Two hundred cells on a common slow rhythm, each with noise of its own: raster, rate over time, and how irregular the firing is."""

from pathlib import Path

from matplotlib.figure import Figure

import hillock as hk

cell = hk.cells.LIF(tau_m=10, t_ref=2)
rhythm = hk.stimuli.Sine(amplitude=0.05, frequency=4, offset=0.12)  # nA, Hz: below the rheobase of 0.15 nA, but for the crests
noise = hk.stimuli.OrnsteinUhlenbeck(mean=0, std=0.06, tau=5)
rec = hk.simulate(cell, rhythm + noise, duration=1000, dt=0.1, neurons=200, key=1)

rates, cv = hk.analysis.rate_statistics(rec), hk.analysis.cv(rec)
print(f"{len(rec.spike_steps)} spikes; {rates.mean:.1f} ± {rates.std:.1f} Hz, from {rates.lowest:.0f} to {rates.highest:.0f} Hz")
print(f"CV of the intervals: {cv.mean():.2f} ± {cv.std():.2f} (0 is regular, 1 is Poisson)")

# The same noise at twice the drive fires more regularly.
strong = hk.simulate(cell, 2 * rhythm + noise, duration=1000, dt=0.1, neurons=200, key=1)
print(f"at twice the drive: {hk.analysis.rates(strong).mean():.1f} Hz, CV {hk.analysis.cv(strong).mean():.2f}")

edges, rate = hk.analysis.psth(rec, width=20)
figure = Figure(figsize=(8, 6), layout="constrained")
above, below = figure.subplots(2, sharex=True, height_ratios=(3, 1))
hk.plot.raster(rec, above).set_xlabel("")
below.stairs(rate, edges)
below.set(xlabel="time (ms)", ylabel="rate (Hz)")
picture = Path("noise_population.png")
figure.savefig(picture)
print(f"picture: {picture.resolve()}")
