"""Why two recordings part, where both say how they were made: the run of one is made again with one choice of the other's at a time."""

import warnings
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from functools import cache, partial
from types import ModuleType
from typing import Any

from hillock import cells, stimuli
from hillock._compare._causes import explained
from hillock._compare._reasons import differing
from hillock._simulate import SimulationError, simulate
from hillock.cells import AbstractCell
from hillock.dialects import Dialect, find
from hillock.recording import Recording
from hillock.stimuli import AbstractStimulus

_MOST = 20_000_000  # neuron-steps that are made again without being asked

Parts = Callable[[Recording], float | None]
"""When a recording parts from the other (ms); None if it does not."""


@dataclass(frozen=True)
class Origin:
    """How a recording was made, as its provenance tells."""

    cell: AbstractCell
    stimulus: AbstractStimulus
    neurons: int
    steps: int
    dt: float
    key: int | None
    dialect: Dialect
    dtype: str
    engine: str

    def run(self) -> Recording:
        """Make the recording again."""
        exact = self.engine == "exact"
        return simulate(
            self.cell,
            self.stimulus,
            duration=self.steps * self.dt,
            dt=self.dt,
            neurons=self.neurons,
            key=self.key,
            dialect=self.dialect,
            dtype=None if exact else self.dtype,
            engine="exact" if exact else "auto",
        )


def origin(rec: Recording) -> Origin | None:
    """Return how a recording was made; None where that is not told, or where it is more than a cell of hillock's on one of its stimuli."""
    told = rec.provenance
    if rec.first_step or not rec.complete or not {"model", "stimulus", "dt", "steps", "dialect", "dtype", "engine"} <= set(told):
        return None
    if rec.neurons * rec.steps > _MOST or told["model"]["type"] != "DialectStep":
        return None
    try:
        cell, stimulus = _built(cells, told["model"]), _built(stimuli, told["stimulus"])
        key = told.get("key")
        return Origin(cell, stimulus, rec.neurons, rec.steps, rec.dt, key, find(told["dialect"]), str(told["dtype"]), str(told["engine"]))
    except (ValueError, TypeError, AttributeError, KeyError):
        return None


def _built(module: ModuleType, told: Mapping[str, Any]) -> Any:
    """Return a cell or a stimulus with the parameters that a provenance tells."""
    kinds = {name.partition(".")[0] for name in told["parameters"]}
    if len(kinds) != 1 or any(isinstance(value, Mapping) for value in told["parameters"].values()):
        raise ValueError("It is made of several parts, or its parameters are too long to be told.")
    return getattr(module, kinds.pop())(**{name.partition(".")[2]: value for name, value in told["parameters"].items()})


def origins(a: Recording, b: Recording, parts: Parts) -> tuple[str, ...]:
    """Return the choices by which ``b`` parts from ``a``, in words, found by making it again with those of ``a``; ``parts`` compares with ``a``."""
    first, second = origin(a), origin(b)
    if first is None or second is None or first.steps * first.dt != second.steps * second.dt:
        return ()
    axes = _axes(first, second, a, b)

    @cache
    def parted(changed: frozenset[str]) -> int | None:
        made = second
        for name in axes:
            made = axes[name][1](made) if name in changed else made
        if made.dt != second.dt:
            made = replace(made, steps=first.steps)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # said when the recordings were made
                when = parts(made.run())
        except (ValueError, SimulationError):
            return 0
        return None if when is None else int(when / first.dt)

    def parts_at(changed: Set[str]) -> int | None:
        return parted(frozenset(changed))

    if not axes or parts_at(set(axes)) is not None:
        return ()
    _, chosen, alone = explained(list(axes), parts_at)
    how = "" if len(chosen) == 1 else ", each alone" if alone else ", together"
    return tuple(f"{name}{how}: {axes[name][0]}" for name in chosen)


Axis = tuple[str, Callable[[Origin], Origin]]
"""What two runs have, in words, and what gives one the other's."""


def _axes(first: Origin, second: Origin, a: Recording, b: Recording) -> dict[str, Axis]:
    """Return every choice in which two runs differ."""
    axes: dict[str, Axis] = {}
    for field in ("dt", "key", "dtype", "engine", "neurons"):
        here, there = getattr(second, field), getattr(first, field)
        if here != there and not (field == "engine" and "exact" not in (here, there)):
            axes[field] = f"{here}; in the first {there}", partial(_changed, field=field, value=there)
    for field, told in (("cell", "model"), ("stimulus", "stimulus")):
        ours, theirs = a.provenance[told]["parameters"], b.provenance[told]["parameters"]
        for name in sorted(set(ours) | set(theirs)):
            if ours.get(name) != theirs.get(name) and set(ours) == set(theirs):
                axes[name] = (
                    f"{theirs[name]}; in the first {ours[name]}",
                    partial(_with_parameter, field=field, name=name.partition(".")[2], value=ours[name]),
                )
        if set(ours) != set(theirs):
            axes[field] = "another", partial(_changed, field=field, value=getattr(first, field))
    for name, axis, here, there in differing(second.cell, first.dialect, second.dialect, second.dt):
        axes[axis] = f"{here}; in the first {there}", partial(_with_choice, name=name, other=first)
    if first.dialect.stamp != second.dialect.stamp:
        words = [f"at the {'end' if made.dialect.stamp else 'start'} of its step" for made in (second, first)]
        axes["stamp of a spike"] = f"{words[0]}; in the first {words[1]}", partial(_with_choice, name="stamp", other=first)
    return axes


def _changed(made: Origin, field: str, value: Any) -> Origin:
    return replace(made, **{field: value})


def _with_parameter(made: Origin, field: str, name: str, value: Any) -> Origin:
    old = getattr(made, field)
    return replace(made, **{field: type(old)(**{key: value if key == name else now for key, now in vars(old).items()})})


def _with_choice(made: Origin, name: str, other: Origin) -> Origin:
    value = other.dialect.bind(other.cell).integrator if name == "integrator" else getattr(other.dialect, name)
    return replace(made, dialect=replace(made.dialect, **{name: value}))
