"""Why two runs of one experiment part, found by experiment: the run is repeated with one choice changed at a time to that of the reference."""

import warnings
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hillock._compare._align import Parting, part
from hillock._compare._reasons import differing
from hillock._simulate import SimulationError, simulate
from hillock.cells import AbstractCell
from hillock.dialects import Dialect, find
from hillock.recording import Recording
from hillock.stimuli import AbstractStimulus

# What "exact" among the dialects stands for: the equations themselves, spikes at real times, whatever the order of a step.
EXACT = replace(find("hillock"), name="exact", summary="spikes at real times, by the engine exact", dtype="float64")
_GRID = "grid"


@dataclass(frozen=True)
class Cause:
    """A choice that makes a run part from the reference.

    Attributes:
        of: what parts by it, ``"spikes"`` or ``"v"`` (the potential).
        axis: the choice, in words, such as ``"time of reset"``.
        here, reference: what is chosen here and in the reference, in words.
        alone: whether changing it alone to the reference's makes all agree; otherwise it takes all the causes of the same ``of`` together,
            and none of them can be left out.
        then: first step that still parts when it alone is changed; None if none does.

    """

    of: str
    axis: str
    here: str
    reference: str
    alone: bool
    then: int | None


@dataclass(frozen=True)
class Trial:
    """One experiment on one neuron, to be run in any dialect.

    Attributes:
        cell, stimulus: what runs.
        duration, dt: ms.
        key: of the random numbers.

    """

    cell: AbstractCell
    stimulus: AbstractStimulus
    duration: float | str
    dt: float | str
    key: int | None

    def run(self, dialect: Dialect) -> Recording:
        """Return what happens in a dialect."""
        options: dict[str, Any] = {"duration": self.duration, "dt": self.dt, "key": self.key, "record": ["v", "threshold"], "dialect": dialect}
        if dialect is EXACT:
            options["engine"] = "exact"
        return simulate(self.cell, self.stimulus, **options)


def causes(trial: Trial, first: Dialect, reference: Recording, dialect: Dialect, run: Recording, tolerance: float) -> tuple[Cause, ...]:
    """Return the choices by which a run parts from the reference: those for the spikes, then those for the potential.

    A choice that alone makes all agree is a cause, and so is every other that does. Where none does, the causes are a set of choices that do
    together, found by putting back, from all of them, first what delays the parting least; no smaller part of that set does.
    """
    before = part(first, reference, dialect, run, tolerance)
    words = {name: (axis, here, there) for name, axis, here, there in differing(trial.cell, first, dialect, reference.dt)}
    if dialect is EXACT:
        words[_GRID] = ("spikes and resets", "at real times", f"at the ends of steps of {reference.dt:g} ms")

    @cache
    def parted(changed: frozenset[str]) -> Parting:
        if dialect is EXACT and _GRID not in changed:
            return before  # to the equations themselves, no order of a step makes a difference
        fields = {name: getattr(first, name) for name in changed if name != _GRID}
        if "integrator" in fields:
            fields["integrator"] = first.bind(trial.cell).integrator
        other = replace(dialect, **fields)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # said when the experiment itself was run
                return part(first, reference, other, trial.run(other), tolerance)
        except (ValueError, SimulationError):
            return Parting(0, 0)

    found = []
    for of in ("spikes", "v"):
        if getattr(before, of) is not None:
            then, chosen, alone = explained(list(words), lambda changed, of=of: getattr(parted(frozenset(changed)), of))
            found += [Cause(of, *words[name], alone, then[name]) for name in chosen]
    return tuple(found)


def explained(names: Sequence[str], parts_at: Callable[[Set[str]], int | None]) -> tuple[dict[str, int | None], list[str], bool]:
    """Return where runs part with each choice changed, the choices that matter, and whether each does so alone."""
    then = {name: parts_at({name}) for name in names}
    alone = [name for name in names if then[name] is None]
    if alone or parts_at(set(names)) is not None:
        return then, alone, True
    kept = set(names)
    for name in sorted(names, key=lambda name: (then[name] or 0, -names.index(name))):
        if parts_at(kept - {name}) is None:
            kept.remove(name)
    return then, [name for name in names if name in kept], False


def in_words(found: Sequence[Cause], reference: str) -> list[str]:
    """Return a line for each cause; those of spikes and potential are one where they are the same."""
    lines: dict[tuple[str, str], list[str]] = {}
    for cause in found:
        several = sum(other.of == cause.of for other in found) > 1
        how = "" if not several else ", each alone" if cause.alone else ", together"
        lines.setdefault((f"{cause.axis}: {cause.here}; in {reference}: {cause.reference}", how), []).append(cause.of)
    return [f"{' and '.join(of)}{how}: {text}" for (text, how), of in lines.items()]
