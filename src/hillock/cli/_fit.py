"""``hillock fit``: the parameters of a cell from a recording in a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

import hillock as hk
from hillock.cli._talk import UsageError, say


def fit(
    file: Path,
    /,
    *,
    cell: str,
    start: Annotated[tuple[str, ...], Parameter(show_default=False)] = (),
    free: str | None = None,
    current: str | None = None,
    v: str | None = None,
    spikes: str | None = None,
    dt: str | None = None,
    units: str = "ms,nA,mV",
    stamp: int = 0,
    hold_out: float = 0.25,
    key: int = 1,
) -> None:
    """Fit the parameters of a cell to a recording; print them, how well they predict, and what the data do not determine.

    Args:
        file: CSV, npz or NWB file with current, potential and perhaps spikes.
        cell: A cell from 'hillock list', or one of your own: path/to/file.py:Class.
        start: Where the search begins, and the values of what is not free: tau_m=15, or several such flags.
        free: Parameters to fit, separated by commas, or where to look for each: tau_m=5:50,r_m. By default all that are not 0.
        current: Column of the current, 'i' by default; in NWB a stimulus.
        v: Column of the potential, 'v' by default; in NWB an acquisition.
        spikes: Column that is 1 where the neuron fires, 'spike' by default; in NWB the number of a unit.
        dt: Time between samples, in ms or with a unit, if the file has no column 't'.
        units: Of time, current and potential in a CSV or npz file.
        stamp: 1 for files that hillock wrote, whose potential is that at the end of each step; 0 for those of an amplifier.
        hold_out: Share of the recording, at its end, that is predicted and not fitted.
        key: Whole number that names the random numbers.

    """
    kind = hk.experiment.catalogue.find_model(cell)
    if not issubclass(kind, hk.cells.AbstractCell):
        raise TypeError(f"{cell} is a neuron of one simulator, which cannot be fitted. Fit a cell; 'hillock list' shows them.")
    begin = kind(**dict(_pair(text, "--start") for text in start))
    unit = [name.strip() for name in units.split(",")]
    if len(unit) != 3:
        raise UsageError(f"--units takes three units, of time, current and potential, such as ms,nA,mV, got {units!r}.")
    marks: Any = int(spikes) if spikes is not None and spikes.isdecimal() and file.suffix == ".nwb" else spikes
    target = hk.Target.read(file, current=current, v=v, spikes=marks, dt=dt, units=(unit[0], unit[1], unit[2]), stamp=stamp)
    say(hk.fit(begin, target, free=None if free is None else _ranges(free.split(",")), hold_out=hold_out, key=key).table())


def _pair(text: str, flag: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (sign and name.strip() and value.strip()):
        raise UsageError(f"{flag} needs name=value, such as tau_m=15, got {text!r}.")
    return name.strip(), value.strip()


def _ranges(texts: Sequence[str]) -> dict[str, Any]:
    """Return names with None, or with the range that is written behind them."""
    found: dict[str, Any] = {}
    for text in texts:
        if "=" not in text:
            found[text.strip()] = None
            continue
        name, span = _pair(text, "--free")
        low, sign, high = span.partition(":")
        if not sign:
            raise UsageError(f"--free needs name=low:high, such as tau_m=5:50, got {text!r}.")
        found[name] = (low.strip(), high.strip())
    return found
