"""Who is joined to whom, as a matrix."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm
from matplotlib.ticker import MaxNLocator

from hillock._wiring import Wiring, wiring
from hillock.network import Network, NetworkError
from hillock.plot._effect import EXCITATORY, INHIBITORY, effect, mean_of, weight_of
from hillock.plot._style import GREY, INK, axis_label, new_axes, population_colours

_PAIRS, _BLOCKS = 400, 200  # pixels along each side: up to so many neurons have one each, more share them
_UPRIGHT = 5  # populations whose names fit side by side
_SIGNED = LinearSegmentedColormap.from_list("signed", [INHIBITORY, "#ffffff", EXCITATORY])


def connectivity(
    network: Network,
    ax: Axes | None = None,
    *,
    dt: float | str,
    key: int | None = None,
    populations: Sequence[str] | None = None,
    weights: bool = True,
    **options: Any,
) -> Axes:
    """Draw the matrix of connections: sources from top to bottom, targets to the right.

    Excitation is blue, inhibition vermilion and, also where a reversal potential makes it so, below 0; each has its own scale, up to
    its strongest. Up to 400 neurons a pixel is a pair of neurons, and several connections of a pair add up. Of more neurons a pixel is a block of pairs and shows their mean, pairs that are not joined
    included, so that a network of any size can be seen.

    Args:
        network: to draw; nothing is simulated.
        ax: to draw on.
        dt: ms, as of a run: delays are whole steps.
        key: names the random numbers, as of a run: the same key shows the same network.
        populations: which, in this order; all by default.
        weights: False shows how many connections a pair has, whatever their weights.
        options: of ``wiring``, such as ``dialect``.

    Raises:
        NetworkError: there is no such population, or weights have different units.
        ValueError: something is drawn at random, and no key was given.

    """
    names = list(network.populations) if populations is None else list(populations)
    for name in names:
        if name not in network.populations:
            raise NetworkError(f"connectivity: there is no population {name!r}. There are {', '.join(network.populations)}.")
    shown = [one for one in wiring(network, dt=dt, key=key, **options) if one.projection.source in names and one.projection.target in names]
    units = sorted({one.unit for one in shown})
    if weights and len(units) > 1:
        raise NetworkError(f"connectivity needs weights of one unit, got {' and '.join(units)}. Choose populations, or pass weights=False.")
    sizes = {name: network.populations[name].n for name in names}
    image = _image(network, shown, sizes, weights)
    if ax is None:
        ax = new_axes(size=(6.4, 5.4))[0]
    many = sum(sizes.values()) > _PAIRS
    unit = units[0].replace("uS", "µS") if units else None
    label = axis_label("mean weight per pair" if many else "weight", unit) if weights else f"{'mean ' if many else ''}connections per pair"
    _draw(image, sum(sizes.values()), weights, label, ax)
    _name_populations(sizes, population_colours(network.populations), ax)
    return ax


def _image(network: Network, shown: Sequence[Wiring], sizes: Mapping[str, int], weights: bool) -> Float[np.ndarray, "rows columns"]:
    """Return the mean over the pairs in each pixel, (sources, targets)."""
    total = sum(sizes.values())
    side = total if total <= _PAIRS else _BLOCKS
    first = dict(zip(sizes, np.cumsum([0, *sizes.values()]).tolist(), strict=False))
    image = np.zeros(side * side)
    for one in shown:
        projection = one.projection
        weight = weight_of(projection)
        flip = effect(network, projection.target, projection.synapse, weight) * np.sign(mean_of(weight)) < 0
        for part in one.parts():
            row = (part.sources.astype(np.int64) + first[projection.source]) * side // total
            column = (part.targets.astype(np.int64) + first[projection.target]) * side // total
            values = (-part.weights if flip else part.weights).astype(float) if weights else None
            image += np.bincount(row * side + column, values, side * side)
    edges = -(-np.arange(side + 1) * total // side)  # the first neuron of each pixel
    return image.reshape(side, side) / np.outer(np.diff(edges), np.diff(edges))


def _draw(image: Float[np.ndarray, "rows columns"], total: int, signed: bool, label: str, ax: Axes) -> None:
    extent = (-0.5, total - 0.5, total - 0.5, -0.5)
    drawn = ax.imshow(image, origin="upper", interpolation="nearest", aspect="equal", extent=extent, **_scale(image, signed))
    bar = ax.figure.colorbar(drawn, ax=ax, shrink=0.8, pad=0.03)
    ticks = {float(tick) for end in drawn.get_clim() if end for tick in MaxNLocator(3).tick_values(0.0, float(end)) if 0.0 <= tick / end <= 1.0}
    bar.set_ticks(sorted(ticks))
    bar.set_label(label)
    bar.outline.set_visible(False)  # type: ignore[operator]


def _scale(image: Float[np.ndarray, "rows columns"], signed: bool) -> dict[str, Any]:
    """Return colours and their ends: of excitation and inhibition each its own, since one is often many times as strong as the other."""
    low, high = min(float(image.min()), 0.0), max(float(image.max()), 0.0)
    if low < 0.0 < high:
        return {"cmap": _SIGNED, "norm": TwoSlopeNorm(0.0, low, high)}
    if low < 0.0:
        return {"cmap": _faded(INHIBITORY).reversed(), "vmin": low, "vmax": 0.0}
    return {"cmap": _faded(EXCITATORY if signed else INK), "vmin": 0.0, "vmax": high or 1.0}


def _faded(shade: str) -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list("faded", ["#ffffff", shade])


def _name_populations(sizes: Mapping[str, int], shades: Mapping[str, str], ax: Axes) -> None:
    """Draw lines between populations, and write their names along both axes."""
    ends = np.cumsum([0, *sizes.values()])
    for end in ends[1:-1]:
        ax.axhline(end - 0.5, color=GREY, linewidth=0.8)
        ax.axvline(end - 0.5, color=GREY, linewidth=0.8)
    middle = (ends[:-1] + ends[1:] - 1) / 2
    ax.set_xticks(middle, list(sizes))
    ax.set_yticks(middle, list(sizes))
    for text, name in zip([*ax.get_xticklabels(), *ax.get_yticklabels()], [*sizes, *sizes], strict=True):
        text.set_color(shades[name])
    ax.tick_params(length=0)
    if len(sizes) > _UPRIGHT:
        ax.tick_params(axis="x", labelrotation=90)
    for spine in ax.spines.values():
        spine.set(visible=True, color=GREY)
    ax.set_xlabel("target")
    ax.set_ylabel("source")
