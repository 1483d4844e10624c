"""NEST: the networks of its own examples.

Models: ``cuba`` as in pynest/examples/brette_et_al_2007/cuba.py (its constants; no recorder of its own but the one below), ``brunel`` as in
brunel_delta_nest.py (order 2500). Precision: double, the only one. Recorded: every spike, in memory. Each run goes on from where the last one ended;
the first, which is not measured, fills the delays.
"""

import time

import nest
from protocol import Contender, serve

DT = 0.1


def build(*, network: str, threads: int, steps: int) -> Contender:
    """Build the network, which then runs on and on."""
    nest.set_verbosity("M_ERROR")
    nest.ResetKernel()
    nest.SetKernelStatus({"resolution": DT, "local_num_threads": threads, "rng_seed": 1})
    start = time.perf_counter()
    neurons = {"cuba": _cuba, "brunel": _brunel}[network]()
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons, recorder)
    nest.Simulate(50.0)
    built = time.perf_counter() - start
    facts = {"compiled": built}

    def run(steps: int) -> float:
        before = recorder.n_events
        begin = time.perf_counter()
        nest.Simulate(steps * DT)
        spent = time.perf_counter() - begin
        facts["rate"] = (recorder.n_events - before) / len(neurons) / (steps * DT / 1000)
        return spent

    return Contender(run, facts, steps)


def _cuba():
    """Return the neurons of CUBA, connected and stimulated."""
    cell = {
        "tau_m": 20.0,
        "C_m": 200.0,
        "E_L": -49.0,
        "V_th": -50.0,
        "V_reset": -60.0,
        "t_ref": 5.0,
        "tau_syn_ex": 5.0,
        "tau_syn_in": 10.0,
        "V_m": -49.0,
    }
    neurons = nest.Create("iaf_psc_exp", 4000, params=cell)
    excitatory, inhibitory = neurons[:3200], neurons[3200:]
    for source, weight, k in ((excitatory, 16.2, 64), (inhibitory, -139.5, 16)):
        nest.Connect(source, neurons, {"rule": "fixed_indegree", "indegree": k}, {"weight": weight, "delay": 0.1})
    noise = nest.Create("poisson_generator", params={"rate": 300.0, "start": 1.0, "stop": 51.0})
    nest.Connect(noise, excitatory[:50], syn_spec={"weight": 16.2, "delay": 0.1})
    return neurons


def _brunel():
    """Return the neurons of Brunel's network, connected and stimulated."""
    cell = {"C_m": 1.0, "tau_m": 20.0, "t_ref": 2.0, "E_L": 0.0, "V_reset": 0.0, "V_m": 0.0, "V_th": 20.0}
    neurons = nest.Create("iaf_psc_delta", 12_500, params=cell)
    excitatory, inhibitory = neurons[:10_000], neurons[10_000:]
    j, g, eta = 0.1, 5.0, 2.0
    noise = nest.Create("poisson_generator", params={"rate": eta * 20.0 / (j * 1000 * 20.0) * 1000 * 1000})
    nest.Connect(noise, neurons, syn_spec={"weight": j, "delay": 1.5})
    nest.Connect(excitatory, neurons, {"rule": "fixed_indegree", "indegree": 1000}, {"weight": j, "delay": 1.5})
    nest.Connect(inhibitory, neurons, {"rule": "fixed_indegree", "indegree": 250}, {"weight": -g * j, "delay": 1.5})
    return neurons


serve(build)
