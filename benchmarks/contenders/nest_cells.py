"""NEST: iaf_psc_delta with one current per neuron.

Model: LIF with refractory time. **No adapting threshold**, which iaf_psc_delta lacks: less work than the others do. Step: exact. Precision:
double, the only one. Noise, where asked for: one noise_generator, which draws for every neuron in every step. Recorded: every spike, in
a spike_recorder in memory; V_m in a multimeter where asked for. One thread.

The clock runs around ``nest.Run``, after ``nest.Prepare``; each run continues where the last one ended.
"""

import time

import nest
import numpy as np
from protocol import Contender, serve

import models


def build(*, neurons: int, noisy: bool = False, traced: bool = False, curve: bool = False, steps: int | None = None) -> Contender:
    """Return the network, ready to run."""
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.local_num_threads = 1
    nest.resolution = models.DT
    current = models.FI_CURRENT if curve else models.LIF_CURRENT
    lif = models.LIF
    potentials = {"E_L": lif["v_rest"], "V_m": lif["v_rest"], "V_reset": lif["v_reset"], "V_th": lif["v_th"]}
    others = {"tau_m": lif["tau_m"], "C_m": 1000 * lif["tau_m"] / lif["r_m"], "t_ref": lif["t_ref"]}  # pF
    cells = nest.Create("iaf_psc_delta", neurons, potentials | others)
    cells.I_e = [1000 * i for i in models.spread(current, neurons)]  # pA
    spikes = nest.Create("spike_recorder")
    nest.Connect(cells, spikes)
    multimeter = None
    if noisy:
        nest.Connect(nest.Create("noise_generator", {"std": 1000 * models.LIF_NOISE, "dt": models.DT}), cells)
    if traced:
        multimeter = nest.Create("multimeter", {"interval": models.DT, "record_from": ["V_m"]})
        nest.Connect(multimeter, cells)

    def run(steps: int) -> float:
        for recorder in [spikes] + ([multimeter] if multimeter else []):
            recorder.n_events = 0  # what the last run recorded is dropped
        nest.Prepare()
        start = time.perf_counter()
        nest.Run(steps * models.DT)
        if curve:
            np.bincount(spikes.events["senders"], minlength=neurons + 1)[1:] * (1000 / (steps * models.DT))
        seconds = time.perf_counter() - start
        nest.Cleanup()
        return seconds

    run(1000)
    return Contender(run, {"spikes": spikes.n_events / neurons}, steps)


serve(build)
