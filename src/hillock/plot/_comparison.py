"""The same experiment in several dialects, or with several cells."""

import functools
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from hillock.plot._style import axis_label, colour, new_axes
from hillock.plot._thin import thin
from hillock.recording import Recording, RecordingError

_DASHES = ("solid", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1.5, 2)))  # lines that coincide still show each other


def comparison(recordings: Mapping[str, Recording], neuron: int | None = None, axes: Axes | Sequence[Axes] | None = None) -> Axes:
    """Draw one neuron of several recordings: a row of spikes for each, and their potentials on top of each other.

    Args:
        recordings: by name, for example ``{"hillock": rec, "nest": other}``. Those with ``"v"`` recorded show it.
        neuron: which; by default the first of which all of those show it.
        axes: two Axes for spikes and potentials, or one for the spikes alone; made if absent.

    Returns:
        The Axes of the spikes; ``.figure`` is the picture.

    Raises:
        RecordingError: there are no recordings, or one has no such neuron, or its potentials but not that of this neuron.

    """
    if not recordings:
        raise RecordingError("comparison needs at least one recording, got none.")
    with_v = [name for name, rec in recordings.items() if "v" in rec.traces]
    if neuron is None:
        neuron = _first([recordings[name].columns for name in with_v])
    for name, rec in recordings.items():
        if not 0 <= neuron < rec.neurons:
            raise RecordingError(f"There is no neuron {neuron} in the recording {name!r} of {rec.neurons}: they are counted from 0.")
    for name in with_v:
        recordings[name].column(neuron)  # raises, with the remedy, if it has no trace
    above, below = _panels(len(recordings), bool(with_v), axes)
    _draw_spikes(recordings, neuron, above)
    if below is not None:
        above.spines["bottom"].set_visible(False)
        above.tick_params(axis="x", bottom=False, labelbottom=False)
        for k, (name, rec) in enumerate(recordings.items()):
            if name in with_v:
                t, v = thin(rec.t, rec["v"][:, rec.column(neuron)])
                below.plot(t, v, color=colour(k), linewidth=1.4, linestyle=_DASHES[k % len(_DASHES)], label=name)
        units = {recordings[name].units.get("v") for name in with_v}
        below.set_ylabel(axis_label("potential", units.pop() if len(units) == 1 else None))
        below.margins(y=0.08)
    last = below or above
    last.set_xlim(min(rec.span[0] for rec in recordings.values()), max(rec.span[1] for rec in recordings.values()))
    last.set_xlabel("time (ms)")
    return above


def _first(shown: Sequence[Int[np.ndarray, " columns"]]) -> int:
    """Return the first neuron that has traces in all recordings, or else in the first."""
    if not shown:
        return 0
    common = functools.reduce(np.intersect1d, shown)
    return int(common[0] if len(common) else shown[0][0])


def _panels(rows: int, with_v: bool, axes: Axes | Sequence[Axes] | None) -> tuple[Axes, Axes | None]:
    if axes is None:
        tall = 0.32 * rows + 0.2
        made = new_axes(2, (tall, 2.6), (8.0, 3.6 + tall)) if with_v else new_axes(size=(8.0, 1.0 + tall))
        return made[0], made[1] if with_v else None
    given = [axes] if isinstance(axes, Axes) else list(axes)
    if len(given) not in (1, 2):
        raise ValueError(f"comparison draws on one or two Axes, got {len(given)}.")
    return given[0], given[1] if len(given) == 2 and with_v else None


def _draw_spikes(recordings: Mapping[str, Recording], neuron: int, axes: Axes) -> None:
    """Draw a row of ticks per recording, the first on top, named and coloured like its potential."""
    rows = len(recordings)
    for k, rec in enumerate(recordings.values()):
        times, row = rec.times(neuron), float(rows - 1 - k)
        ends = np.stack([np.stack([times, np.full(len(times), row - 0.36)], 1), np.stack([times, np.full(len(times), row + 0.36)], 1)], 1)
        axes.add_collection(LineCollection(list(ends), colors=colour(k), linewidths=1.8), autolim=False)
    axes.set_ylim(-0.6, rows - 0.4)
    axes.set_yticks(range(rows - 1, -1, -1), list(recordings))
    for k, text in enumerate(axes.get_yticklabels()):
        text.set_color(colour(k))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
