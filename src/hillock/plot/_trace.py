"""A neuron over time: its input, its potential with spikes and threshold, its rests."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from hillock.plot._names import neuron_name, parameter
from hillock.plot._style import DASHED, GREY, INK, SHADE, axis_label, colour, legend, new_axes
from hillock.plot._thin import thin
from hillock.recording import Recording, RecordingError

_TALL = 0.35  # how far a spike is drawn above the trace, as a fraction of the range of the trace


def trace(rec: Recording, neuron: int | Sequence[int] | None = None, axes: Axes | Sequence[Axes] | None = None) -> Axes:
    """Draw the membrane potential of one neuron, or a few, over time (ms).

    Spikes are vertical ticks: models that are reset do not draw them themselves. The input is shown above if ``"i"`` was recorded, the
    threshold if ``"threshold"`` was, and the refractory time is shaded if there is one neuron and its length is known.

    Args:
        rec: with ``"v"`` recorded.
        neuron: which; by default the first that has traces.
        axes: two Axes for input and potential, or one for the potential alone; made if absent.

    Returns:
        The Axes of the potential; ``.figure`` is the picture.

    Raises:
        RecordingError: ``"v"`` was not recorded, or not of this neuron.

    """
    which = _check(rec, neuron)
    above, below = _panels(rec, axes)
    many = len(which) > 1
    if above is not None:
        _draw_input(rec, which, above)
    for k, n in enumerate(which):
        name = neuron_name(rec, n) if many or rec.labels else None
        below.plot(*thin(*_potential(rec, n)), color=colour(k), linewidth=1.4, label=name, zorder=3)
    bottom, top = _draw_spikes(rec, which, below)
    _draw_threshold(rec, which, below)
    if not many:
        _shade_rests(rec, which[0], below)
    margin = 0.06 * (top - bottom)
    below.set_ylim(bottom - margin, top + margin)
    below.set_xlim(*rec.span)
    below.set_xlabel("time (ms)")
    below.set_ylabel(axis_label("potential", rec.units.get("v")))
    legend(below)
    return below


def _check(rec: Recording, neuron: int | Sequence[int] | None) -> list[int]:
    """Return the neurons to draw, all of which have traces."""
    rec["v"]  # raises, with the remedy, if it was not recorded
    neuron = int(rec.columns[0]) if neuron is None else neuron
    which = [neuron] if isinstance(neuron, int | np.integer) else list(neuron)
    if not which:
        raise RecordingError("trace needs at least one neuron, got none.")
    for n in which:
        rec.column(n)  # likewise
    return which


def _traces(rec: Recording, name: str, which: list[int]) -> Float[np.ndarray, "rows which"]:
    return rec[name][:, [rec.column(n) for n in which]]


def _panels(rec: Recording, axes: Axes | Sequence[Axes] | None) -> tuple[Axes | None, Axes]:
    """Return the Axes of the input, if it is to be drawn, and of the potential."""
    if axes is None:
        if "i" not in rec.traces:
            return None, new_axes(size=(8.0, 3.6))[0]
        above, below = new_axes(2, (1.0, 3.0), (8.0, 4.5))
        below.figure.align_ylabels([above, below])  # type: ignore[union-attr]
        return above, below
    given = [axes] if isinstance(axes, Axes) else list(axes)
    if len(given) not in (1, 2):
        raise ValueError(f"trace draws on one or two Axes, got {len(given)}.")
    return (given[0] if "i" in rec.traces else None, given[1]) if len(given) == 2 else (None, given[0])


def _draw_input(rec: Recording, which: list[int], axes: Axes) -> None:
    """Draw the input as the steps it is: it holds during a step, whose end or start its row shows."""
    style = "steps-pre" if rec.stamp else "steps-post"
    rows = _traces(rec, "i", which)
    same = bool((rows == rows[:, :1]).all())
    for k, column in enumerate(rows.T[:1] if same else rows.T):
        t, i = thin(rec.t, column)
        axes.plot(t, i, color=INK if same else colour(k), linewidth=1.2, drawstyle=style)
    axes.set_ylabel(axis_label("input", rec.units.get("i")))
    axes.margins(y=0.15)
    axes.tick_params(labelbottom=False, bottom=False)
    axes.spines["bottom"].set_visible(False)


def _potential(rec: Recording, neuron: int) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, " points"]]:
    """Return times and potentials to draw: where a row shows the reset, the potential first reaches the foot of the spike."""
    t, v, rows = rec.t, rec["v"][:, rec.column(neuron)], _rows(rec, neuron)
    feet, times = _before_spikes(rec, neuron), rec.times(neuron)
    exact = (rows < len(v)) & (rows > 0)
    exact[exact] &= np.isclose(t[rows[exact]], times[exact]) & (v[rows[exact]] < feet[exact]) & ~_drawn_by_trace(rec, neuron)[exact]
    return np.insert(t, rows[exact], times[exact]), np.insert(v, rows[exact], feet[exact])


def _draw_spikes(rec: Recording, which: list[int], axes: Axes) -> tuple[float, float]:
    """Draw ticks from the potential before each spike to one height; return the lowest and highest potential drawn."""
    columns = _traces(rec, "v", which)
    low, high = (float(np.min(columns)), float(np.max(columns))) if columns.size else (0.0, 1.0)
    levels = [_before_spikes(rec, n) for n in which]
    reached = max([high, *(float(level.max()) for level in levels if level.size)])
    top = reached + _TALL * max(reached - low, 1e-12)
    drawn = False
    for k, (n, level) in enumerate(zip(which, levels, strict=True)):
        times = rec.times(n)
        jumps = ~_drawn_by_trace(rec, n)
        if jumps.any():
            segments = np.stack([np.stack([times, level], 1), np.stack([times, np.full(len(times), top)], 1)], 1)[jumps]
            axes.add_collection(LineCollection(list(segments), colors=colour(k), linewidths=1.4, zorder=3, label=None), autolim=False)
            drawn = True
    return low, top if drawn else max(reached, low + 1e-12)


def _rows(rec: Recording, neuron: int) -> np.ndarray:
    """Return, for each spike of a neuron, the row of a trace that shows its step or, if rows are sparse, the next one."""
    steps = rec.spike_steps[rec.spike_neurons == neuron] - rec.first_step
    return steps // rec.every


def _before_spikes(rec: Recording, neuron: int) -> Float[np.ndarray, " spikes"]:
    """Return from where the tick of each spike rises: the threshold where it is known, else the last potential."""
    rows = np.clip(_rows(rec, neuron) - 1, 0, max(len(rec.t) - 1, 0))
    if not len(rec.t):
        return np.zeros(0)
    column = rec.column(neuron)
    before = rec["v"][rows, column].astype(float)
    return np.maximum(before, rec["threshold"][rows, column]) if "threshold" in rec.traces else before


def _drawn_by_trace(rec: Recording, neuron: int) -> np.ndarray:
    """Return for which spikes the potential goes on rising: a cell without reset, such as Hodgkin-Huxley's, draws them itself."""
    v, rows = rec["v"][:, rec.column(neuron)], _rows(rec, neuron)
    if not len(v):
        return np.ones(len(rows), bool)
    before, after = v[np.clip(rows - 1, 0, len(v) - 1)], v[np.clip(rows + 1, 0, len(v) - 1)]
    return after > before


def _draw_threshold(rec: Recording, which: list[int], axes: Axes) -> None:
    """Draw the threshold of each neuron in its colour, or once in grey if it is the same for all."""
    if "threshold" not in rec.traces:
        return
    rows = _traces(rec, "threshold", which)
    same = bool((rows == rows[:, :1]).all())
    for k, column in enumerate(rows.T[:1] if same else rows.T):
        name = None if k else "threshold"
        axes.plot(*thin(rec.t, column), color=GREY if same else colour(k), linewidth=1.0, linestyle=DASHED, label=name, zorder=2)


def _shade_rests(rec: Recording, neuron: int, axes: Axes) -> None:
    t_ref = parameter(rec, "t_ref", neuron)
    if t_ref is None or t_ref <= 0 or not len(rec.times(neuron)):
        return
    spans = [(t, t_ref) for t in rec.times(neuron)]
    axes.broken_barh(spans, (0, 1), transform=axes.get_xaxis_transform(), color=SHADE, linewidth=0, label="refractory", zorder=0)
