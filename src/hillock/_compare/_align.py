"""Where two runs of one experiment part: aligned first, since dialects stamp spikes and show potentials at different places of a step."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from hillock.dialects import Dialect
from hillock.recording import Recording


class Parting(NamedTuple):
    """First step in which only one of two runs fires, and after which their potentials differ; None where they agree."""

    spikes: int | None
    v: int | None


def part(first: Dialect, reference: Recording, dialect: Dialect, run: Recording, tolerance: float) -> Parting:
    """Return where a run parts from the reference; potentials may differ by ``tolerance`` (mV)."""
    ours, theirs = fired_in(first, reference), fired_in(dialect, run)
    known = run.steps - max(first.fires_first, dialect.fires_first)  # what fires in the last step may be reported after the end
    return Parting(_first_difference(ours[ours < known], theirs[theirs < known]), _first_apart(first, reference, dialect, run, tolerance))


def fired_in(dialect: Dialect, run: Recording) -> Int[np.ndarray, " spikes"]:
    """Return the step that produced each spike."""
    return run.spike_steps - (1 if dialect.fires_first else 0)


def _first_difference(ours: Int[np.ndarray, " a"], theirs: Int[np.ndarray, " b"]) -> int | None:
    """Return the first step that is in one list and not in the other."""
    alone = np.setxor1d(ours, theirs)
    return int(alone[0]) if len(alone) else None


def _first_apart(first: Dialect, reference: Recording, dialect: Dialect, run: Recording, tolerance: float) -> int | None:
    """Return the first step after which two potentials differ."""
    ours, theirs = _after_step(first, reference), _after_step(dialect, run)
    n = min(len(ours), len(theirs))
    apart = np.abs(ours[:n].astype(float) - theirs[:n].astype(float)) > tolerance
    if _shows_spikes(first) != _shows_spikes(dialect):
        for fired in (fired_in(first, reference), fired_in(dialect, run)):
            apart[fired[(fired >= 0) & (fired < n)]] = False
    return int(np.argmax(apart)) if apart.any() else None


def _after_step(dialect: Dialect, run: Recording) -> Float[np.ndarray, " rows"]:
    """Return v after each step: a recorder that shows the start of a step is one row late."""
    v = run["v"][:, 0]
    return v[1:] if dialect.shows == "start" else v


def _shows_spikes(dialect: Dialect) -> bool:
    """Return whether the potential above threshold can be seen for a step."""
    return dialect.shows == "before" or dialect.fires_first or dialect.reset_next_step
