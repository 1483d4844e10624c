"""One cell, one current, several simulators: when each fires, where they part, and by which choice."""

from pathlib import Path

import hillock as hk

cell = hk.cells.LIF(tau_m=20, t_ref=2, theta_plus=1.0, tau_theta=80)
current = hk.stimuli.Step(0.3, start=5)

comparison = hk.compare(cell, current, duration=100, dt=0.5, dialects=["hillock", "ngclearn", "nest", "brian2", "norse"])
print(comparison.table())

# A finer step brings them together: they solve the same equations.
for dt in (0.5, 0.05):
    outcomes = hk.compare(cell, current, duration=100, dt=dt, dialects=["hillock", "ngclearn", "nest", "brian2", "norse"]).outcomes
    last = [outcome.recording.spike_times[-1] for outcome in outcomes if outcome.recording is not None]
    print(f"dt = {dt:g} ms: the last spikes lie within {max(last) - min(last):.2f} ms")

picture = Path("compare_simulators.png")
recordings = {outcome.dialect: outcome.recording for outcome in comparison.outcomes if outcome.recording is not None}
hk.plot.comparison(recordings).figure.savefig(picture)
print(f"picture: {picture.resolve()}")
