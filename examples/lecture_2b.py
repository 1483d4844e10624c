"""ngc-learn's lecture 2B, line by line: a step of current into a leaky integrate-and-fire cell with an adaptive threshold.

The comments hold the lines of the lecture (ngc-learn, docs/tutorials/neurocog/lif.md); the spikes are the same, in steps 54, 102 and 151.
"""

from pathlib import Path

import hillock as hk

dt = 0.1  # ms
tau_m = 100.0  # ms

# cell = LIFCell("z0", n_units=1, tau_m=tau_m, resist_m=tau_m/dt, thr=-52., v_rest=-65., v_reset=-60., tau_theta=300., theta_plus=0.05,
#                refract_time=2.)
cell = hk.dialects.ngclearn.LIF(
    tau_m=tau_m, resist_m=tau_m / dt, thr=-52.0, v_rest=-65.0, v_reset=-60.0, tau_theta=300.0, theta_plus=0.05, refract_time=2.0
)

# current = jnp.concatenate((jnp.zeros((1, 10)), jnp.ones((1, 190)) * 0.3), axis=1)
current = hk.stimuli.Step(0.3, start=10 * dt)

# for ts in range(current.shape[1]): clamp(current[:, ts]); advance.run(t=ts, dt=dt); collect v, s, thr_theta
rec = hk.simulate(cell, current, duration=20.0, dt=dt, record=["v", "threshold", "i"])
print(f"spikes in steps {rec.spike_steps.tolist()}, at {rec.spike_times.tolist()} ms, {rec.isi().tolist()} ms apart")

# reset.run(): back to rest; what the threshold has learned stays. The same cell, 20 ms more:
again = hk.simulate(cell, hk.stimuli.Constant(0.3), duration=20.0, dt=dt, start=rec.end.change(cell.reset), record=["threshold"])
print(f"after reset() the threshold is still at {again['threshold'][0, 0]:.4f} mV")

# The loop itself, for an input that depends on what the cell does:
step = hk.make_step(cell, dt=dt)
state = step.init()
for ts in range(200):
    state, spike = step(state, 0.3 if ts >= 10 else 0.0)
    if spike:
        print(f"step {ts:3d}: spike, threshold now {cell.thr + float(state.thr_theta):.4f} mV")

picture = Path("lecture_2b.png")
hk.plot.trace(rec).figure.savefig(picture)
print(f"picture: {picture.resolve()}")
