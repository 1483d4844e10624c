"""What a run of a network came to, as a table: one row for each population."""

import numpy as np

from hillock._table import number, table
from hillock.analysis import cv
from hillock.recording import NetworkRecording, Recording

_HEAD = ["population", "neurons", "spikes", "rate (Hz)", "silent", "CV of ISI"]


def network_summary(rec: NetworkRecording) -> str:
    """Return the summary of a recording: of each population the mean rate, the neurons that never fired, and the mean CV of intervals."""
    made, one = rec.provenance, next(iter(rec.values()))
    neurons = sum(each.neurons for each in rec.values())
    title = f"Network of {neurons} neurons in {len(rec)} population{'s' if len(rec) > 1 else ''}, {one.duration:g} ms at dt = {one.dt:g} ms"
    how = f"engine {made['engine']}, {made['dtype']}"
    how = f"dialect {made['dialect']}, {how}" if made.get("dialect") else how
    lines = [f"{title}; {how}", "", table(_HEAD, [_row(name, each, rec.rates[name]) for name, each in rec.items()], "<>>>>>")]
    if not rec.complete:
        lines += ["", f"Interrupted: this is what was recorded in the first {one.duration:g} ms."]
    return "\n".join([*lines, ""])


def _row(name: str, rec: Recording, rate: float) -> list[str]:
    fired = len(np.unique(rec.spike_neurons))
    each = cv(rec) if len(rec.spike_neurons) > fired else np.empty(0)  # without an interval there is nothing to ask for
    known = each[~np.isnan(each)]
    irregularity = f"{known.mean():.2f}" if len(known) else "-"
    return [name, str(rec.neurons), str(len(rec.spike_steps)), number(rate), str(rec.neurons - fired), irregularity]
