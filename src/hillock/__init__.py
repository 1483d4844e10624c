"""Spiking neurons, written once.

Names are loaded when first used, so that ``import hillock`` and ``hillock --help`` need no JAX.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hillock import analysis as analysis
    from hillock import cells as cells
    from hillock import connections as connections
    from hillock import dialects as dialects
    from hillock import distributed as distributed
    from hillock import engines as engines
    from hillock import experiment as experiment
    from hillock import explorer as explorer
    from hillock import integrators as integrators
    from hillock import lowering as lowering
    from hillock import models as models
    from hillock import plasticity as plasticity
    from hillock import plot as plot
    from hillock import recording as recording
    from hillock import stimuli as stimuli
    from hillock import surrogates as surrogates
    from hillock import synapses as synapses
    from hillock._closed_loop import make_step as make_step
    from hillock._compare import compare as compare
    from hillock._compare import compare_recordings as compare_recordings
    from hillock._converge import Convergence as Convergence
    from hillock._converge import converge as converge
    from hillock._explain import Explanation as Explanation
    from hillock._explain import explain as explain
    from hillock._fit import Fit as Fit
    from hillock._fit import Target as Target
    from hillock._fit import fit as fit
    from hillock._machine_code import machine_code as machine_code
    from hillock._param import param as param
    from hillock._simulate import SimulationError as SimulationError
    from hillock._simulate import simulate as simulate
    from hillock._spike_times import spike_times as spike_times
    from hillock._sweep import Sweep as Sweep
    from hillock._sweep import sweep as sweep
    from hillock._types import Param as Param
    from hillock._wiring import Connections as Connections
    from hillock._wiring import Wiring as Wiring
    from hillock._wiring import wiring as wiring
    from hillock.explorer import explore as explore
    from hillock.network import Drive as Drive
    from hillock.network import Network as Network
    from hillock.network import Population as Population
    from hillock.network import Projection as Projection
    from hillock.network import SpikeTrains as SpikeTrains
    from hillock.network import describe as describe
    from hillock.preflight import Doubt as Doubt
    from hillock.recording import NetworkRecording as NetworkRecording
    from hillock.recording import Recording as Recording
    from hillock.recording import load as load

_MODULES = (
    "analysis",
    "cells",
    "connections",
    "dialects",
    "distributed",
    "engines",
    "experiment",
    "explorer",
    "integrators",
    "lowering",
    "models",
    "plasticity",
    "plot",
    "recording",
    "stimuli",
    "surrogates",
    "synapses",
)
_HOMES = {
    "Connections": "_wiring",
    "Convergence": "_converge",
    "Doubt": "preflight",
    "Drive": "network",
    "Explanation": "_explain",
    "Fit": "_fit",
    "Network": "network",
    "NetworkRecording": "recording",
    "Param": "_types",
    "Population": "network",
    "Projection": "network",
    "Recording": "recording",
    "SimulationError": "_simulate",
    "SpikeTrains": "network",
    "Sweep": "_sweep",
    "Target": "_fit",
    "Wiring": "_wiring",
    "compare": "_compare",
    "compare_recordings": "_compare",
    "converge": "_converge",
    "describe": "network",
    "explain": "_explain",
    "explore": "explorer",
    "fit": "_fit",
    "load": "recording",
    "machine_code": "_machine_code",
    "make_step": "_closed_loop",
    "param": "_param",
    "simulate": "_simulate",
    "spike_times": "_spike_times",
    "sweep": "_sweep",
    "wiring": "_wiring",
}

__all__ = sorted([*_MODULES, *_HOMES])  # noqa: PLE0605  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"hillock.{name}")
    if name not in _HOMES:
        raise AttributeError(f"hillock has no attribute {name!r}. It has {', '.join(__all__)}.")
    found = getattr(import_module(f"hillock.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
