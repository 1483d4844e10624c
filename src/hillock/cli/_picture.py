"""The picture of a run, and how a picture gets into its file."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hillock import plot
from hillock.plot._style import new_axes
from hillock.recording import NetworkRecording, Recording
from hillock.recording._atomic import replacing

_MOST_LINES = 6  # more potentials than that cannot be told apart


def draw(rec: Recording | NetworkRecording) -> Figure:
    """Return the trace of a single neuron; of several, the potentials of a few, named, and all spikes; of a network, spikes and rates."""
    if isinstance(rec, NetworkRecording):
        return figure_of(plot.network(rec))
    if "v" not in rec.traces:
        return figure_of(plot.raster(rec))
    if rec.neurons == 1:
        return figure_of(plot.trace(rec))
    *above, below = new_axes(3, (1.0, 3.0, 2.0), (8.0, 6.5)) if "i" in rec.traces else new_axes(2, (3.0, 2.0), (8.0, 5.5))
    plot.trace(rec, _shown(rec)[:_MOST_LINES], above).set_xlabel("")
    return figure_of(plot.raster(rec, below))


def figure_of(axes: Axes) -> Figure:
    """Return the picture that some axes stand in."""
    figure = axes.figure
    assert isinstance(figure, Figure)
    return figure


def _shown(rec: Recording) -> list[int]:
    """Return the neurons whose traces were chosen, else the first of each combination of swept values, or all where nothing is swept."""
    if rec.of is not None or not rec.labels:
        return rec.columns.tolist()
    _, first = np.unique(np.stack(list(rec.labels.values())), axis=1, return_index=True)
    return sorted(first.tolist())


def write(figure: Figure, path: Path, *, dpi: int = 120) -> None:
    """Write a picture to a file that appears whole or not at all."""
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=dpi)
