"""A network as a diagram of its populations and projections."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, PathPatch
from matplotlib.path import Path

from hillock.network import Drive, Network, SpikeTrains
from hillock.network._network import require_network
from hillock.network._repr import brief
from hillock.plot._effect import drive_in_words, effect, mean_of, projection_in_words, shade_of, weight_of, weight_unit
from hillock.plot._style import GREY, INK, new_axes, population_colours

_LARGEST, _SMALLEST = 0.30, 0.13  # radii, where neighbours are 1 or more apart
_LABELLED = 12  # projections whose labels do not yet hide each other
_OPEN, _ASIDE = np.radians(30.0), np.radians(75.0)  # half the angle between the ends of a loop; from its middle to the inputs
_WIDTH = 1.8
_EARLY = 0.25  # of an arrow: where its label is, since arrows cross in the middle
_BEND = 0.28  # of the line between two populations: how far an arrow leaves it


def circuit(network: Network, ax: Axes | None = None, *, labels: bool | None = None) -> Axes:
    """Draw populations as circles, the larger the more neurons they have, and projections as arrows.

    Excitatory ones are blue and end in an arrowhead, inhibitory ones are vermilion and end in a disc; several between the same populations lie side
    by side. Given spike trains are dashed circles; stimuli and drives come from outside, grey or in the colour of their effect. Where nothing is
    written beside arrows, they are the wider the stronger: size of the mean weight times connections per target, compared with others of their colour and unit.

    Args:
        network: to draw; nothing is simulated.
        ax: to draw on.
        labels: whether rule, weight and delay are written beside each projection; by default if there are at most 12.

    Raises:
        TypeError: it is no network.

    """
    require_network(network, "circuit")
    if ax is None:
        n = len(network.populations)
        ax = new_axes(size=(8.0, 4.6) if n <= 2 else (8.0, 7.0) if n == 3 else (9.5, 8.0))[0]
    nodes = _nodes(network)
    written = len(network.projections) <= _LABELLED if labels is None else labels
    signs = [effect(network, p.target, p.synapse, weight_of(p)) for p in network.projections]
    widths = [_WIDTH] * len(signs) if written else _widths(network, signs)
    seen: Counter[tuple[str, str]] = Counter()
    for projection, sign, width in zip(network.projections, signs, widths, strict=True):
        ends = projection.source, projection.target
        path, point, away = _path(nodes[ends[0]], nodes[ends[1]], seen[ends], 0.5 if len(nodes) == 2 else _EARLY)
        seen[ends] += 1
        _draw_path(path, sign, width, ax)
        if written:
            text = projection_in_words(network, projection)
            ax.annotate(text, tuple(point), tuple(5 * away), textcoords="offset points", color=shade_of(sign), gid="projection", **_beside(away))
    for name, node in nodes.items():
        _draw_population(network, name, node, ax)
        _draw_inputs(network, name, node, written, ax)
    if not written:
        note = "line width: mean weight times connections per neuron"
        ax.annotate(note, (0.5, 0.0), xycoords="axes fraction", ha="center", va="bottom", color=GREY, fontsize=9)
    ax.set_aspect("equal")
    ax.autoscale_view()
    ax.margins(0.2 if written else 0.06, 0.08)
    ax.set_axis_off()
    return ax


class _Node(NamedTuple):
    """Where a population is, how large, and in which direction there is nothing but its own loop and inputs."""

    centre: np.ndarray
    radius: float
    outwards: float
    shade: str


def _nodes(network: Network) -> dict[str, _Node]:
    """Return populations on a circle, beginning on the left, clockwise; two stand side by side."""
    n = len(network.populations)
    largest = max(one.n for one in network.populations.values())
    reach = 0.0 if n == 1 else 1.05 if n == 2 else max(1.5, 0.75 / np.sin(np.pi / n))
    nodes = {}
    for k, (name, shade) in enumerate(population_colours(network.populations).items()):
        angle = np.pi - 2 * np.pi * k / n
        share = (network.populations[name].n / largest) ** 0.25
        radius = _SMALLEST + (_LARGEST - _SMALLEST) * share
        nodes[name] = _Node(reach * _direction(angle), radius, angle, shade)
    return nodes


def _draw_population(network: Network, name: str, node: _Node, ax: Axes) -> None:
    given = isinstance(network.populations[name], SpikeTrains)
    ax.add_patch(Circle(tuple(node.centre), node.radius, facecolor="white", edgecolor="none", zorder=3))
    look = {"linestyle": (0, (3, 2))} if given else {}
    ax.add_patch(
        Circle(tuple(node.centre), node.radius, facecolor=(node.shade, 0.18), edgecolor=node.shade, linewidth=2.0, zorder=4, gid="population", **look)
    )
    x, y = node.centre
    ax.text(x, y, f"{name}\n{network.populations[name].n}", ha="center", va="center", color=INK, zorder=5, linespacing=1.3)


def _widths(network: Network, signs: Sequence[int]) -> list[float]:
    """Return how wide the line of each projection is: in proportion to its strength among those of its sign and unit, but never invisible."""
    strengths, kinds = [], []
    for projection, sign in zip(network.projections, signs, strict=True):
        n_source, n_target = network.populations[projection.source].n, network.populations[projection.target].n
        synapses = projection.connect.synapses(n_source, n_target, projection.source == projection.target)
        strengths.append(abs(mean_of(weight_of(projection))) * synapses / n_target)
        kinds.append((sign, weight_unit(network, projection.target, projection.synapse)))
    most = {kind: max(x for x, other in zip(strengths, kinds, strict=True) if other == kind) for kind in kinds}
    return [0.3 + 2.2 * x / (most[kind] or 1.0) for x, kind in zip(strengths, kinds, strict=True)]


def _path(source: _Node, target: _Node, k: int, t: float) -> tuple[Path, np.ndarray, np.ndarray]:
    """Return the line of the k-th projection between two populations, where its label is, and the direction away from there."""
    return _loop(source, k) if source is target else _arc(source, target, k, t)


def _arc(source: _Node, target: _Node, k: int, t: float) -> tuple[Path, np.ndarray, np.ndarray]:
    """Return a curve that passes a straight line on its left, so that the way back has its own; the point at ``t`` of it, and the direction away."""
    line = target.centre - source.centre
    left = np.array([-line[1], line[0]])
    top = (source.centre + target.centre) / 2 + (_BEND + 0.22 * k) * left
    begin = source.centre + (source.radius + 0.02) * _unit(top - source.centre)
    end = target.centre + (target.radius + 0.05) * _unit(top - target.centre)
    point = (1 - t) ** 2 * begin + 2 * t * (1 - t) * top + t**2 * end
    return Path([begin, top, end], [Path.MOVETO, Path.CURVE3, Path.CURVE3]), point, _unit(left)


def _loop(node: _Node, k: int) -> tuple[Path, np.ndarray, np.ndarray]:
    """Return a loop on the outer side of a population; its middle, and the direction outwards."""
    out, far = _direction(node.outwards), 2.2 * node.radius + 0.35 + 0.25 * k
    one, other = _direction(node.outwards + _OPEN), _direction(node.outwards - _OPEN)
    begin, end = node.centre + (node.radius + 0.02) * one, node.centre + (node.radius + 0.05) * other
    points = [begin, node.centre + far * one, node.centre + far * other, end]
    middle = (points[0] + 3 * points[1] + 3 * points[2] + points[3]) / 8
    return Path(points, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]), middle, out


def _draw_path(path: Path, sign: int, width: float, ax: Axes) -> None:
    shade, size = shade_of(sign), 0.4 + 0.6 * min(1.0, width / _WIDTH)
    ax.update_datalim(path.interpolated(1).to_polygons(closed_only=False)[0])
    if sign < 0:
        ax.add_patch(PathPatch(path, facecolor="none", edgecolor=shade, linewidth=width, zorder=2, gid="inhibitory"))
        x, y = np.asarray(path.vertices)[-1]
        ax.add_patch(Circle((x, y), 0.035 * size, facecolor=shade, edgecolor="none", zorder=5))
        return
    arrow = f"-|>,head_length={6 * size:.2f},head_width={3 * size:.2f}"
    look = {"arrowstyle": arrow, "shrinkA": 0, "shrinkB": 0, "linewidth": width, "facecolor": shade, "edgecolor": shade}
    ax.add_patch(FancyArrowPatch(path=path, zorder=2, gid="excitatory" if sign > 0 else "silent", **look))


def _draw_inputs(network: Network, name: str, node: _Node, written: bool, ax: Axes) -> None:
    """Draw the inputs of a population as arrows from outside, beside its loop if it has one."""
    inputs = [*network.stimuli(name), *network.drives(name)]
    looped = any(p.source == p.target == name for p in network.projections)
    turns = (_ASIDE, -_ASIDE) if looped else (0.0,)
    first = min((node.outwards + turn for turn in turns), key=lambda angle: round(np.sin(angle), 6))
    for k, one in enumerate(inputs):
        towards = _direction(first + 0.45 * (k - (len(inputs) - 1) / 2))
        begin, end = node.centre + (node.radius + 0.5) * towards, node.centre + (node.radius + 0.05) * towards
        sign, text = (
            (effect(network, name, one.synapse, one.weight), drive_in_words(network, name, one)) if isinstance(one, Drive) else (0, brief(one))
        )
        _draw_path(Path([begin, end], [Path.MOVETO, Path.LINETO]), sign, _WIDTH if written else 0.6 * _WIDTH, ax)
        if written:
            ax.annotate(text, tuple(begin), tuple(4 * towards), textcoords="offset points", color=shade_of(sign), gid="input", **_beside(towards))


def _beside(towards: np.ndarray) -> dict[str, Any]:
    """Return how a text stands that lies in a direction from what it is about; lines that cross it do not show through."""
    ha = "center" if abs(towards[0]) < 0.35 else "left" if towards[0] > 0 else "right"
    va = "center" if abs(towards[1]) < 0.35 else "bottom" if towards[1] > 0 else "top"
    return {"ha": ha, "va": va, "fontsize": 9, "zorder": 6, "bbox": {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1.0}}


def _direction(angle: float) -> np.ndarray:
    return np.array([np.cos(angle), np.sin(angle)])


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.hypot(*vector)
