"""The notebook "Leaky integrate and fire neuron with TensorFlow" (D. Corvoysier, 2018), line by line: square pulses, then a random current.

The comments hold the lines of the notebook. Its neuron is above threshold for one step before it fires; so is this one.
"""

from pathlib import Path

import numpy as np

import hillock as hk

# T = 200; dt = 1; neuron = LIFNeuron(v_rest=0.0, v_thresh=1.0, tau_rest=4.0, r=1.0, tau=10.0)
steps, dt = 200, 1.0
neuron = hk.dialects.tensorflow_notebook.LIF(v_rest=0.0, v_thresh=1.0, tau_rest=4.0, r=1.0, tau=10.0)

# for step in range(steps): t = step * dt
#     if t > 10 and t < 30: i_app = 0.5
#     elif t > 50 and t < 100: i_app = 1.2
#     elif t > 120 and t < 180: i_app = 1.5
#     else: i_app = 0.0
t = np.arange(steps) * dt
square = 0.5 * ((t > 10) & (t < 30)) + 1.2 * ((t > 50) & (t < 100)) + 1.5 * ((t > 120) & (t < 180))
rec = hk.simulate(neuron, hk.stimuli.Samples(square, dt=dt), duration=steps * dt, dt=dt, record=["v", "threshold", "i"])
above = np.flatnonzero(rec["v"][:, 0] > 1.0)
print(f"square current: above threshold in steps {above.tolist()}, fires in steps {rec.spike_steps.tolist()}")

# if t > 10 and t < 180: i_app = np.random.normal(1.5, 1.0)
noise = hk.stimuli.GaussianNoise(1.5, 1.0, interval=dt, start=11.0, stop=180.0)
random = hk.simulate(neuron, noise, duration=steps * dt, dt=dt, key=1, record=["v", "threshold", "i"])
print(f"random current: {len(random.spike_steps)} spikes, in steps {random.spike_steps.tolist()}")

for name, recording in {"square": rec, "random": random}.items():
    picture = Path(f"tensorflow_notebook_{name}.png")
    hk.plot.trace(recording).figure.savefig(picture)
    print(f"picture: {picture.resolve()}")
