"""The f-I curve of a leaky cell, with and without refractoriness: thousands of currents, each a neuron of one population, one call.

The points lie on the closed form: the exact rate of the cell without a grid.
"""

from pathlib import Path

import numpy as np

import hillock as hk

currents = np.linspace(0.1, 1.0, 2000)  # nA
dt = 0.05  # ms; a spike is up to one step late, so a rate f comes out low by up to f dt
ax = None
for t_ref in (0.0, 2.0):
    cell = hk.cells.LIF(t_ref=t_ref)
    rates = hk.analysis.fi_curve(cell, currents, duration=1000, dt=dt)
    exact = hk.analysis.lif_rate(cell, currents)
    ax = hk.plot.fi(currents, rates, ax, label=f"simulated, t_ref = {t_ref:g} ms")
    ax.plot(currents, exact, ":", color="black", zorder=3)
    # counting in 1 s resolves 1 Hz; the grid takes up to one dt of each interval
    allowed = 1.0 + 1e-3 * exact**2 * dt
    assert (np.abs(rates - exact) <= allowed).all()
    print(f"t_ref = {t_ref:g} ms: up to {rates.max():.1f} Hz, from the closed form by at most {np.abs(rates - exact).max():.2f} Hz")

cell = hk.cells.LIF()
print(f"rheobase: {hk.analysis.rheobase(cell, tolerance=1e-5):.4f} nA; closed form: {hk.analysis.lif_rheobase(cell):.4f} nA")

assert ax is not None
ax.set_title("Dotted: closed form")
picture = Path("fi_curve.png")
ax.figure.savefig(picture)
print(f"picture: {picture.resolve()}")
