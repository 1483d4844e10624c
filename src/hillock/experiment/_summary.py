"""What a run came to, as a table: one row for each combination of swept values."""

from collections.abc import Iterator

import numpy as np

from hillock._table import number, table
from hillock.recording import Provenance, Recording

_MOST_ROWS = 24
_MOST_TIMES = 12


def summary(rec: Recording) -> str:
    """Return the summary of a recording."""
    made = rec.provenance
    title = f"{_what(made)}, {rec.duration:g} ms at dt = {rec.dt:g} ms, {rec.neurons} neuron{'s' if rec.neurons > 1 else ''}"
    lines = [f"{title}; dialect {made['dialect']}, engine {made['engine']}, {made['dtype']}"]
    groups = list(_groups(rec))
    several = any(len(ids) > 1 for _, ids in groups)
    head = [_heading(name, rec) for name in rec.labels] + (["neurons"] if several else [])
    head += ["spikes", "rate (Hz)", "first (ms)", "mean ISI (ms)", "CV of ISI"]
    rows = [[*values, *([str(len(ids))] if several else []), *_numbers(rec, ids)] for values, ids in groups[:_MOST_ROWS]]
    lines += ["", table(head, rows, ">" * len(head))]
    if len(groups) > _MOST_ROWS:
        lines.append(f"... and {len(groups) - _MOST_ROWS} more combinations of values, in the data")
    if rec.neurons == 1 and len(rec.spike_steps):
        times = ", ".join(f"{t:g}" for t in rec.spike_times[:_MOST_TIMES])
        lines += ["", f"spikes at {times}{', ...' if len(rec.spike_times) > _MOST_TIMES else ''} ms"]
    if not len(rec.spike_steps):
        lines += ["", _silence(rec)]
    if rec.errors is not None:
        lines += ["", rec.errors.table()]
    if not rec.complete:
        lines += ["", f"Interrupted: this is what was recorded in the first {rec.duration:g} ms."]
    return "\n".join([*lines, ""])


def _silence(rec: Recording) -> str:
    """Return how far from firing a silent run was, if its potentials were recorded."""
    if not {"v", "threshold"} <= set(rec.traces) or not len(rec["v"]):
        return "no spikes"
    nearest, unit = float(np.min(rec["threshold"] - rec["v"])), rec.units.get("v", "1")
    if nearest <= 0:
        return "no spikes"
    what = "v stayed" if len(rec.columns) == rec.neurons else "v, where it was recorded, stayed"
    return f"no spikes; {what} {nearest:.3g}{'' if unit == '1' else f' {unit}'} below the threshold"


def _what(made: Provenance) -> str:
    """Return what ran on what, under the names the experiment used."""
    if "experiment" not in made:
        return f"{made['model']['type']} on {made['stimulus']['type']}"
    stimuli = made["experiment"]["stimulus"]
    names = [part["type"] for part in (stimuli if isinstance(stimuli, list) else [stimuli])]
    return f"{made['experiment']['cell']['type']} on {' + '.join(names)}"


def _heading(name: str, rec: Recording) -> str:
    unit = rec.units.get(name, "1")
    return name if unit == "1" else f"{name} ({unit})"


def _groups(rec: Recording) -> Iterator[tuple[list[str], np.ndarray]]:
    """Yield the swept values, as text, and the neurons that have them, in the order of the neurons."""
    if not rec.labels:
        yield [], np.arange(rec.neurons)
        return
    values = np.stack(list(rec.labels.values()), axis=1)
    unique, first, inverse = np.unique(values, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(inverse.reshape(-1), kind="stable")
    members = np.split(order, np.cumsum(np.bincount(inverse.reshape(-1)))[:-1])
    for k in np.argsort(first):
        yield [f"{value:g}" for value in unique[k]], members[k]


def _numbers(rec: Recording, ids: np.ndarray) -> list[str]:
    """Return the numbers of a row for some neurons."""
    mine = np.isin(rec.spike_neurons, ids) if len(ids) < rec.neurons else np.ones(len(rec.spike_neurons), bool)
    times, who = rec.spike_times[mine], rec.spike_neurons[mine]
    order = np.lexsort((times, who))
    gaps, same = np.diff(times[order]), np.diff(who[order]) == 0
    intervals = gaps[same]
    rate = 1000.0 * len(times) / (rec.duration * len(ids))
    mean = float(intervals.mean()) if len(intervals) else float("nan")
    cv = float(intervals.std() / mean) if len(intervals) > 1 else float("nan")
    first = float(times.min()) if len(times) else float("nan")
    return [str(len(times)), number(rate), number(first, 6), number(mean), f"{cv:.2f}" if cv == cv else "-"]  # noqa: PLR0124
