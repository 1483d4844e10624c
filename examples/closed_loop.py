"""A voltage clamp: the current follows from what the membrane does, step by step, as in the experiments of Hodgkin and Huxley.

Nine axons are clamped at once, each to a potential of its own. An amplifier injects what holds the membrane there, so that its current is
the membrane's own, reversed. The early inward current is sodium's and turns around at 50 mV, its reversal potential; the late outward one
is potassium's.
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import hillock as hk

commands = np.array([-55.0, -35.0, -15.0, 5.0, 25.0, 45.0, 50.0, 55.0, 65.0])  # mV
dt, gain, memory = 0.01, 50.0, 0.05  # ms, µS, ms; the loop is stable while gain·dt < c_m = 1 nF

step = hk.make_step(hk.cells.HodgkinHuxley(), dt=dt, neurons=len(commands))
state = step.init()
v, currents, integral = [], [], np.zeros(len(commands))
for k in range(1000):
    error = np.where(k * dt >= 1.0, commands, -65.0) - np.asarray(state.v)
    integral += error * dt / memory  # what a steady current needs once the error is gone
    state, _ = step(state, gain * (error + integral))
    v.append(np.asarray(state.v))
    currents.append(gain * (error + integral))

t = dt * np.arange(1, 1001)
after = t > 1.5  # before that, the current charges the membrane
v, currents = np.array(v), np.array(currents)
assert np.abs(v[after] - commands).max() < 2.0  # mV: the clamp holds
print("command (mV)   lowest (nA)   last (nA)   off by (mV)")
for n, command in enumerate(commands):
    lowest, last = currents[after, n].min(), currents[-1, n]
    print(f"{command:12.0f}   {lowest:11.1f}   {last:9.1f}   {np.abs(v[after, n] - command).max():11.3f}")

figure = Figure(figsize=(8, 4), layout="constrained")
ax = figure.subplots()
for n, command in enumerate(commands):
    ax.plot(t[after], currents[after, n], label=f"{command:g} mV")
ax.set(xlabel="time (ms)", ylabel="clamp current (nA)", title="Currents of a clamped Hodgkin-Huxley axon")
figure.legend(loc="outside right upper")
picture = Path("closed_loop.png")
figure.savefig(picture)
print(f"picture: {picture.resolve()}")
