"""The phase plane of a cell with two variables: where each stands still, how the state flows, where a run went."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from hillock._param import declarations
from hillock.cells import AbstractCell, state_units
from hillock.plot._style import COLOURS, GREY, INK, axis_label, legend, new_axes
from hillock.recording import Recording

_GRID = 300
_ARROWS = 18

Range = tuple[float, float]


def phase_plane(
    cell: AbstractCell,
    i: float = 0.0,
    ax: Axes | None = None,
    *,
    rec: Recording | None = None,
    neuron: int | None = None,
    v: Range | None = None,
    other: Range | None = None,
) -> Axes:
    """Draw the nullclines of a cell with two variables under a constant current, the flow, and the path of a run.

    Args:
        cell: with a state of v and one more variable.
        i: current (nA).
        ax: to draw on.
        rec: a run, with both variables recorded, whose path is drawn.
        neuron: whose path; by default the first that has traces.
        v, other: what the axes show; by default what the run visited, or what the cell's potentials suggest.

    Raises:
        ValueError: the cell has another number of variables.
        RecordingError: the run has no traces of this neuron.

    """
    names = _variables(cell)
    if neuron is None:
        neuron = 0 if rec is None else int(rec.columns[0])
    v = v or _v_range(cell, rec, neuron)
    other = other or _other_range(cell, names, i, v, rec, neuron)
    if ax is None:
        ax = new_axes(size=(6.4, 4.8))[0]
    x, y = np.linspace(*v, _GRID), np.linspace(*other, _GRID)
    handles = []
    for name, rate, shade in zip(names, _drift(cell, names, i, x, y), (COLOURS[1], COLOURS[0]), strict=True):
        if rate.min() < 0 < rate.max():
            ax.contour(x, y, rate, levels=[0.0], colors=shade, linewidths=2.0, zorder=2)
        handles.append(Line2D([], [], color=shade, linewidth=2.0, label=f"d{name}/dt = 0"))
    _draw_flow(cell, names, i, v, other, ax)
    if rec is not None:
        _draw_path(rec, names, neuron, ax)
        handles.append(Line2D([], [], color=INK, linewidth=1.2, label="run"))
    ax.set_xlim(*v)
    ax.set_ylim(*other)
    units = state_units(cell.init())
    ax.set_xlabel(axis_label(names[0], units[names[0]]))
    ax.set_ylabel(axis_label(names[1], units[names[1]]))
    ax.set_title(f"{type(cell).__name__} at {i:g} nA")
    legend(ax, handles)
    return ax


def _variables(cell: AbstractCell) -> tuple[str, str]:
    names = tuple(cell.init()._fields)
    if len(names) != 2:
        raise ValueError(f"A phase plane needs a cell with two variables; {type(cell).__name__} has {len(names)}: {', '.join(names)}.")
    return ("v", names[0] if names[1] == "v" else names[1])


def _drift(
    cell: AbstractCell, names: tuple[str, str], i: float, v: Float[np.ndarray, " columns"], other: Float[np.ndarray, " rows"]
) -> tuple[Float[np.ndarray, "rows columns"], Float[np.ndarray, "rows columns"]]:
    """Return the time derivatives of both variables on a grid."""
    kind = type(cell.init())

    def rates(x: Any, y: Any) -> tuple[Any, Any]:
        found = cell.drift(kind(**{names[0]: x, names[1]: y}), jnp.asarray(i, x.dtype))
        return jnp.asarray(getattr(found, names[0])), jnp.asarray(getattr(found, names[1]))

    x, y = np.meshgrid(v, other)
    with jax.enable_x64(True):
        dv, dw = jax.vmap(rates)(jnp.asarray(x.ravel()), jnp.asarray(y.ravel()))
    return np.asarray(dv).reshape(x.shape), np.asarray(dw).reshape(x.shape)


def _v_range(cell: AbstractCell, rec: Recording | None, neuron: int) -> Range:
    """Return the potentials to show: those of the run, else those the cell's parameters name, each with a margin."""
    if rec is not None:
        visited = rec["v"][:, rec.column(neuron)]
        return _widened(float(visited.min()), float(visited.max()), 0.12)
    declared = declarations(type(cell))
    # Where a parameter says at which potential a spike takes off, the peak at which it is cut is far outside the interesting part.
    peak = {"v_th"} if "v_t" in declared else set()
    named = [float(np.mean(getattr(cell, name))) for name in declared if name.startswith("v_") and name not in peak]
    start = cell.init()
    low, high = min([*named, float(np.mean(start.v))], default=-1.0), max(named, default=1.0)
    if not high > low:
        return low - 1.0, high + 1.0
    if float(np.mean(cell.reset(start._replace(v=high)).v)) < high and not peak:
        return low - 0.25 * (high - low), high  # where it is reset, there is nothing beyond
    return _widened(low, high, 0.4)


def _other_range(cell: AbstractCell, names: tuple[str, str], i: float, v: Range, rec: Recording | None, neuron: int) -> Range:
    """Return values of the second variable: those of the run, else the spread of its own nullcline and the lowest of the potential's."""
    if rec is not None:
        visited = rec[names[1]][:, rec.column(neuron)]
        return _widened(float(visited.min()), float(visited.max()), 0.25)
    ends = np.array([0.0, 1.0])
    dv, dw = _drift(cell, names, i, np.linspace(*v, _GRID), ends)
    own, potential = (np.divide(rate[0], rate[0] - rate[1], out=np.full(_GRID, np.nan), where=rate[0] != rate[1]) for rate in (dw, dv))
    seen = [*own[np.isfinite(own)], *potential[np.isfinite(potential)][:1], float(getattr(cell.init(), names[1]))]
    seen += [float(np.nanmin(potential))] if np.isfinite(potential).any() else []
    return _widened(min(seen), max(seen), 0.15)


def _widened(low: float, high: float, by: float = 0.08) -> Range:
    margin = by * (high - low) if high > low else 1.0
    return low - margin, high + margin


def _draw_flow(cell: AbstractCell, names: tuple[str, str], i: float, v: Range, other: Range, ax: Axes) -> None:
    """Draw arrows of one length: where the state goes, as it is seen on these axes."""
    x, y = (np.linspace(low, high, _ARROWS + 2)[1:-1] for low, high in (v, other))
    dv, dw = _drift(cell, names, i, x, y)
    across, up = dv / (v[1] - v[0]), dw / (other[1] - other[0])
    speed = np.hypot(across, up)
    speed[speed == 0] = 1.0
    ax.quiver(x, y, across / speed, up / speed, color="#d0d0d0", angles="uv", pivot="mid", scale=28, width=0.003, zorder=1)


def _draw_path(rec: Recording, names: tuple[str, str], neuron: int, ax: Axes) -> None:
    """Draw the path, with the jumps of the resets dotted."""
    x, y = (rec[name][:, rec.column(neuron)].astype(float) for name in names)
    rows = (rec.spike_steps[rec.spike_neurons == neuron] - rec.first_step) // rec.every
    rows = rows[(rows > 0) & (rows < len(x))]
    jumped = rows[x[rows] < x[rows - 1]]  # a cell without reset does not jump
    ax.plot(np.insert(x, jumped, np.nan), np.insert(y, jumped, np.nan), color=INK, linewidth=1.2, zorder=3)
    for row in jumped:
        ax.plot(x[row - 1 : row + 1], y[row - 1 : row + 1], color=GREY, linewidth=0.8, linestyle=":", zorder=2.5)
    ax.plot(x[:1], y[:1], "o", color=INK, markersize=5, zorder=4)
