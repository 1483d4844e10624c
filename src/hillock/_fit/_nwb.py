"""Recordings in NWB files: a stimulus series, an acquisition series, and the spike times of a unit.

The file is read as what it is, HDF5: shapes are looked at before anything is loaded, links that lead out of the file are not followed.
"""

from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from hillock._hdf5 import member, numbers, nwb_file, spike_units
from hillock._param import ParameterError, as_number
from hillock.stimuli import FileError

_UNEVEN = 1e-3  # of a sample
_PLACES = {"current": ("stimulus/presentation", "stimulus", "nA"), "v": ("acquisition", "acquisition", "mV")}


def read_nwb(path: Path, current: str | None, v: str | None, spikes: Any, dt: float | None) -> tuple[Any, Any, Any, float]:
    """Return current (nA), potential (mV) or None, spike times (ms) or None, and the spacing of the samples (ms).

    Args:
        path: the file.
        current, v: names of time series; the only ones there are if None.
        spikes: which unit, or spike times (ms).
        dt: ms, refused if the file says otherwise.

    Raises:
        FileError: the file is not as described, or does not fit into memory.

    """
    if not path.is_file():
        raise FileError(f"There is no file {path}.")
    with nwb_file(path) as (h5py, file):
        i, spacing, start = _series(h5py, file, "current", current)
        times = spikes
        if spikes is None or isinstance(spikes, int):
            found = _unit(h5py, file, spikes)
            times = None if found is None else found - start
        potential = None
        if v is not None or _names(h5py, file, "v"):
            potential, other, begin = _series(h5py, file, "v", v)
            if abs(other - spacing) > _UNEVEN * spacing:
                raise FileError(f"{path} has its current every {spacing:g} ms and its potential every {other:g} ms. Resample one of them.")
            if abs(begin - start) > 0.5 * spacing:
                raise FileError(f"{path} has its current from {start:g} ms and its potential from {begin:g} ms. Cut both to the same stretch.")
        if dt is not None and abs(dt - spacing) > _UNEVEN * spacing:
            raise FileError(f"{path} is sampled every {spacing:g} ms, but dt = {dt:g} ms was given. Leave dt out.")
        return i, potential, times, spacing


def _names(h5py: Any, file: Any, kind: str) -> list[str]:
    folder = member(h5py, file, _PLACES[kind][0])
    return [] if folder is None else [name for name in folder if member(h5py, folder, f"{name}/data") is not None]


def _series(h5py: Any, file: Any, kind: str, name: str | None) -> tuple[Float[np.ndarray, " samples"], float, float]:
    """Return the samples of a time series in our unit, their spacing and the time of the first (ms)."""
    place, called, unit = _PLACES[kind]
    names = _names(h5py, file, kind)
    if name is None:
        if len(names) != 1:
            held = f"the {called} series {', '.join(names)}" if names else f"no {called} series"
            raise FileError(f"{file.filename} has {held}. Say which to take: {kind}='name'." if names else f"{file.filename} has {held} to fit.")
        name = names[0]
    if name not in names:
        near = get_close_matches(name, names, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise FileError(f"{file.filename} has no {called} series {name!r}.{hint} It has {', '.join(names) or 'none'}.")
    series = member(h5py, file, f"{place}/{name}")
    data = member(h5py, series, "data")
    values = numbers(h5py, file, data)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise FileError(f"{file.filename} has {values.shape[-1]} neurons in {name!r}. A fit takes one: store it in a series of its own.")
    values = values * _attribute(data, "conversion", 1.0) + _attribute(data, "offset", 0.0)
    spacing, start = _times(h5py, file, series, name)
    return values * _factor(file, data, name, unit), spacing, start


def _times(h5py: Any, file: Any, series: Any, name: str) -> tuple[float, float]:
    begin = member(h5py, series, "starting_time")
    if begin is not None:
        rate = _attribute(begin, "rate", 0.0)
        if not (np.isfinite(rate) and rate > 0):
            raise FileError(f"{file.filename} has the rate {rate:g} Hz in {name!r}, and it must be > 0.")
        return round(1000.0 / rate, 9), 1000.0 * float(numbers(h5py, file, begin).flat[0])
    stamps = member(h5py, series, "timestamps")
    times = np.zeros(0) if stamps is None else 1000.0 * numbers(h5py, file, stamps)
    gaps = np.diff(times)
    if not len(gaps) or np.ptp(gaps) > _UNEVEN * abs(gaps.mean()) or gaps[0] <= 0:
        raise FileError(f"{file.filename} does not have {name!r} evenly sampled. Resample it.")
    return round(float(gaps.mean()), 9), float(times[0])


def _unit(h5py: Any, file: Any, which: int | None) -> Float[np.ndarray, " spikes"] | None:
    """Return the spike times of a unit (ms); None if there are no units and none is asked for."""
    times, ends = spike_units(h5py, file) or (np.zeros(0), np.zeros(0, int))
    if which is None and len(ends) != 1:
        if not len(ends):
            return None
        raise FileError(f"{file.filename} has {len(ends)} units. Say which to fit, such as spikes=0.")
    which = which or 0
    if not 0 <= which < len(ends):
        raise FileError(f"{file.filename} has no unit {which}: it has {len(ends)}, counted from 0.")
    return times[ends[which - 1] if which else 0 : ends[which]]


def _attribute(data: Any, name: str, otherwise: float) -> float:
    """Return a number that is stored beside some data."""
    written = data.attrs.get(name, otherwise)
    try:
        return float(written)
    except (TypeError, ValueError):
        raise FileError(f"{data.file.filename} has {written!r} as {name} of {data.name}, and it must be a number.") from None


def _factor(file: Any, data: Any, name: str, unit: str) -> float:
    """Return our units per unit of a series."""
    written = data.attrs.get("unit", "")
    written = written.decode() if isinstance(written, bytes) else str(written)
    try:
        return float(as_number(f"1 {written}", unit, name))
    except ParameterError:
        wanted = "a current such as amperes" if unit == "nA" else "a potential such as volts"
        raise FileError(f"{file.filename} has {name!r} in the unit {written!r}, and it must be {wanted}.") from None
