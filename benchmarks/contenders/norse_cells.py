"""Norse: a LIFBoxCell with one input per neuron, stepped from Python as its documentation does.

Model: leaky integrate-and-fire; **no refractory time, no adapting threshold**: less work than the others do. Step: forward Euler.
Precision: single. Recorded: the number of spikes. As many threads as PyTorch takes, or as many as asked for; no gradients.
"""

import torch
from norse.torch import LIFBoxCell, LIFBoxParameters
from protocol import Contender, serve, timed

import models


def build(*, neurons: int, threads: int | None = None) -> Contender:
    """Return a cell, ready to run."""
    if threads:
        torch.set_num_threads(threads)
    lif = models.LIF
    parameters = LIFBoxParameters(
        tau_mem_inv=torch.tensor(1 / lif["tau_m"]),
        v_leak=torch.tensor(lif["v_rest"]),
        v_th=torch.tensor(lif["v_th"]),
        v_reset=torch.tensor(lif["v_reset"]),
    )
    cell = LIFBoxCell(parameters, dt=models.DT)
    drive = torch.tensor(models.spread(models.LIF_CURRENT, neurons)) * lif["r_m"]

    def work(steps: int) -> None:
        with torch.no_grad():
            state, spikes = None, torch.zeros(neurons)
            for _ in range(steps):
                fired, state = cell(drive, state)
                spikes += fired
        work.spikes = float(spikes.sum())

    work(1000)
    return Contender(timed(work), {"spikes": work.spikes / neurons})


serve(build)
