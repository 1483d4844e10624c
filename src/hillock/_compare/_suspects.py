"""Which choices of a step would make a simulation fire as a recording from elsewhere does, whose choices are not known."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from hillock._compare._reasons import words
from hillock._compare._recordings import compare_recordings
from hillock._simulate import SimulationError, simulate
from hillock._time import milliseconds
from hillock.cells import AbstractCell
from hillock.dialects import Dialect, find, names
from hillock.stimuli import AbstractStimulus

_MOST = 3  # choices changed at once
_STAMP = ("stamp", "a spike in step k is stamped")


@dataclass(frozen=True)
class Suspects:
    """What would make a simulation agree with other spikes.

    Attributes:
        before: how many spikes from elsewhere there are before the first divergence; None if every spike is matched.
        changes: choices to change together, in words: with each there are more than with those before it.
        after: how many there are with all of them; None if every spike is matched.
        alone: all choices of which each alone makes every spike match.
        dialects: in which every spike is matched.

    """

    before: int | None
    changes: tuple[str, ...]
    after: int | None
    alone: tuple[str, ...]
    dialects: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return it in words."""
        if self.before is None:
            return []
        found = [f"all spikes match with another choice: {change}" for change in self.alone]
        if not found and self.changes:
            end = "all spikes match" if self.after is None else f"the first {self.after} spikes match instead of {self.before}"
            found = [f"{end} with {'another choice' if len(self.changes) == 1 else 'other choices together'}: {' · '.join(self.changes)}"]
        if self.dialects:
            found.append(f"all spikes match in the dialect{'s' if len(self.dialects) > 1 else ''} {', '.join(self.dialects)}")
        return found or ["no other choice of the order of a step makes more spikes match from the start: look at parameters, units and input"]


def suspects(
    cell: AbstractCell,
    stimulus: AbstractStimulus,
    trains: Sequence[Float[np.ndarray, " spikes"]],
    *,
    tolerance: float,
    dialect: str | Dialect = "hillock",
    **options: Any,
) -> Suspects:
    """Return the choices that would make a simulation fire as ``trains`` say, found by running it again with one choice changed at a time.

    Args:
        cell, stimulus: what is simulated.
        trains: spike times (ms) of each neuron, from elsewhere.
        tolerance: ms, between spikes that match.
        dialect: whose choices are changed, to those of any other dialect.
        options: further arguments of ``simulate``; without integrator, engine and dtype, which are choices.

    """
    now, dt = find(dialect), float(milliseconds(options["dt"], "dt"))

    def score(other: Dialect, **more: Any) -> float:
        """Return the number of ``trains``' spikes before the first divergence, infinite if there is none, negative if it cannot run."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # said when the experiment itself was run
                rec = simulate(cell, stimulus, dialect=other, **options, **more)
                found = compare_recordings(rec, trains, tolerance=tolerance).divergence
        except (ValueError, SimulationError):
            return -1
        return np.inf if found is None else sum(int((train < found.time).sum()) for train in trains)

    before = score(now)
    if before == np.inf:
        return Suspects(None, (), None, (), ())
    tried = [(score(other), said, other) for said, other in _one_changed(now, cell, dt)]
    exact = score(now, engine="exact")
    alone = [said for good, said, _ in tried if good == np.inf] + (["spikes at real times; here: at the ends of steps"] if exact == np.inf else [])
    changes, best = [], before
    while not alone and len(changes) < _MOST and tried:
        good, said, other = max(tried, key=lambda trial: trial[0])
        if good <= best:
            break
        changes, best, now = [*changes, said], good, other
        tried = [(score(other), said, other) for said, other in _one_changed(now, cell, dt)] if best < np.inf else []
    known = tuple(name for name in names() if score(find(name)) == np.inf)
    return Suspects(int(before), tuple(changes), None if best == np.inf else int(best), tuple(alone), known)


def _one_changed(now: Dialect, cell: AbstractCell, dt: float) -> Iterator[tuple[str, Dialect]]:
    """Yield dialects that differ from one in one choice, with that choice in words; every choice that any dialect makes occurs."""
    known: Mapping[str, Dialect] = {name: find(name) for name in names()}
    ours = words(now, cell, dt)
    seen = set()
    for other in known.values():
        try:
            theirs = words(other, cell, dt)
        except ValueError:
            continue  # it cannot run the cell
        for field, (axis, said) in theirs.items():
            if said != ours[field][1] and (field, said) not in seen:
                seen.add((field, said))
                value = other.bind(cell).integrator if field == "integrator" else getattr(other, field)
                yield f"{axis}: {said}; here: {ours[field][1]}", replace(now, **{field: value})
    stamps = {0: "k dt", 1: "(k + 1) dt"}
    yield f"{_STAMP[1]}: {stamps[1 - now.stamp]}; here: {stamps[now.stamp]}", replace(now, stamp=1 - now.stamp)
