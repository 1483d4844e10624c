"""Pynapple: a group of time series of spikes, and a frame for every trace; times in seconds, as its users expect."""

import re
from typing import Any

import numpy as np

from hillock._extras import require
from hillock.recording._plain import require_events
from hillock.recording._recording import Recording


def to_pynapple(rec: Recording) -> dict[str, Any]:
    """Return ``{"spikes": TsGroup, <trace>: TsdFrame, ...}``; the columns of a trace are named after their neurons.

    Traces keep their units, times are in seconds, labels are metadata.
    """
    require_events(rec)
    nap = require("pynapple", "neuro", "Recording.to_pynapple")
    start, stop = rec.span
    support = nap.IntervalSet(start / 1000, stop / 1000)
    trains = {neuron: nap.Ts(times / 1000, time_support=support) for neuron, times in enumerate(rec.trains())}
    labels = {_column(name, nap.TsGroup): np.asarray(values) for name, values in rec.labels.items()}
    spikes = nap.TsGroup(trains, time_support=support, bypass_check=True, metadata=labels or None)
    t = np.round(rec.t, 9) / 1000  # 3 · 0.1 ms must not lie beyond the end of the run at 0.3 ms
    frames = {name: nap.TsdFrame(t=t, d=np.asarray(rows), columns=rec.columns, time_support=support) for name, rows in rec.traces.items()}
    return {"spikes": spikes, **frames}


def _column(label: str, group: type) -> str:
    """Return a name that Pynapple takes: letters, digits and _, and none that a group has for itself."""
    name = re.sub(r"\W", "_", label)
    return f"{name}_label" if name in ("rate", "index") or hasattr(group, name) else name
