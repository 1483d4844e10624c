"""Brian2: a NeuronGroup with one current per neuron, compiled into a C++ program of its own (standalone).

Model: the equations and parameters of hillock's cells, see models.py; the LIF with adapting threshold and ``(unless refractory)``.
Step: the LIF exactly (``method='exact'``), the others by the named method. Precision: as asked for, single or double.
Recorded: every spike, in a SpikeMonitor; v in a StateMonitor where asked for. One thread and Brian2's default compiler flags.

The time of a run is what Brian2 reports: the processor time of the loop over steps inside the compiled program, without starting the
program, setting up the neurons or writing results to disk. Compilation is told separately. Every run begins at rest.
"""

import tempfile
import time

import brian2
import numpy as np
from brian2 import Mohm, ms, mV, nA, nF, uS
from protocol import Contender, serve

import models

UNITS = {"tau_m": ms, "tau_theta": ms, "tau_w": ms, "t_ref": ms, "r_m": Mohm, "c_m": nF, "g_l": uS, "g_na": uS, "g_k": uS}  # else mV
OWN_UNITS = {"LIF": {}, "AdEx": {"a": uS, "b": nA}, "Izhikevich": {"a": 1 / ms, "b": 1 / ms, "d": mV / ms}, "HodgkinHuxley": {}}
PARAMETERS = {"LIF": models.LIF, "AdEx": models.ADEX, "Izhikevich": models.IZHIKEVICH, "HodgkinHuxley": models.HODGKIN_HUXLEY}
CURRENTS = {
    "LIF": (models.LIF_CURRENT, nA),
    "AdEx": (models.ADEX_CURRENT, nA),
    "Izhikevich": (models.IZHIKEVICH_CURRENT, mV / ms),
    "HodgkinHuxley": (models.HODGKIN_HUXLEY_CURRENT, nA),
}
COST = {"LIF": 1e-9, "noisy": 1e-8, "Izhikevich": 2e-9, "AdEx": 4e-8, "HodgkinHuxley": 8e-8}  # s per neuron and step, a guess that sets the length

LIF = {
    "model": """
        dv/dt = (v_rest - v + r_m * current)/tau_m : volt (unless refractory)
        dtheta/dt = -theta/tau_theta : volt
        current : amp (constant)
    """,
    "threshold": "v > v_th + theta",
    "reset": "v = v_reset; theta += theta_plus",
    "method": "exact",
}
NOISY_LIF = LIF | {
    "model": """
        dv/dt = (v_rest - v + r_m * (current + noise * drawn))/tau_m : volt (unless refractory)
        dtheta/dt = -theta/tau_theta : volt
        drawn = randn() : 1 (constant over dt)
        current : amp (constant)
    """,
}
ADEX = {
    "model": """
        dv/dt = (g_l * (v_rest - low + delta_t * exp((low - v_t)/delta_t)) - w + current)/c_m : volt
        dw/dt = (a * (low - v_rest) - w)/tau_w : amp
        low = clip(v, -1000*mV, v_th) : volt
        current : amp (constant)
    """,
    "threshold": "v > v_th",
    "reset": "v = v_reset; w += b",
}
IZHIKEVICH = {
    "model": """
        dv/dt = (0.04/ms/mV) * v**2 + (5/ms) * v + 140*mV/ms - u + current : volt
        du/dt = a * (b * v - u) : volt/second
        current : volt/second (constant)
    """,
    "threshold": "v > v_th",
    "reset": "v = c; u += d",
}
HODGKIN_HUXLEY = {
    "model": """
        dv/dt = (g_na * m**3 * h * (v_na - v) + g_k * n**4 * (v_k - v) + g_l * (v_l - v) + current)/c_m : volt
        dm/dt = 1/exprel(-(v + 40*mV)/(10*mV))/ms * (1 - m) - 4*exp(-(v + 65*mV)/(18*mV))/ms * m : 1
        dh/dt = 0.07*exp(-(v + 65*mV)/(20*mV))/ms * (1 - h) - 1/(1 + exp(-(v + 35*mV)/(10*mV)))/ms * h : 1
        dn/dt = 0.1/exprel(-(v + 55*mV)/(10*mV))/ms * (1 - n) - 0.125*exp(-(v + 65*mV)/(80*mV))/ms * n : 1
        current : amp (constant)
    """,
    "threshold": "v > v_th",
    "refractory": "v > v_th",  # a spike is the upward crossing
    "reset": "",
}
EQUATIONS = {"LIF": LIF, "AdEx": ADEX, "Izhikevich": IZHIKEVICH, "HodgkinHuxley": HODGKIN_HUXLEY}


def build(
    *,
    neurons: int,
    dtype: str,
    target: float,
    shortest: int = 1000,
    cell: str = "LIF",
    method: str | None = None,
    noisy: bool = False,
    traced: bool = False,
    curve: bool = False,
    steps: int | None = None,
) -> Contender:
    """Return the compiled program, of about ``target`` seconds: the number of steps is compiled in, so it is guessed here."""
    folder = tempfile.TemporaryDirectory(prefix="brian2-")
    brian2.set_device("cpp_standalone", directory=folder.name, build_on_run=False)
    brian2.prefs.core.default_float_dtype = getattr(np, dtype)
    step = (models.DT_HODGKIN_HUXLEY if cell == "HodgkinHuxley" else models.DT) * ms
    brian2.defaultclock.dt = step
    parameters = PARAMETERS[cell] | ({"theta_plus": 0.0} if curve else {})
    group = brian2.NeuronGroup(neurons, **_equations(cell, method, noisy), namespace=_namespace(cell, parameters))
    _begin(group, cell, curve)
    spikes = brian2.SpikeMonitor(group, record=not curve)  # a curve needs the counts only
    trace = brian2.StateMonitor(group, "v", record=True) if traced else None
    network = brian2.Network(group, spikes, *([trace] if trace else []))
    steps = steps or max(shortest, int(target / (4e-7 + COST["noisy" if noisy else cell] * neurons)))
    start = time.perf_counter()
    network.run(steps * step)
    brian2.device.build(directory=folder.name, run=False)
    compiled = time.perf_counter() - start

    def run(_: int) -> float:
        brian2.device.run(folder.name, with_output=False)
        return brian2.device._last_run_time

    run(steps)
    facts = {"compiled": compiled}
    if steps >= 1000 and not curve:
        facts["spikes"] = int(np.sum(np.asarray(spikes.t) < 1000 * float(step))) / neurons
    return Contender(run, facts, steps)


def _equations(cell: str, method: str | None, noisy: bool) -> dict[str, object]:
    equations = NOISY_LIF if noisy else EQUATIONS[cell]
    refractory = {"refractory": models.LIF["t_ref"] * ms} if cell == "LIF" else {}
    return equations | refractory | ({"method": method} if method else {})


def _namespace(cell: str, parameters: dict[str, float]) -> dict[str, object]:
    """Return the parameters with their units."""
    units = UNITS | OWN_UNITS[cell]
    return {name: value * units.get(name, mV) for name, value in parameters.items()} | {"noise": models.LIF_NOISE * nA}


def _begin(group: brian2.NeuronGroup, cell: str, curve: bool) -> None:
    """Set the currents and the state at rest."""
    current, unit = CURRENTS[cell]
    group.current = models.spread(models.FI_CURRENT if curve else current, len(group)) * unit
    group.v = -65 * mV if cell != "AdEx" else models.ADEX["v_rest"] * mV
    if cell == "Izhikevich":
        group.u = models.IZHIKEVICH["b"] * -65 * mV / ms
    if cell == "HodgkinHuxley":
        group.m, group.h, group.n = 0.05293249, 0.59612075, 0.31767691  # the steady state at -65 mV


serve(build)
