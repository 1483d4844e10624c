"""Neurodata Without Borders: seconds, volts, amperes; a unit for every neuron, silent ones included.

Values are stored in SI units themselves, not as millivolts beside a conversion factor, which readers are known to overlook.
"""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hillock._extras import require
from hillock._units import to_number
from hillock.recording._atomic import replacing
from hillock.recording._plain import to_plain
from hillock.recording._recording import Recording

if TYPE_CHECKING:
    import pynwb

_SI = {"V": "volts", "A": "amperes", "S": "siemens", "s": "seconds", "1": "n.a."}


def to_nwb(rec: Recording) -> "pynwb.NWBFile":
    """Return a recording as an NWB file in memory: the input ``i`` as a stimulus, other traces as acquisitions, spikes as units."""
    pynwb = require("pynwb", "neuro", "Recording.to_nwb")
    text, arrays = to_plain(rec)
    digest = hashlib.sha256(text.encode())
    for array in arrays.values():
        digest.update(np.ascontiguousarray(array).tobytes())
    created = rec.provenance.get("created")
    file = pynwb.NWBFile(
        session_description=f"Simulation with hillock: {rec!r}",
        identifier=digest.hexdigest(),
        session_start_time=datetime.fromisoformat(created) if created else datetime.now(UTC),
        notes=json.dumps(dict(rec.provenance)),
    )
    for name, rows in rec.traces.items():
        series = _series(pynwb, rec, name, np.asarray(rows))
        (file.add_stimulus if name == "i" else file.add_acquisition)(series)
    file.units = _units_table(pynwb, rec)
    return file


def save(rec: Recording, path: Path) -> None:
    """Write a recording to an NWB file."""
    pynwb = require("pynwb", "neuro", "Writing NWB")
    file = to_nwb(rec)
    with replacing(path) as temporary, pynwb.NWBHDF5IO(temporary, "w") as out:
        out.write(file)


def _series(pynwb: Any, rec: Recording, name: str, rows: np.ndarray) -> Any:
    si, factor = _to_si(rec.units.get(name, "1"))
    names = {"v": "membrane_potential", "i": "input_current"}
    return pynwb.TimeSeries(
        name=names.get(name, name),
        description=f"'{name}', one column per neuron{'' if rec.of is None else ' that has a trace_column in the units'}",
        data=rows * rows.dtype.type(factor),
        unit=si,
        starting_time=float(rec.t[0]) / 1000 if len(rec.t) else 0.0,
        rate=1000 / (rec.every * rec.dt),
    )


def _to_si(unit: str) -> tuple[str, float]:
    """Return the SI unit of a unit of ours and the factor to it; units without a plain SI name stay as they are."""
    for si, name in _SI.items():
        if unit.endswith(si):
            return name, float(to_number(f"1 {unit}", si))
    return unit, 1.0


def _units_table(pynwb: Any, rec: Recording) -> Any:
    """Return the table of neurons, built as whole columns: row by row it takes minutes for 10⁵ neurons."""
    common = require("hdmf.common", "neuro", "Recording.to_nwb")
    trains = rec.trains()
    times = common.VectorData(name="spike_times", description="spike times in seconds", data=np.concatenate(trains) / 1000)
    ends = np.cumsum([len(train) for train in trains])
    index = common.VectorIndex(name="spike_times_index", target=times, data=ends.astype(np.uint64))
    columns = [times, index]
    if rec.of is not None:
        column = np.full(rec.neurons, -1)
        column[rec.of] = np.arange(len(rec.of))
        meaning = "column of the time series that is of this neuron; -1 if it has none"
        columns.append(common.VectorData(name="trace_column", description=meaning, data=column))
    for name, values in rec.labels.items():
        columns.append(common.VectorData(name=name.replace("/", "_"), description=f"{name} of this neuron", data=np.asarray(values)))
    return pynwb.misc.Units(name="units", description="every neuron, silent ones included", id=np.arange(rec.neurons), columns=columns)
