"""The f-I curve."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from hillock.plot._style import DASHED, GREY, colour, legend, new_axes

_FEW = 40


def fi(currents: ArrayLike, rates: ArrayLike, ax: Axes | None = None, *, rheobase: float | None = None, label: str | None = None) -> Axes:
    """Draw firing rate (Hz) over current (nA), as ``analysis.fi_curve`` returns it; a further call on the same Axes adds a curve.

    Args:
        currents: nA.
        rates: Hz, one per current, or (currents, neurons) for one curve each.
        ax: to draw on.
        rheobase: nA, marked if given.
        label: of the curve.

    """
    x, table = np.asarray(currents, float), np.asarray(rates, float)
    if table.shape[:1] != x.shape:
        raise ValueError(f"fi needs one rate per current, got {x.size} currents and rates of shape {table.shape}.")
    if ax is None:
        ax = new_axes(size=(6.0, 4.0))[0]
    columns = table.reshape(len(x), -1).T
    marker = "o" if len(x) <= _FEW else None
    for k, column in enumerate(columns):
        name = label if len(columns) == 1 else f"{label or 'neuron'} {k}"
        shade = colour(len(_curves(ax)))
        ax.plot(x, column, color=shade, linewidth=1.8, marker=marker, markersize=4, label=name, gid="fi", clip_on=False, zorder=3)
    if rheobase is not None:
        ax.axvline(rheobase, color=GREY, linewidth=1.0, linestyle=DASHED)
        place = {"xycoords": ax.get_xaxis_transform(), "textcoords": "offset points", "va": "top", "color": GREY}
        ax.annotate(f"rheobase\n{rheobase:.3g} nA", (rheobase, 1.0), (5, -2), **place)
    highest = max(float(np.max(line.get_ydata())) for line in _curves(ax))
    ax.set_ylim(0.0, 1.06 * highest if highest > 0 else 1.0)
    ax.set_xlabel("current (nA)")
    ax.set_ylabel("firing rate (Hz)")
    legend(ax)
    return ax


def _curves(ax: Axes) -> list[Line2D]:
    return [line for line in ax.lines if line.get_gid() == "fi"]
