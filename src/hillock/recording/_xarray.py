"""xarray and netCDF: labelled arrays for analysis elsewhere, and back.

Dimensions ``time`` and ``neuron`` for the traces, ``spike`` for the events. Traces of chosen neurons have the dimension ``trace_neuron``
instead, whose coordinate names them. Labels of a sweep are coordinates of ``neuron``. The JSON text of ``_plain`` is the attribute
``hillock``, so that a recording comes back as it was.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hillock._extras import require
from hillock.recording._atomic import replacing
from hillock.recording._missing import NoEnd, RecordingError
from hillock.recording._plain import from_plain, to_plain
from hillock.recording._recording import Recording

if TYPE_CHECKING:
    import xarray

_OURS = ("time", "neuron", "trace_neuron", "spike", "spike_step", "spike_time", "spike_neuron", "spike_offset")


def to_xarray(rec: Recording) -> "xarray.Dataset":
    """Return a recording as a Dataset."""
    xr = require("xarray", "io", "Recording.to_xarray")
    text, arrays = to_plain(rec)
    data: dict[str, Any] = {
        "spike_time": ("spike", rec.spike_times, {"units": "ms", "long_name": "time of the spike"}),
        "spike_neuron": ("spike", arrays["spike_neurons"], {"long_name": "neuron that fired"}),
        "spike_step": ("spike", arrays["spike_steps"], {"long_name": "step in which it fired"}),
    }
    if rec.offsets is not None:
        data["spike_offset"] = ("spike", arrays["spike_offsets"], {"units": "ms", "long_name": "time of the spike since the start of its step"})
    column = "neuron" if rec.of is None else "trace_neuron"
    for name, rows in rec.traces.items():
        data[_variable(name)] = (("time", column), np.asarray(rows), {"units": rec.units.get(name, "1"), "long_name": name})
    coordinates: dict[str, Any] = {"time": ("time", rec.t, {"units": "ms", "long_name": "time"}), "neuron": ("neuron", np.arange(rec.neurons))}
    if rec.of is not None:
        coordinates["trace_neuron"] = ("trace_neuron", arrays["trace_neurons"], {"long_name": "neuron of the trace"})
    for name, values in rec.labels.items():
        coordinates[_coordinate(name, rec)] = ("neuron", np.asarray(values), {"long_name": name})
    return xr.Dataset(data, coordinates, {"title": repr(rec), "hillock": text})


def from_xarray(dataset: "xarray.Dataset", where: str = "The dataset") -> Recording:
    """Return the recording that ``to_xarray`` made a Dataset of.

    Raises:
        RecordingError: it is not such a Dataset.

    """
    text = dataset.attrs.get("hillock")
    if not isinstance(text, str):
        raise RecordingError(f"{where} is not a recording of hillock.")
    arrays = {}
    for name, variable in dataset.variables.items():
        if name in ("spike_step", "spike_neuron", "spike_offset", "trace_neuron"):
            arrays[f"{name}s"] = variable.values
        elif variable.dims == ("neuron",) and name != "neuron":
            arrays[f"labels/{variable.attrs.get('long_name')}"] = variable.values
        elif variable.dims in (("time", "neuron"), ("time", "trace_neuron")):
            arrays[f"traces/{variable.attrs.get('long_name')}"] = variable.values
    return replace(from_plain(text, arrays, where), end=NoEnd())  # type: ignore[arg-type]


def save(rec: Recording, path: Path) -> None:
    """Write a recording to a netCDF file."""
    _require_netcdf("Writing netCDF")
    dataset = to_xarray(rec)
    with replacing(path) as temporary:
        dataset.to_netcdf(temporary, engine="h5netcdf")


def load(path: Path) -> Recording:
    """Return the recording in a netCDF file.

    Raises:
        RecordingError: the file is damaged, or not a recording.

    """
    xr = require("xarray", "io", "Reading netCDF")
    _require_netcdf("Reading netCDF")
    try:
        with xr.open_dataset(path, engine="h5netcdf", decode_times=False) as dataset:
            return from_xarray(dataset.load(), f"'{path}'")
    except OSError as error:
        raise RecordingError(f"'{path}' is damaged or not a netCDF file: {str(error).rstrip('.')}.") from None


def _variable(name: str) -> str:
    """Return the variable of a trace: its name, unless one of ours has that."""
    return f"{name}_trace" if name in _OURS else name


def _coordinate(name: str, rec: Recording) -> str:
    """Return the coordinate of a label: its name, unless a trace or one of ours has that."""
    return f"{name}_label" if name in _OURS or name in rec.traces else name


def _require_netcdf(purpose: str) -> None:
    for package in ("h5netcdf", "h5py"):
        require(package, "io", purpose)
