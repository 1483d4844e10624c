"""A recording as one JSON text and a few named arrays: what every file of ours holds, and the checks on the way back."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Shaped

from hillock.recording._missing import RecordingError
from hillock.recording._recording import Recording

FORMAT = "hillock recording"
_ALL, _CHOSEN = 1, 2  # versions of the format: with traces of all neurons, or of those in ``trace_neurons``

Arrays = Mapping[str, Shaped[np.ndarray, "..."]]
"""``spike_steps``, ``spike_neurons``, ``traces/<name>``, ``labels/<name>``; if traces are of chosen neurons, ``trace_neurons``; if spikes have real
times, ``spike_offsets``."""

_SCALARS: Mapping[str, type] = {"steps": int, "neurons": int, "every": int, "stamp": int, "first_step": int, "dt": float, "complete": bool}


def to_plain(rec: Recording) -> tuple[str, dict[str, Shaped[np.ndarray, "..."]]]:
    """Return a recording as JSON text and arrays."""
    require_events(rec)
    head = {"format": FORMAT, "version": _ALL if rec.of is None else _CHOSEN}
    head |= {name: kind(getattr(rec, name)) for name, kind in _SCALARS.items()}
    head |= {"traces": list(rec.traces), "labels": list(rec.labels), "units": dict(rec.units), "provenance": dict(rec.provenance)}
    arrays = {"spike_steps": np.asarray(rec.spike_steps, np.int64), "spike_neurons": np.asarray(rec.spike_neurons, np.int32)}
    arrays |= {f"traces/{name}": np.asarray(rows) for name, rows in rec.traces.items()}
    arrays |= {f"labels/{name}": np.asarray(values) for name, values in rec.labels.items()}
    if rec.offsets is not None:
        arrays["spike_offsets"] = np.asarray(rec.offsets, np.float64)
    if rec.of is not None:
        arrays["trace_neurons"] = np.asarray(rec.of, np.int64)
    return json.dumps(head), arrays


def require_events(rec: Recording) -> None:
    """Raise RecordingError for a recording made inside jit, grad or vmap, whose spikes are not events."""
    if rec.dense is not None:
        raise RecordingError("A recording made inside jit, grad or vmap has no spike events. Return rec.spike_train, or simulate outside.")


def from_plain(text: str, arrays: Arrays, where: str) -> Recording:
    """Return the recording that ``to_plain`` took apart.

    Raises:
        RecordingError: something is missing, of the wrong type or shape, or contradicts the rest.

    """
    head = _head(text, where)
    rows, neurons = head["steps"] // head["every"], head["neurons"]
    of = _of(arrays, neurons, where) if head["version"] == _CHOSEN else None
    columns = neurons if of is None else len(of)
    traces = {name: _array(arrays, f"traces/{name}", (rows, columns), "f", where) for name in head["traces"]}
    labels = {name: _array(arrays, f"labels/{name}", (neurons,), "fiub", where) for name in head["labels"]}
    spikes = np.size(arrays.get("spike_steps", ()))
    steps = _array(arrays, "spike_steps", (spikes,), "i", where).astype(np.int64, copy=False)
    who = _array(arrays, "spike_neurons", (spikes,), "i", where).astype(np.int32, copy=False)
    offsets = _array(arrays, "spike_offsets", (spikes,), "f", where) if "spike_offsets" in arrays else None
    _check_spikes(steps, who, offsets, head, where)
    scalars = {name: head[name] for name in _SCALARS}
    return Recording(steps, who, traces, **scalars, of=of, units=head["units"], labels=labels, provenance=head["provenance"], offsets=offsets)


def _head(text: str, where: str) -> dict[str, Any]:
    try:
        head = json.loads(text)
    except ValueError:
        raise RecordingError(f"{where} is damaged: its description is not JSON.") from None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise RecordingError(f"{where} is not a recording of hillock.")
    if head.get("version") not in (_ALL, _CHOSEN):
        raise RecordingError(f"{where} has format {head.get('version')!r}, and this hillock reads formats {_ALL} and {_CHOSEN}. Update hillock.")
    kinds = {**_SCALARS, "traces": list, "labels": list, "units": dict, "provenance": dict}
    for name, kind in kinds.items():
        if type(head.get(name)) is not kind:
            raise RecordingError(f"{where} is damaged: {name} must be {kind.__name__}, got {head.get(name)!r}.")
    for name, low in (("steps", 0), ("neurons", 1), ("every", 1)):
        if head[name] < low:
            raise RecordingError(f"{where} is damaged: {name} must be ≥ {low}, got {head[name]}.")
    if not (np.isfinite(head["dt"]) and head["dt"] > 0):
        raise RecordingError(f"{where} is damaged: dt must be > 0 ms and finite, got {head['dt']:g} ms.")
    return head


def _array(arrays: Arrays, name: str, shape: tuple[int, ...], kinds: str, where: str) -> Shaped[np.ndarray, "..."]:
    if name not in arrays:
        raise RecordingError(f"{where} is damaged: it has no {name}.")
    array = np.asarray(arrays[name])
    if array.dtype.kind not in kinds:
        raise RecordingError(f"{where} is damaged: {name} cannot be {array.dtype}.")
    if array.shape != shape:
        raise RecordingError(f"{where} is damaged: {name} must have shape {shape}, got {array.shape}.")
    return array


def _of(arrays: Arrays, neurons: int, where: str) -> Shaped[np.ndarray, " columns"]:
    """Return the neurons that the traces are of."""
    columns = np.size(arrays.get("trace_neurons", ()))
    of = _array(arrays, "trace_neurons", (columns,), "i", where).astype(np.int64, copy=False)
    if not len(of) or of[0] < 0 or of[-1] >= neurons or (np.diff(of) <= 0).any():
        raise RecordingError(f"{where} is damaged: trace_neurons must be at least one neuron from 0 to {neurons - 1}, in ascending order.")
    return of


def _check_spikes(steps: np.ndarray, who: np.ndarray, offsets: np.ndarray | None, head: dict[str, Any], where: str) -> None:
    """Raise RecordingError unless every spike is inside the run and they are in order."""
    first, last = head["first_step"], head["first_step"] + head["steps"] - 1
    earliest = first if first else -head["stamp"]  # a spike that is given for 0 ms
    if len(steps) and not (earliest <= steps.min() and steps.max() <= last):
        raise RecordingError(f"{where} is damaged: it has spikes outside steps {first} to {last}.")
    if len(who) and not (who.min() >= 0 and who.max() < head["neurons"]):
        raise RecordingError(f"{where} is damaged: it has spikes of neurons outside 0 to {head['neurons'] - 1}.")
    if offsets is not None and not (np.isfinite(offsets) & (offsets >= 0) & (offsets <= head["dt"])).all():
        raise RecordingError(f"{where} is damaged: spike_offsets must be from 0 to dt = {head['dt']:g} ms.")
    at_once = np.diff(steps) == 0 if offsets is None else (np.diff(steps) == 0) & (np.diff(offsets) == 0)
    later_first = (np.diff(steps) == 0) & (np.diff(offsets) < 0) if offsets is not None else False
    lowest = 0 if offsets is None else 1  # a neuron may be given several spikes within a step, at one time it has but one
    earlier = (np.diff(steps) < 0) | later_first | (at_once & (np.diff(who) < lowest))
    if earlier.any():
        raise RecordingError(f"{where} is damaged: spike {int(np.argmax(earlier)) + 1} is out of order.")
