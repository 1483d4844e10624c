"""ngc-learn: Lecture 2B as the lecture runs it. One LIFCell, 200 steps of 0.1 ms called one by one from Python, then a picture.

Precision: single. Recorded: v, the threshold and the spikes of every step.
"""

import sys

import jax
import jax.numpy as jnp
import matplotlib as mpl
import numpy as np
from ngclearn import Context, MethodProcess
from ngclearn.components import LIFCell

mpl.use("agg")
import matplotlib.pyplot as plt

DT, TAU_M = 0.1, 100.0

with Context("lecture_2b"):
    cell = LIFCell(
        "z0",
        n_units=1,
        tau_m=TAU_M,
        resist_m=TAU_M / DT,
        thr=-52.0,
        v_rest=-65.0,
        v_reset=-60.0,
        tau_theta=300.0,
        theta_plus=0.05,
        refract_time=2.0,
        key=jax.random.PRNGKey(1234),
    )
    advance = MethodProcess("advance") >> cell.advance_state
    reset = MethodProcess("reset") >> cell.reset

current = jnp.concatenate((jnp.zeros((1, 10)), jnp.ones((1, 190)) * 0.3), axis=1)
potential, threshold, spikes = [], [], []
reset.run()
for step in range(current.shape[1]):
    cell.j.set(current[:, step][None])
    advance.run(t=step, dt=DT)
    potential.append(float(cell.v.get()[0, 0]))
    threshold.append(float(cell.v_thr.get()[0, 0]))
    spikes.append(float(cell.s.get()[0, 0]))
print(np.flatnonzero(spikes).tolist())

figure, axes = plt.subplots(2, sharex=True)
axes[0].plot(potential)
axes[0].plot(threshold, "--")
axes[1].plot(current[0])
figure.savefig(sys.argv[1])
