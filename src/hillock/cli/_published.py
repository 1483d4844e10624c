"""The two published experiments of ``hillock demo``.

The demo is the first thing that a new user waits for, so it compiles two programs, not more: the notebook's two inputs are the two
neurons of one population.
"""

import numpy as np

from hillock import dialects, simulate, stimuli
from hillock.recording import Recording

_SEED = 2018  # of the notebook's random current, which it leaves unnamed


def ngclearn_lecture() -> Recording:
    """Return ngc-learn's lecture 2B: a current of 0.3 from 1 ms on, into its LIFCell."""
    cell = dialects.ngclearn.LIF(
        tau_m=100.0, resist_m=1000.0, thr=-52.0, v_rest=-65.0, v_reset=-60.0, tau_theta=300.0, theta_plus=0.05, refract_time=2.0
    )
    return simulate(cell, stimuli.Step(0.3, start=1.0), duration=20.0, dt=0.1, record=["v", "threshold", "i"])


def tensorflow_notebook() -> Recording:
    """Return the notebook's two runs as two neurons: square pulses, and N(1.5, 1) drawn anew in each step for 10 < t < 180."""
    t = np.arange(200)
    square = 0.5 * ((t > 10) & (t < 30)) + 1.2 * ((t > 50) & (t < 100)) + 1.5 * ((t > 120) & (t < 180))
    noise = np.where((t > 10) & (t < 180), np.random.default_rng(_SEED).normal(1.5, 1.0, len(t)), 0.0)
    current = stimuli.Samples(np.stack([square, noise], axis=1), dt=1.0)
    return simulate(dialects.tensorflow_notebook.LIF(), current, duration=200.0, dt=1.0, record=["v", "threshold", "i"])
