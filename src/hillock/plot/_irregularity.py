"""How irregularly populations fire: their intervals, and the variation of those."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter

from hillock.analysis import cv, intervals
from hillock.plot._rates import cut
from hillock.plot._style import DASHED, GREY, legend, new_grid, population_colours
from hillock.recording import NetworkRecording, Recording, RecordingError

_PER_DECADE = 20
_BINS = 32
_FILLED = 3  # populations whose areas can lie on each other


def irregularity(
    rec: NetworkRecording, axes: Sequence[Axes] | None = None, *, start: float | str | None = None, stop: float | str | None = None
) -> Axes:
    """Draw, for each population, how the intervals between spikes are distributed, and the coefficients of variation of its neurons.

    Intervals have a logarithmic axis; the area under a curve is the same for all. A dashed line is at the variation of a Poisson process, 1. The
    legend holds the mean interval, the mean coefficient, and how many neurons have one: it takes two intervals, and a few make it too small.

    Args:
        rec: of a network.
        axes: two, for intervals and coefficients; made if absent.
        start, stop: the stretch (ms); all by default.

    Returns:
        The Axes of the intervals; ``.figure`` is the picture.

    Raises:
        RecordingError: nobody fired twice, or the stretch is empty or not inside the recording.

    """
    recs = cut(rec, start, stop)
    found = {name: intervals(one)[0] for name, one in recs.items()}
    if not any(len(isi) for isi in found.values()):
        raise RecordingError("There are no intervals to draw: no neuron fired twice.")
    if axes is None:
        axes = list(new_grid((1.0, 1.0), size=(12.0, 3.6))[0])
    if len(axes) != 2:
        raise ValueError(f"irregularity draws on two Axes, got {len(axes)}.")
    _draw_intervals(found, next(iter(recs.values())).dt, axes[0])
    _draw_variation(recs, found, axes[1])
    return axes[0]


def _draw_intervals(found: Mapping[str, np.ndarray], dt: float, ax: Axes) -> None:
    every = np.concatenate(list(found.values()))
    low, high = round(every.min() / dt), round(every.max() / dt)
    edges = _whole_edges(low, high) * dt
    for isi, shade in zip(found.values(), population_colours(found).values(), strict=True):
        if len(isi):
            counts, _ = np.histogram(isi, edges)
            density = counts / len(isi) / np.diff(np.log10(edges))
            _outline(ax, edges, density, shade, None, filled=len(found) <= _FILLED)
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(bottom=0.0)
    ax.set_xlabel("interval (ms)")
    ax.set_ylabel("density per decade")


def _whole_edges(low: int, high: int) -> Float[np.ndarray, " edges"]:
    """Return edges in steps, about evenly spaced in their logarithm and halfway between whole steps: no bin is one that no interval can fall into."""
    n = 1 + round(_PER_DECADE * np.log10((high + 1) / low))
    return np.unique(np.round(np.geomspace(low, high + 1, n + 1))) - 0.5


def _draw_variation(recs: Mapping[str, Recording], found: Mapping[str, np.ndarray], ax: Axes) -> None:
    each_of = {name: cv(one) for name, one in recs.items()}
    each_of = {name: each[np.isfinite(each)] for name, each in each_of.items()}
    highest = max([1.2, *(float(each.max()) for each in each_of.values() if len(each))])
    edges = np.linspace(0.0, highest * 1.0001, _BINS + 1)
    for (name, each), shade in zip(each_of.items(), population_colours(recs).values(), strict=True):
        if len(found[name]):
            mean = f"CV {each.mean():.2f}, {len(each)} of {recs[name].neurons}" if len(each) else "no CV"
            shares = np.histogram(each, edges)[0] / max(len(each), 1)
            _outline(ax, edges, shares, shade, f"{name}: {found[name].mean():.3g} ms, {mean}", filled=len(recs) <= _FILLED)
    ax.axvline(1.0, color=GREY, linewidth=1.0, linestyle=DASHED)
    place = {"xycoords": ax.get_xaxis_transform(), "textcoords": "offset points"}
    ax.annotate("Poisson", (1.0, 1.0), (4, -2), va="top", color=GREY, fontsize=9, **place)
    ax.set_xlim(0.0, highest)
    ax.set_ylim(bottom=0.0)
    ax.set_xlabel("coefficient of variation of intervals")
    ax.set_ylabel("share of neurons")
    legend(ax, title="mean interval, mean CV, neurons that have one")


def _outline(ax: Axes, edges: np.ndarray, heights: np.ndarray, shade: str, label: str | None, *, filled: bool) -> None:
    """Draw a histogram as an outline, over a pale area if there are few."""
    ax.stairs(heights, edges, color=shade, linewidth=1.6, label=label, gid="histogram")
    if filled:
        ax.stairs(heights, edges, color=shade, fill=True, alpha=0.15, linewidth=0)
