"""Traces recorded from the real simulators, one ``Case`` each."""

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hillock as hk

FOLDER = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Case:
    """One recorded run: what was simulated, and what came out."""

    simulator: str
    name: str
    model: str
    params: dict[str, Any]
    dt: float
    steps: int
    options: dict[str, Any]
    covers: tuple[str, ...]
    synaptic: bool

    def __getitem__(self, quantity: str) -> np.ndarray:
        return _arrays(self.simulator)[f"{self.name}/{quantity}"]

    def __contains__(self, quantity: str) -> bool:
        return f"{self.name}/{quantity}" in _arrays(self.simulator)


@functools.cache
def _arrays(simulator: str) -> dict[str, np.ndarray]:
    with np.load(FOLDER / f"{simulator}.npz") as data:
        return dict(data)


def driven(case: Case, model: Any, synapse: Any, *, weight: float = 1.0, delay: float, stamp: int, inputs: Any = ()) -> hk.Network:
    """Return a recorded neuron, ``"neuron"``, and what drives it: one source for each weight that is recorded.

    ``synapse`` says at which synapse or port a weight arrives; ``weight`` is hillock's number for a recorded 1; ``delay`` is in ms; the
    spikes of a recorded step k are at (k + stamp) dt.
    """
    parts: dict[str, Any] = {"neuron": hk.Population(model, 1)}
    projections = []
    for k, recorded in enumerate(np.unique(case["spikes_in"][case["spikes_in"] != 0]).tolist()):
        parts[f"source{k}"] = hk.SpikeTrains([(np.flatnonzero(case["spikes_in"] == recorded) + stamp) * case.dt])
        each_to_one = hk.connections.OneToOne()
        projections.append(hk.Projection(f"source{k}", "neuron", synapse(recorded), each_to_one, weight * recorded, delay))
    return hk.Network(parts, projections, {"neuron": inputs})


@functools.cache
def cases(simulator: str) -> tuple[Case, ...]:
    book = json.loads((FOLDER / f"{simulator}.json").read_text())["cases"]
    return tuple(
        Case(simulator, name, c["model"], c["params"], c["dt"], c["steps"], c["options"], tuple(c["covers"]), c["input_spikes"] is not None)
        for name, c in book.items()
    )


def each(simulator: str, *models: str, without: tuple[str, ...] = ()) -> Any:
    """Parametrize a test over the recorded cases of some models (all if none is named)."""
    chosen = [c for c in cases(simulator) if (not models or c.model in models) and c.name not in without]
    assert chosen, f"no golden case of {simulator} {models}"
    return pytest.mark.parametrize("case", chosen, ids=lambda c: c.name)
