"""Records how networks fire in NEST: rates, irregularity and correlations, over ten seeds.

Two steps, since NEST and hillock live in different environments:

    python statistics_nest.py FOLDER          where nest-simulator is installed: writes the spikes to FOLDER/statistics_nest.npz
    python statistics_nest.py FOLDER FILE     where hillock is: writes their statistics, by the code that judges hillock's own, to FILE (json)

``brunel`` is pynest/examples/brunel_delta_nest.py at order 250, ``cuba`` pynest/examples/brette_et_al_2007/cuba.py, and ``potjans_diesmann`` the
microcircuit at a scale of 0.05 with spikes from outside: its tables and its scaling are written here once more, from the papers.
"""

import json
import math
import re
import sys
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

DT = 0.1  # ms
SEEDS = range(1, 11)
TIMES = {"brunel": (2000.0, 200.0), "cuba": (1000.0, 200.0), "potjans_diesmann": (1500.0, 500.0)}  # duration; what is left out at its beginning
STATISTICS = ("rate", "cv", "correlation")

NAMES = ("L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I")
SIZES = (20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948)
EXTERNAL = (1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100)
START = ((-68.28, 5.36), (-63.16, 4.57), (-63.33, 4.74), (-63.45, 4.94), (-63.11, 4.94), (-61.66, 4.55), (-66.72, 5.46), (-61.43, 4.48))
RATES = (0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829)
PROBABILITIES = (  # rows: targets; columns: sources, as in table 5 of Potjans & Diesmann (2014)
    (0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0),
    (0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0),
    (0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0.0),
    (0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0),
    (0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0),
    (0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0.0),
    (0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252),
    (0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443),
)


def brunel(nest: Any) -> dict[str, Any]:
    """Build Brunel's network of 1000 and 250 cells; each has 100 and 25 synapses of 0.1 and -0.5 mV."""
    order, j, g, eta = 250, 0.1, 5.0, 2.0
    cell = {"C_m": 1.0, "tau_m": 20.0, "t_ref": 2.0, "E_L": 0.0, "V_reset": 0.0, "V_m": 0.0, "V_th": 20.0}
    populations = {"E": nest.Create("iaf_psc_delta", 4 * order, params=cell), "I": nest.Create("iaf_psc_delta", order, params=cell)}
    noise = nest.Create("poisson_generator", params={"rate": eta * 20.0 / (j * 20.0) * 1000.0})
    for target in populations.values():
        nest.Connect(noise, target, syn_spec={"weight": j, "delay": 1.5})
        for source, weight, k in (("E", j, 4 * order // 10), ("I", -g * j, order // 10)):
            nest.Connect(populations[source], target, {"rule": "fixed_indegree", "indegree": k}, {"weight": weight, "delay": 1.5})
    return populations


def cuba(nest: Any) -> dict[str, Any]:
    """Build CUBA: 3200 and 800 cells; each has 64 and 16 synapses of 16.2 and -139.5 pA."""
    cell = {"tau_m": 20.0, "C_m": 200.0, "E_L": -49.0, "V_m": -49.0, "V_th": -50.0, "V_reset": -60.0, "t_ref": 5.0}
    cell |= {"tau_syn_ex": 5.0, "tau_syn_in": 10.0}
    populations = {"E": nest.Create("iaf_psc_exp", 3200, params=cell), "I": nest.Create("iaf_psc_exp", 800, params=cell)}
    for target in populations.values():
        for source, weight, k in (("E", 16.2, 64), ("I", -139.5, 16)):
            nest.Connect(populations[source], target, {"rule": "fixed_indegree", "indegree": k}, {"weight": weight, "delay": 0.1})
    noise = nest.Create("poisson_generator", params={"rate": 300.0, "start": 1.0, "stop": 51.0})
    nest.Connect(noise, populations["E"][:50], syn_spec={"weight": 16.2, "delay": 0.1})
    return populations


def potjans_diesmann(nest: Any, scale: float = 0.05) -> dict[str, Any]:
    """Build the microcircuit, with fewer neurons and synapses, weights larger by 1/√scale, and current in place of the mean that is lost."""
    cell = {"C_m": 250.0, "tau_m": 10.0, "E_L": -65.0, "V_th": -50.0, "V_reset": -65.0, "t_ref": 2.0, "tau_syn_ex": 0.5, "tau_syn_in": 0.5}
    populations = {}
    for t, name in enumerate(NAMES):
        lost = (1 - math.sqrt(scale)) * sum(_weight(s, t) * _synapses(s, t) / SIZES[t] * RATES[s] for s in range(8)) * 0.5 / 1000.0  # pA
        start = {"V_m": nest.random.normal(*START[t]), "I_e": lost}
        populations[name] = nest.Create("iaf_psc_exp", round(SIZES[t] * scale), params=cell | start)
        noise = nest.Create("poisson_generator", params={"rate": 8.0 * EXTERNAL[t]})
        nest.Connect(noise, populations[name], syn_spec={"weight": _weight(0, 0), "delay": 1.5})
    for (t, target), (s, source) in product(enumerate(NAMES), repeat=2):
        weight = _weight(s, t) / math.sqrt(scale)
        sign = {"max": 0.0} if s % 2 else {"min": 0.0}
        delay = (0.75, 0.375) if s % 2 else (1.5, 0.75)
        synapse = {
            "weight": nest.math.redraw(nest.random.normal(weight, abs(weight) / 10), **{"min": -np.inf, "max": np.inf} | sign),
            "delay": nest.math.redraw(nest.random.normal(*delay), min=DT / 2, max=np.inf),  # which NEST rounds to a whole step
        }
        rule = {"rule": "fixed_total_number", "N": round(_synapses(s, t) * scale**2)}
        nest.Connect(populations[source], populations[target], rule, synapse)
    return populations


def _weight(s: int, t: int) -> float:
    """Return the current (pA) with which a spike of population s lifts a cell of t by 0.15 mV, inhibition being four times as strong."""
    tau_m, tau_syn, c_m = 10.0, 0.5, 250.0
    peak = math.log(tau_m / tau_syn) * tau_m * tau_syn / (tau_m - tau_syn)  # ms
    reached = (math.exp(-peak / tau_m) - math.exp(-peak / tau_syn)) * tau_m * tau_syn / (tau_m - tau_syn) / c_m  # mV/pA
    return 0.15 / reached * (-4.0 if s % 2 else 2.0 if (s, t) == (2, 0) else 1.0)


def _synapses(s: int, t: int) -> int:
    """Return how many synapses join populations s and t at full scale (equation 1)."""
    return round(math.log(1 - PROBABILITIES[t][s]) / math.log(1 - 1 / (SIZES[s] * SIZES[t])))


NETWORKS: dict[str, Callable[[Any], dict[str, Any]]] = {"brunel": brunel, "cuba": cuba, "potjans_diesmann": potjans_diesmann}


def record(name: str, seed: int) -> dict[str, np.ndarray]:
    """Return the sizes of the populations of a network, and steps and neurons of their spikes; steps count from 1, as stamps do."""
    import nest  # noqa: PLC0415 - the other step runs where there is none

    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.set(resolution=DT, rng_seed=seed)
    populations = NETWORKS[name](nest)
    recorder = nest.Create("spike_recorder")
    for population in populations.values():
        nest.Connect(population, recorder)
    nest.Simulate(TIMES[name][0])
    steps, senders = np.rint(recorder.events["times"] / DT).astype(np.int32), recorder.events["senders"].astype(np.int32)
    out = {"version": np.array(nest.__version__)}
    for population, ids in ((key, np.array(nodes.global_id)) for key, nodes in populations.items()):
        own = (senders >= ids[0]) & (senders <= ids[-1])
        order = np.lexsort((senders[own], steps[own]))
        path = f"{name}/{seed}/{population}"
        out |= {f"{path}/n": np.array(len(ids)), f"{path}/steps": steps[own][order], f"{path}/neurons": senders[own][order] - ids[0]}
    return out


def summarise(spikes: Mapping[str, np.ndarray], name: str) -> dict[str, dict[str, list[float]]]:
    """Return mean and standard deviation over the seeds of the statistics of each population."""
    import hillock as hk  # noqa: PLC0415 - the other step runs where there is none

    duration, settled = TIMES[name]
    runs = []
    for seed in SEEDS:
        own = [path.removesuffix("/n") for path in spikes if path.startswith(f"{name}/{seed}/") and path.endswith("/n")]
        trains = {path: (spikes[f"{path}/steps"] - 1, spikes[f"{path}/neurons"], spikes[f"{path}/n"]) for path in own}  # our steps count from 0
        one = {path.split("/")[2]: hk.Recording(k, who, {}, round(duration / DT), DT, int(n)) for path, (k, who, n) in trains.items()}
        runs.append(hk.analysis.network_statistics(hk.NetworkRecording(one, {}), start=settled))
    values = {population: {key: [getattr(run[population], key) for run in runs] for key in STATISTICS} for population in runs[0]}
    return {
        population: {key: [float(f"{np.mean(each):.7g}"), float(f"{np.std(each, ddof=1):.4g}")] for key, each in statistics.items()}
        for population, statistics in values.items()
    }


if __name__ == "__main__":
    kept = Path(sys.argv[1]) / "statistics_nest.npz"
    if len(sys.argv) == 2:
        recorded = {key: value for name in NETWORKS for seed in SEEDS for key, value in record(name, seed).items()}
        np.savez_compressed(kept, **recorded)  # type: ignore[arg-type]
    else:
        with np.load(kept) as spikes:
            networks = {
                name: {"duration": duration, "settled": settled, "statistics": summarise(spikes, name)} for name, (duration, settled) in TIMES.items()
            }
            head = {"script": "benchmarks/golden/statistics_nest.py", "versions": {"nest": str(spikes["version"])}, "dt": DT, "seeds": len(SEEDS)}
        text = json.dumps(head | {"networks": networks}, indent=1)
        Path(sys.argv[2]).write_text(re.sub(r"\[\s+([^\s]+)\s+([^\s]+)\s+\]", r"[\1 \2]", text) + "\n", encoding="utf-8")
