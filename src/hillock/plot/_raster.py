"""The spikes of a population."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.ticker import MaxNLocator

from hillock.plot._names import neuron_name
from hillock.plot._style import INK, new_axes
from hillock.recording import Recording

_TICKS = 20_000  # spikes drawn as lines, which stay sharp in a PDF; more become an image
_NAMED = 12
_PIXELS = (1000, 600)  # of the image: about those of the axes


def raster(rec: Recording, ax: Axes | None = None) -> Axes:
    """Draw every spike: time (ms) to the right, neurons upwards, named if they are few and have labels.

    Up to 20 000 spikes are vertical lines. More are an image, in which a spot is the darker, the more spikes fall on it, and a single
    spike can still be seen.
    """
    if ax is None:
        ax = new_axes(size=(8.0, min(4.5, 1.6 + 0.25 * rec.neurons)))[0]
    if len(rec.spike_steps) <= _TICKS:
        _draw_lines(rec, ax)
    else:
        _draw_image(rec, ax)
    ax.set_xlim(*rec.span)
    ax.set_ylim(-0.6, rec.neurons - 0.4)
    ax.set_xlabel("time (ms)")
    ax.set_ylabel("neuron")
    if rec.labels and rec.neurons <= _NAMED:
        ax.set_yticks(range(rec.neurons), [neuron_name(rec, n) for n in range(rec.neurons)])
        ax.set_ylabel("")
    else:
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    return ax


def _draw_lines(rec: Recording, ax: Axes) -> None:
    reach = max(0.4, rec.neurons / 150)  # of many neurons, rows overlap rather than vanish
    times, who = rec.spike_times, rec.spike_neurons
    ends = np.stack([np.stack([times, who - reach], 1), np.stack([times, who + reach], 1)], 1)
    ax.add_collection(LineCollection(list(ends), colors=INK, linewidths=1.0 if rec.neurons <= 100 else 0.7), autolim=False)


def _draw_image(rec: Recording, ax: Axes) -> None:
    columns, rows = min(rec.steps, _PIXELS[0]), min(rec.neurons, _PIXELS[1])
    column = np.maximum(rec.spike_steps - rec.first_step, 0) * columns // rec.steps
    row = rec.spike_neurons.astype(np.int64) * rows // rec.neurons
    image = spot_image(column, row, (rows, columns), INK)
    extent = (*rec.span, -0.5, rec.neurons - 0.5)
    ax.imshow(image, origin="lower", aspect="auto", interpolation="antialiased", extent=extent)


def spot_image(column: np.ndarray, row: np.ndarray, shape: tuple[int, int], shade: str) -> np.ndarray:
    """Return spikes as an image of colours and opacities: a spot is the denser, the more spikes fall on it, and a single one can be seen."""
    rows, columns = shape
    counts = np.bincount(row * columns + column, minlength=rows * columns).reshape(shape)
    # A spike covers its spot with an opacity that leaves the average spot half covered, and itself visible.
    opacity = np.clip(0.5 / max(counts.mean(), 1e-12), 0.12, 1.0)
    image = np.zeros((rows, columns, 4))
    image[..., :3] = to_rgb(shade)
    image[..., 3] = 1 - (1 - opacity) ** counts
    return image
