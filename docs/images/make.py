"""Draws the pictures of the README and the front page: ``python docs/images/make.py``."""

from pathlib import Path

import hillock as hk

cell = hk.dialects.ngclearn.LIF(
    tau_m=100.0, resist_m=1000.0, thr=-52.0, v_rest=-65.0, v_reset=-60.0, tau_theta=300.0, theta_plus=0.05, refract_time=2.0
)
rec = hk.simulate(cell, hk.stimuli.Step(0.3, start=1.0), duration=20, dt=0.1, record=["v", "threshold", "i"])
hk.plot.trace(rec).figure.savefig(Path(__file__).with_name("lecture_2b.png"), dpi=160)
