"""Why two runs of one experiment differ: the choices of their dialects in words, those that cannot matter left out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from hillock._trace import dependence
from hillock.cells import AbstractCell
from hillock.dialects import Dialect
from hillock.recording import Recording

_ROUNDING = 1e-6  # of v: a recorded threshold is v minus the distance to it, rounded


@dataclass(frozen=True)
class _Facts:
    """What a pair of runs shows, by which a difference of choices can be ruled out as a reason."""

    fired: bool
    in_a_row: bool
    touched: bool
    moves_threshold: bool
    rests: bool


def _facts(cell: AbstractCell, *runs: Recording) -> _Facts:
    return _Facts(
        fired=any(len(run.spike_steps) for run in runs),
        in_a_row=any((np.diff(run.spike_steps) == 1).any() for run in runs),
        touched=any((run["v"] == run["threshold"]).any() for run in runs),
        moves_threshold=_threshold_may_move(cell) and any(np.ptp(run["threshold"]) > _ROUNDING * np.abs(run["v"]).max() for run in runs),
        rests=bool(np.any(np.asarray(cell.t_ref) > 0)),
    )


def _threshold_may_move(cell: AbstractCell) -> bool:
    """Return whether the threshold test looks at anything but the potential."""
    state = jax.tree.map(jnp.asarray, cell.init())
    (looks_at,) = dependence(cell.excess, state)
    return any(looks for name, looks in zip(state._fields, looks_at, strict=True) if name != "v")


def _words_of(value: Any) -> str:
    """Return what a choice does: the first clause that its class is documented with."""
    text = " ".join((type(value).__doc__ or type(value).__name__).split())
    clause = re.split(r"[.:;](?: |$)", text)[0]
    return clause[0].lower() + clause[1:]


def _integrator(dialect: Dialect, cell: AbstractCell, dt: float) -> str:
    return type(dialect.bind(cell).integrator).__name__


def _resting_steps(dialect: Dialect, cell: AbstractCell, dt: float) -> str:
    with jax.enable_x64(True):  # as the engine counts
        return str(int(dialect.count(np.float64(cell.t_ref), np.float64(dt))))


def _delay(steps: int) -> str:
    return "at once" if steps == 0 else f"{steps} step{'s' if steps > 1 else ''} later"


_Say = Callable[[Dialect, AbstractCell, float], str]
_Matters = Callable[[_Facts], bool]

_AXES: Mapping[str, tuple[str, _Say, _Matters]] = MappingProxyType(
    {
        "input_delay": ("input is felt", lambda d, c, dt: _delay(d.input_delay), lambda f: True),
        "integrator": ("integration", _integrator, lambda f: True),
        "fires_first": (
            "test and reset",
            lambda d, c, dt: "before the flow, on the state the last step left" if d.fires_first else "after the flow",
            lambda f: f.fired,
        ),
        "reset_next_step": (
            "time of reset",
            lambda d, c, dt: "one step after the spike" if d.reset_next_step else "in the step of the spike",
            lambda f: f.fired,
        ),
        "reset": ("kind of reset", lambda d, c, dt: _words_of(d.reset), lambda f: f.fired),
        "count": ("refractory steps", _resting_steps, lambda f: f.fired and f.rests),
        "refractoriness": ("while refractory", lambda d, c, dt: _words_of(d.refractoriness), lambda f: f.fired and f.rests),
        "tests_old_threshold": (
            "threshold tested",
            lambda d, c, dt: "as it was before the step" if d.tests_old_threshold else "as it is after the flow",
            lambda f: f.moves_threshold,
        ),
        "crossing": ("spike", lambda d, c, dt: "an upward crossing" if d.crossing else "every step above threshold", lambda f: f.in_a_row),
        "at_least": ("test", lambda d, c, dt: "v ≥ threshold" if d.at_least else "v > threshold", lambda f: f.touched),
        "dtype": ("arithmetic", lambda d, c, dt: d.dtype, lambda f: True),
    }
)
# What only changes how a run is reported, for which runs are aligned, or how neurons reach each other, which a single one does not notice.
REPORTING = frozenset({"name", "summary", "stamp", "shows", "delivers_first"})


def words(dialect: Dialect, cell: AbstractCell, dt: float) -> dict[str, tuple[str, str]]:
    """Return each choice of a dialect by the name of its field: what it is about, and what is chosen, in words.

    Raises:
        ValueError: the dialect cannot run the cell.

    """
    return {name: (axis, say(dialect, cell, dt)) for name, (axis, say, _) in _AXES.items()}


def differing(cell: AbstractCell, first: Dialect, dialect: Dialect, dt: float) -> list[tuple[str, str, str, str]]:
    """Return field, choice, what a dialect does and what the first does, in words, for each choice in which they differ."""
    ours = words(first, cell, dt)
    return [(name, axis, said, ours[name][1]) for name, (axis, said) in words(dialect, cell, dt).items() if said != ours[name][1]]


def reasons(cell: AbstractCell, first: Dialect, reference: Recording, dialect: Dialect, run: Recording) -> tuple[str, ...]:
    """Return the differing choices that can be a reason; the precision only where nothing else is."""
    facts = _facts(cell, reference, run)
    found = []
    for name, axis, theirs, ours in differing(cell, first, dialect, run.dt):
        if _AXES[name][2](facts) and not (name == "dtype" and found):
            found.append(f"{axis}: {theirs}; in {first.name}: {ours}")
    return tuple(found)
