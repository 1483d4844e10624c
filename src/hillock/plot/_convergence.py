"""Error against dt."""

import numpy as np
from matplotlib.axes import Axes

from hillock._converge import Convergence
from hillock.plot._style import DASHED, GREY, colour, legend, new_axes


def convergence(found: Convergence, ax: Axes | None = None) -> Axes:
    """Draw the largest and the mean spike-time error over dt, both logarithmic, with the precision asked for and the dt recommended.

    A dashed grey line shows dt itself: the error of a spike that the grid moves by one step. An error of 0 has no logarithm and no point.

    Args:
        found: what ``hillock.converge`` returned.
        ax: to draw on.

    """
    if ax is None:
        ax = new_axes(size=(6.5, 4.2))[0]
    ax.set_xscale("log")
    ax.set_yscale("log")
    dts = np.array(found.dts)
    for k, (name, errors) in enumerate((("largest", found.largest), ("mean", found.mean))):
        drawn = np.isfinite(errors) & (errors > 0)
        ax.plot(dts[drawn], errors[drawn], color=colour(k), marker="o", markersize=5, linewidth=1.6, label=name, gid="error")
    ax.plot(dts, dts, color=GREY, linewidth=1.0, linestyle=DASHED, label="dt")
    ax.axhline(found.precision, color=GREY, linewidth=1.0)
    place = {"textcoords": "offset points", "color": GREY, "fontsize": 9}
    ax.annotate(f"precision {found.precision:g} ms", (1.0, found.precision), (-2, 3), xycoords=ax.get_yaxis_transform(), ha="right", **place)
    best = found.recommended
    if best is not None:
        ax.axvline(best, color=GREY, linewidth=1.0)
        ax.annotate(f"dt = {best:g} ms", (best, 1.0), (3, -10), xycoords=ax.get_xaxis_transform(), **place)
    ax.set_xticks(dts, [f"{dt:g}" for dt in dts])
    ax.set_xticks([], minor=True)
    ax.margins(x=0.05)
    ax.set_xlabel("dt (ms)")
    ax.set_ylabel("spike-time error (ms)")
    legend(ax)
    return ax
