"""Recover a membrane's time constant and resistance from one noisy trace, by gradient descent through the simulation.

The current wiggles but never makes the cell fire. The gradient is exact for the simulation as it is, not a difference of two runs.
"""

import warnings

import jax
import jax.numpy as jnp
import numpy as np

import hillock as hk

warnings.simplefilter("ignore", hk.Doubt)  # that the current is below the rheobase is meant

dt, duration = 0.5, 500.0
true = {"tau_m": 17.0, "r_m": 130.0}  # ms, MΩ: what the fit must find
current = hk.stimuli.Sine(0.03, frequency=7) + hk.stimuli.Step(0.04, start=100, stop=300)  # nA

rng = np.random.default_rng(1)
clean = hk.simulate(hk.cells.LIF(**true), current, duration=duration, dt=dt, record=["v"])["v"]
measured = clean + rng.normal(0.0, 0.5, clean.shape).astype(np.float32)  # mV


def loss(logs):
    """Return the mean squared distance (mV²); logarithms keep the parameters positive and their steps alike."""
    tau_m, r_m = jnp.exp(logs)
    rec = hk.simulate(hk.cells.LIF(tau_m=tau_m, r_m=r_m), current, duration=duration, dt=dt, record=["v"])
    return jnp.mean((rec["v"] - measured) ** 2)


value_and_grad = jax.jit(jax.value_and_grad(loss))
logs, velocity = jnp.log(jnp.array([40.0, 50.0])), jnp.zeros(2)
for k in range(120):
    value, slope = value_and_grad(logs)
    velocity = 0.8 * velocity - 0.02 * slope
    logs = logs + velocity
    if k % 20 == 0:
        tau_m, r_m = np.exp(logs)
        print(f"after {k + 1:3d} steps: tau_m = {tau_m:6.2f} ms, r_m = {r_m:7.2f} MΩ, loss {value:8.4f} mV²")

tau_m, r_m = np.exp(logs)
print(f"found  tau_m = {tau_m:.2f} ms, r_m = {r_m:.2f} MΩ; the noise alone makes a loss of {np.mean((clean - measured) ** 2):.4f} mV²")
print(f"true   tau_m = {true['tau_m']:.2f} ms, r_m = {true['r_m']:.2f} MΩ")
assert abs(tau_m / true["tau_m"] - 1) < 0.03
assert abs(r_m / true["r_m"] - 1) < 0.03
