"""The distribution of intervals between spikes."""

import numpy as np
from matplotlib.axes import Axes

from hillock.analysis import intervals
from hillock.plot._style import COLOURS, INK, new_axes
from hillock.recording import Recording, RecordingError

_BINS = 50


def isi_histogram(rec: Recording, ax: Axes | None = None, *, neuron: int | None = None) -> Axes:
    """Draw the intervals between spikes (ms) of one neuron, or of all of them together.

    Bins are whole numbers of dt wide, since intervals are: any other width makes a comb.

    Raises:
        RecordingError: nobody fired twice.

    """
    isi, who = intervals(rec)
    if neuron is not None:
        isi = isi[who == neuron]
    if not len(isi):
        raise RecordingError("There are no intervals to draw: no neuron fired twice.")
    if ax is None:
        ax = new_axes(size=(6.0, 4.0))[0]
    steps = np.rint(isi / rec.dt).astype(int)
    width = max(1, round((steps.max() - min(steps.min(), 0.5 * steps.max())) / _BINS))
    first = steps.min() // width * width
    edges = (np.arange(first, steps.max() + 2 * width, width) - 0.5) * rec.dt
    ax.hist(isi, edges, color=COLOURS[0], alpha=0.85, linewidth=0)
    ax.set_xlim(*_limits(edges))
    ax.set_xlabel("interval (ms)")
    ax.set_ylabel("intervals")
    summary = f"n = {len(isi)}\nmean {isi.mean():.4g} ms\nCV {isi.std() / isi.mean():.2f}"
    ax.text(0.97, 0.95, summary, transform=ax.transAxes, ha="right", va="top", color=INK, linespacing=1.4)
    return ax


def _limits(edges: np.ndarray) -> tuple[float, float]:
    """Return an axis from 0, or closely around intervals that hardly differ."""
    low, high = float(edges[0]), float(edges[-1])
    return (0.0, high) if high > 1.5 * low else (low - 0.2 * (high - low), high + 0.2 * (high - low))
