"""Recordings of neurons whose parameters are known."""

import numpy as np

import hillock as hk

LIF = {"tau_m": 13.0, "r_m": 130.0, "v_rest": -70.0, "v_reset": -62.0, "v_th": -52.0, "t_ref": 3.0}


def recorded(cell, mean, std, *, duration=2000.0, dt=0.1, noise=1.0, key=1):
    """Return a simulation under a fluctuating current, and the target that an amplifier with Gaussian noise (mV) would make of it."""
    current = hk.stimuli.OrnsteinUhlenbeck(mean=mean, std=std, tau=5)
    rec = hk.simulate(cell, current, duration=duration, dt=dt, record=["i", "v"], key=key)
    v = rec["v"][:, 0] + np.random.default_rng(key).normal(0.0, noise, rec.steps)
    return rec, hk.Target.from_arrays(rec["i"][:, 0], v, spikes=rec.times(), dt=dt, stamp=1)
