"""The rates of populations over time."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from hillock._time import milliseconds, whole_steps
from hillock.analysis._window import window
from hillock.plot._style import GREY, legend, new_axes, population_colours
from hillock.recording import NetworkRecording, Recording, RecordingError

_BINS = 200  # about so many, if nobody says how wide they are


def rates(
    rec: NetworkRecording,
    ax: Axes | None = None,
    *,
    width: float | str | None = None,
    start: float | str | None = None,
    stop: float | str | None = None,
) -> Axes:
    """Draw the mean rate of each population (Hz) over time, counted in bins whose width is written beside.

    Args:
        rec: of a network.
        ax: to draw on.
        width: of a bin (ms); by default one that makes about 200. The last bin takes what is left: it may be half as long, or longer by half, and
            its rate is that of its own length.
        start, stop: the stretch (ms); all by default.

    Raises:
        RecordingError: the stretch is empty or not inside the recording, or a bin is longer than it.

    """
    if ax is None:
        ax = new_axes(size=(8.0, 3.2))[0]
    draw_rates(cut(rec, start, stop), ax, width)
    legend(ax)
    return ax


def draw_rates(recs: Mapping[str, Recording], ax: Axes, width: float | str | None) -> None:
    """Draw a line per population, in its colour."""
    first = next(iter(recs.values()))
    steps = _bin_steps(first, width)
    bins = max(1, round(first.steps / steps))
    edges = np.append(np.arange(bins) * steps, first.steps)
    middle = (first.first_step + (edges[:-1] + edges[1:]) / 2) * first.dt
    highest = 0.0
    for (name, one), shade in zip(recs.items(), population_colours(recs).values(), strict=True):
        rate = binned_rate(one, edges)
        highest = max(highest, float(rate.max()))
        ax.plot(middle, rate, color=shade, linewidth=1.3, label=name, gid="rate", clip_on=False)
    ax.set_xlim(*first.span)
    ax.set_ylim(0.0, 1.08 * highest if highest > 0 else 1.0)
    ax.set_xlabel("time (ms)")
    ax.set_ylabel("rate (Hz)")
    note = f"bins of {steps * first.dt:g} ms"
    ax.annotate(note, (1.0, 1.0), (0, 3), xycoords="axes fraction", textcoords="offset points", ha="right", va="bottom", color=GREY, fontsize=9)


def binned_rate(rec: Recording, edges: np.ndarray) -> Float[np.ndarray, " bins"]:
    """Return the rate (Hz) between successive edges, given in steps from the first."""
    counts, _ = np.histogram(np.maximum(rec.spike_steps - rec.first_step, 0), edges)
    return counts * (1000.0 / (rec.neurons * rec.dt)) / np.diff(edges)


def cut(rec: NetworkRecording, start: float | str | None, stop: float | str | None) -> dict[str, Recording]:
    """Return the spikes of each population in a stretch.

    Raises:
        TypeError: it is the recording of a single population.
        RecordingError: the stretch is empty or not inside the recording.

    """
    if not isinstance(rec, NetworkRecording):
        raise TypeError(f"rec must be the recording of a network, got {rec!r:.80}. Of one population hk.plot.raster draws the spikes.")
    return {name: window(one, start, stop).cut(one) for name, one in rec.items()}


def _bin_steps(rec: Recording, width: float | str | None) -> int:
    """Return the steps of a bin: 1, 2 or 5 times a power of ten ms where they can be chosen and are whole steps."""
    if width is not None:
        steps = int(whole_steps(milliseconds(width, "rates.width"), rec.dt, "rates.width"))
        if not 0 < steps <= rec.steps:
            raise RecordingError(f"rates.width must be > 0 ms and at most the stretch of {rec.duration:g} ms, got {steps * rec.dt:g} ms.")
        return steps
    wanted = rec.duration / _BINS
    power = 10.0 ** np.floor(np.log10(wanted))
    nice = next(k * power for k in (1, 2, 5, 10) if k * power >= wanted * 0.999)
    return min(max(1, round(nice / rec.dt)), rec.steps)
