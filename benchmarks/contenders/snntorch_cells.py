"""snnTorch: a Leaky layer with one input per neuron, stepped from Python as its tutorials do.

Model: leaky integrate-and-fire that subtracts the threshold; **no refractory time, no adapting threshold**: less work than the others do.
Step: exact decay. Precision: single. Recorded: the number of spikes. As many threads as PyTorch takes, or as many as asked for; no gradients.
"""

import math

import snntorch
import torch
from protocol import Contender, serve, timed

import models


def build(*, neurons: int, threads: int | None = None) -> Contender:
    """Return a layer, ready to run."""
    if threads:
        torch.set_num_threads(threads)
    lif, decay = models.LIF, math.exp(-models.DT / models.LIF["tau_m"])
    layer = snntorch.Leaky(beta=decay, threshold=lif["v_th"] - lif["v_rest"])
    drive = torch.tensor(models.spread(models.LIF_CURRENT, neurons)) * (lif["r_m"] * (1 - decay))

    def work(steps: int) -> None:
        with torch.no_grad():
            potential, spikes = layer.init_leaky(), torch.zeros(neurons)
            for _ in range(steps):
                fired, potential = layer(drive, potential)
                spikes += fired
        work.spikes = float(spikes.sum())

    work(1000)
    return Contender(timed(work), {"spikes": work.spikes / neurons})


serve(build)
