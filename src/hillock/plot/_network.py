"""A network at a glance: who fired when, how often, and how the rates went."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from hillock.plot._raster import spot_image
from hillock.plot._rates import cut, draw_rates
from hillock.plot._style import GREY, INK, new_grid, population_colours
from hillock.recording import NetworkRecording, Recording

_TICKS = 20_000  # spikes drawn as lines, which stay sharp in a PDF; more become an image
_COLUMNS = 1200
_TWO_LINES = 4  # populations whose names have a line of their own
_LEAST = 0.08  # of the height: what a small population gets at least
_BAR = 0.09  # the highest bar of a mean rate, as a fraction of the height
_REACH = 1 / 220  # half the height of a spike where rows are closer than that


def network(
    rec: NetworkRecording,
    axes: Axes | Sequence[Axes] | None = None,
    *,
    most: int = 500,
    width: float | str | None = None,
    start: float | str | None = None,
    stop: float | str | None = None,
) -> Axes:
    """Draw the spikes of all populations, each in its colour, with their mean rates beside and their rates over time beneath.

    Populations stand one below the other, neuron 0 on top. Of many neurons a part is shown, evenly chosen, and beside it is written how many;
    rates are those of all neurons.

    Args:
        rec: of a network.
        axes: three Axes for spikes, mean rates and rates over time, or one for the spikes alone; made if absent.
        most: neurons shown of all populations together, or a few more: of each at least one.
        width: of the bins of the rates (ms), see ``rates``.
        start, stop: the stretch (ms); all by default.

    Returns:
        The Axes of the spikes; ``.figure`` is the picture.

    Raises:
        RecordingError: the stretch is empty or not inside the recording.
        ValueError: the number of Axes is neither one nor three, or ``most`` is below 1.

    """
    if most < 1:
        raise ValueError(f"network.most must be a number of neurons ≥ 1, got {most}.")
    recs = cut(rec, start, stop)
    above, beside, below = _panels(len(recs), axes)
    bands = _bands({name: one.neurons for name, one in recs.items()}, most)
    for name, shade in population_colours(recs).items():
        _draw_spikes(recs[name], bands[name], above, shade)
    _name_bands(recs, bands, above)
    above.set_xlim(*next(iter(recs.values())).span)
    if beside is None or below is None:
        above.set_xlabel("time (ms)")
        return above
    above.tick_params(axis="x", labelbottom=False)
    _draw_means(recs, bands, beside)
    draw_rates(recs, below, width)
    return above


class _Band(NamedTuple):
    """Where a population is drawn: from top to bottom (0 to 1, downwards), and which of its neurons."""

    top: float
    bottom: float
    neurons: Int[np.ndarray, " shown"]

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def _panels(populations: int, axes: Axes | Sequence[Axes] | None) -> tuple[Axes, Axes | None, Axes | None]:
    if axes is None:
        made = new_grid((5.0, 1.0), (3.2, 1.0), (9.0, 5.6 + 0.2 * max(0, populations - _TWO_LINES)))
        made[1, 1].remove()
        made[1, 0].sharex(made[0, 0])
        made[0, 1].sharey(made[0, 0])
        return made[0, 0], made[0, 1], made[1, 0]
    given = [axes] if isinstance(axes, Axes) else list(axes)
    if len(given) not in (1, 3):
        raise ValueError(f"network draws on one or three Axes, got {len(given)}.")
    return (given[0], given[1], given[2]) if len(given) == 3 else (given[0], None, None)


def _bands(sizes: Mapping[str, int], most: int) -> dict[str, _Band]:
    """Return the band of each population: in proportion to its size, but high enough to be seen, with a gap between two."""
    total = sum(sizes.values())
    shares = {name: max(n / total, _LEAST) for name, n in sizes.items()}
    gap = 0.012
    room = (1.0 - gap * (len(sizes) - 1)) / sum(shares.values())
    bands, top = {}, 0.0
    for name, n in sizes.items():
        height = shares[name] * room
        shown = min(n, max(1, round(most * height))) if total > most else n
        bands[name] = _Band(top, top + height, ((np.arange(shown) + 0.5) * n / shown).astype(np.int64))
        top += height + gap
    return bands


def _draw_spikes(rec: Recording, band: _Band, ax: Axes, shade: str) -> None:
    place = np.full(rec.neurons, -1)
    place[band.neurons] = np.arange(len(band.neurons))
    row = place[rec.spike_neurons]
    held, height = row >= 0, (band.bottom - band.top) / len(band.neurons)
    if np.count_nonzero(held) > _TICKS:
        columns = min(rec.steps, _COLUMNS)
        column = np.maximum(rec.spike_steps[held] - rec.first_step, 0) * columns // rec.steps
        image = spot_image(column, row[held], (len(band.neurons), columns), shade)
        ax.imshow(image, origin="upper", aspect="auto", interpolation="antialiased", extent=(*rec.span, band.bottom, band.top))
        return
    times, y, reach = rec.spike_times[held], band.top + (row[held] + 0.5) * height, max(0.42 * height, _REACH)
    ends = np.stack([np.stack([times, y + reach], 1), np.stack([times, y - reach], 1)], 1)
    ax.add_collection(LineCollection(list(ends), colors=shade, linewidths=1.1 if len(times) < 4000 else 0.7, capstyle="butt"), autolim=False)


def _name_bands(recs: Mapping[str, Recording], bands: Mapping[str, _Band], ax: Axes) -> None:
    """Write beside each band the population's name, and how many of its neurons are shown."""
    ax.set_ylim(1.01, -0.01)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    place = {"xycoords": ax.get_yaxis_transform(), "textcoords": "offset points", "ha": "right"}
    for (name, one), shade in zip(recs.items(), population_colours(recs).values(), strict=True):
        band = bands[name]
        shown = _shown(len(band.neurons), one.neurons)
        if len(recs) > _TWO_LINES:
            ax.annotate(f"{name}, {shown}", (0.0, band.middle), (-8, 0), va="center", color=shade, fontsize=9, **place)
        else:
            ax.annotate(name, (0.0, band.middle), (-8, 1), va="bottom", color=shade, weight="bold", **place)
            ax.annotate(shown, (0.0, band.middle), (-8, -2), va="top", color=shade, fontsize=9, **place)


def _shown(some: int, n: int) -> str:
    return f"{some} of {n}" if some < n else f"{n} neuron{'' if n == 1 else 's'}"


def _draw_means(recs: Mapping[str, Recording], bands: Mapping[str, _Band], ax: Axes) -> None:
    """Draw the mean rate of each population as a bar beside its band, with the number at its end."""
    means = {name: len(one.spike_steps) / one.neurons / one.duration * 1000.0 for name, one in recs.items()}
    for (name, mean), shade in zip(means.items(), population_colours(recs).values(), strict=True):
        band = bands[name]
        ax.barh(band.middle, mean, min(0.7 * (band.bottom - band.top), _BAR), color=shade, linewidth=0)
        ax.annotate(f"{mean:.3g} Hz", (mean, band.middle), (4, 0), textcoords="offset points", va="center", color=INK)
    ax.set_xlim(0.0, 1.9 * max(means.values()) or 1.0)  # room for the numbers
    ax.annotate("mean rate", (0.0, 1.0), (0, 3), xycoords="axes fraction", textcoords="offset points", va="bottom", color=GREY, fontsize=9)
    ax.tick_params(axis="both", length=0, labelleft=False, labelbottom=False)
    ax.spines["bottom"].set_visible(False)
