"""Networks of a few neurons that are told when spikes arrive."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

import hillock as hk
from hillock.cells import AbstractCell
from hillock.connections import OneToOne
from hillock.synapses import AbstractSynapse

CAPACITOR = hk.cells.IntegrateAndFire(v_th=1e9)  # never fires, and forgets nothing


def after(
    synapse: AbstractSynapse,
    weight: Any,
    arrivals: Sequence[Sequence[float]],
    *,
    record: Sequence[str],
    cell: AbstractCell = CAPACITOR,
    duration: float = 20.0,
    dt: float = 0.1,
    **settings: Any,
) -> hk.Recording:
    """Return the recording of one neuron for each list of times (ms) at which spikes arrive; its port is called S.

    Row j is time (j + 1) dt, so the row at an arrival shows what is right after it. A spike takes one step.
    """
    trains = hk.SpikeTrains([[at - dt for at in times] for times in arrivals])
    net = hk.Network(
        {"S": trains, "N": hk.Population(cell, len(arrivals))},
        [hk.Projection("S", "N", synapse, OneToOne(), weight, delay=dt)],
    )
    return hk.simulate(net, duration=duration, dt=dt, record={"N": list(record)}, dtype="float64", **settings)["N"]


def since(at: float, duration: float = 20.0, dt: float = 0.1) -> Float[np.ndarray, " rows"]:
    """Return the time of every row since an arrival (ms), rows before it left out."""
    return np.arange(1, round(duration / dt) + 1)[round(at / dt) - 1 :] * dt - at


def peak(tau_rise: float, tau_decay: float) -> float:
    """Return when exp(-t/tau_decay) - exp(-t/tau_rise) is largest (ms)."""
    return tau_rise * tau_decay / (tau_rise - tau_decay) * math.log(tau_rise / tau_decay)


def two_exponentials(t: Any, tau_rise: float, tau_decay: float) -> Any:
    """Return exp(-t/tau_decay) - exp(-t/tau_rise) over its largest value."""
    largest = math.exp(-peak(tau_rise, tau_decay) / tau_decay) - math.exp(-peak(tau_rise, tau_decay) / tau_rise)
    return (np.exp(-t / tau_decay) - np.exp(-t / tau_rise)) / largest


def alpha_function(t: Any, tau: float) -> Any:
    """Return t/tau exp(1 - t/tau), whose largest value is 1."""
    return t / tau * np.exp(1.0 - t / tau)
