"""One look for all pictures: colours that colour-blind readers tell apart, thin lines, no frame, sizes for a slide."""

import io
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

# Okabe & Ito (2008), without their yellow and sky blue, which are pale on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000")
INK = "#222222"
GREY = "#8c8c8c"
SHADE = "#e9e9e9"
DASHED = (0, (4, 2))

_STYLE: Mapping[Any, Any] = MappingProxyType(
    {
        "figure.dpi": 150,
        "figure.facecolor": "white",
        "font.size": 11,
        "axes.labelsize": 11,
        "axes.titlesize": 12,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.8,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.xmargin": 0.0,
        "xtick.color": INK,
        "ytick.color": INK,
        "xtick.direction": "out",
        "ytick.direction": "out",
        "text.color": INK,
        "legend.frameon": False,
        "legend.fontsize": 10,
        "lines.solid_capstyle": "round",
        "axes.unicode_minus": True,
    }
)


class _Shown(Figure):
    """A figure that notebooks show as it is, without pyplot."""

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()


def new_axes(rows: int = 1, heights: Sequence[float] = (1.0,), size: tuple[float, float] = (8.0, 4.0)) -> list[Axes]:
    """Return the Axes of a new figure, from top to bottom, with one time axis."""
    with mpl.rc_context(dict(_STYLE)):
        figure = _Shown(figsize=size, layout="constrained")
        return list(figure.subplots(rows, 1, sharex=True, squeeze=False, height_ratios=list(heights))[:, 0])


def new_grid(widths: Sequence[float] = (1.0,), heights: Sequence[float] = (1.0,), size: tuple[float, float] = (8.0, 4.0)) -> np.ndarray:
    """Return the Axes of a new figure in rows and columns, each with axes of its own."""
    with mpl.rc_context(dict(_STYLE)):
        figure = _Shown(figsize=size, layout="constrained")
        return figure.subplots(len(heights), len(widths), squeeze=False, width_ratios=list(widths), height_ratios=list(heights))


def population_colours(names: Iterable[str]) -> dict[str, str]:
    """Return a colour for each population, by its place among all; beyond the colours that are easily told apart, lighter ones."""
    listed = list(names)
    return {name: _lighter(colour(k), k // len(COLOURS)) for k, name in enumerate(listed)}


def _lighter(shade: str, times: int) -> str:
    share = 0.55**times
    red, green, blue = (1 - share * (1 - part) for part in to_rgb(shade))
    return to_hex((red, green, blue))


def colour(k: int) -> str:
    """Return the k-th colour, from the start again after the last."""
    return COLOURS[k % len(COLOURS)]


def legend(axes: Axes, handles: Sequence[Artist] | None = None, title: str | None = None) -> None:
    """Show a legend beside the axes, where it hides nothing, if anything has a name."""
    shown = list(handles) if handles is not None else axes.get_legend_handles_labels()[0]
    if shown:
        axes.legend(
            handles=shown,
            loc="upper left",
            bbox_to_anchor=(1.02, 1.0),
            borderaxespad=0.0,
            frameon=False,
            handlelength=1.6,
            title=title,
            alignment="left",
        )


def axis_label(name: str, unit: str | None) -> str:
    """Return a label such as 'input (nA)'."""
    return name if unit in (None, "", "1") else f"{name} ({unit})"
