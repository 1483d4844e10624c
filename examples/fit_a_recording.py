"""Fit an AdEx cell to a recording in a CSV file and predict the part of it that was held out.

The file, recorded_neuron.csv, holds 2 s of current (nA) and potential (mV) every 0.2 ms. ``record`` made it: an AdEx cell under a fluctuating
current, part of which the file does not know, as that of synapses; spikes drawn as an amplifier would show them; noise of the electrode.
"""

from pathlib import Path

import numpy as np

import hillock as hk

FILE = Path(__file__).parent / "recorded_neuron.csv"
DT = 0.2  # ms
TRUE = {"c_m": 0.2, "g_l": 0.012, "v_rest": -68, "v_t": -51, "delta_t": 1.6, "tau_w": 120, "a": 0.002, "b": 0.05, "v_reset": -60}


def record(path: Path) -> None:
    """Write the recording."""
    cell, options = hk.cells.AdEx(**TRUE), {"duration": 2000, "dt": DT}
    known = hk.stimuli.OrnsteinUhlenbeck(mean=0.45, std=0.35, tau=5)
    current = np.round(hk.simulate(cell, known, record=["i"], key=3, **options)["i"][:, 0].astype(float), 3)
    unknown = hk.stimuli.OrnsteinUhlenbeck(mean=0.0, std=0.03, tau=5)
    rec = hk.simulate(cell, hk.stimuli.Samples(current, dt=DT) + unknown, record=["v"], key=13, **options)
    v = np.append(TRUE["v_rest"], rec["v"][:-1, 0])  # sampled together with the current: at the start of each step
    for step in rec.spike_steps + 1:
        peak = v[step : step + 4]
        peak[:] = [20, 0, -25, -45][: len(peak)]
    v += np.random.default_rng(3).normal(0.0, 0.3, len(v))
    rows = "".join(f"{i:.3f},{potential:.1f}\n" for i, potential in zip(current, v, strict=True))
    path.write_text(f"i,v\n{rows}", encoding="ascii")


if __name__ == "__main__":
    if not FILE.exists():
        record(FILE)
    target = hk.Target.read(FILE, dt=DT)
    fit = hk.fit(hk.cells.AdEx(), target)
    print(fit.table())
    print("\nthe cell that was recorded:", ", ".join(f"{name} = {value:g}" for name, value in TRUE.items()))
    ax = hk.plot.trace(fit.recording)
    ax.plot(np.arange(len(target.current)) * DT, target.v, lw=0.5, color="gray", zorder=0)
    ax.set_xlim(fit.held_out_from, fit.held_out_from + 250)
    ax.set_title("recorded (gray) and predicted")
    ax.figure.savefig("fit_a_recording.png")
    print("picture: fit_a_recording.png")
