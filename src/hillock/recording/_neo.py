"""Neo: one block, one segment, a spike train for every neuron and a signal for every trace, its channels annotated with their neurons."""

from typing import TYPE_CHECKING

import numpy as np

from hillock._extras import require
from hillock.recording._plain import require_events
from hillock.recording._recording import Recording

if TYPE_CHECKING:
    import neo


def to_neo(rec: Recording) -> "neo.Block":
    """Return a recording as a Neo block."""
    require_events(rec)
    neo = require("neo", "neuro", "Recording.to_neo")
    pq = require("quantities", "neuro", "Recording.to_neo")
    start, stop = rec.span
    segment = neo.Segment(name="run", t_start=start * pq.ms, t_stop=stop * pq.ms)
    trains = []
    for neuron, times in enumerate(rec.trains()):
        train = neo.SpikeTrain(times, units="ms", t_start=start * pq.ms, t_stop=stop * pq.ms, name=f"neuron {neuron}")
        train.annotate(**{"neuron": neuron, **{name: float(values[neuron]) for name, values in rec.labels.items()}})
        trains.append(train)
    segment.spiketrains.extend(trains)  # one by one, Neo looks through all that are there: minutes for 10⁵ neurons
    for name, rows in rec.traces.items():
        unit = rec.units.get(name, "1")
        signal = neo.AnalogSignal(
            np.asarray(rows),
            units="dimensionless" if unit == "1" else unit.replace("Ω", "ohm").replace("µ", "u"),
            sampling_period=rec.every * rec.dt * pq.ms,
            t_start=float(rec.t[0]) * pq.ms if len(rec.t) else start * pq.ms,
            name=name,
            array_annotations={"neuron": rec.columns},
        )
        segment.analogsignals.append(signal)
    block = neo.Block(name="hillock", description=repr(rec), provenance=dict(rec.provenance))
    block.segments.append(segment)
    return block
