"""The programs on a page: one for each dialect and kind of input, and one that walks over the phase plane."""

import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple

import equinox as eqx

from hillock import dialects
from hillock._param import declarations
from hillock._population import parameters
from hillock.cells import AbstractCell, state_units
from hillock.dialects import AbstractStep, Dialect
from hillock.dialects._choices import Unsupported as NoRest
from hillock.engines import Job
from hillock.explorer._kinds import Kind
from hillock.explorer._script import simulator
from hillock.explorer._slope import Slope
from hillock.lowering import Unsupported
from hillock.random import make_key
from hillock.stimuli import AbstractStimulus, Constant
from hillock.surrogates import Hard

COLUMNS = 96  # of the grid on the phase plane, and as many rows


@dataclasses.dataclass(frozen=True)
class Choice:
    """One dialect on the page.

    Attributes:
        name: of the dialect.
        summary: the order of its step.
        stamp: row k is at (k + stamp) dt.
        rests: whether it has a refractory time.
        needs_grid: whether that must be a whole number of steps.
        programs: JavaScript by kind of input; empty if there is none.
        refused: why there is none.

    """

    name: str
    summary: str
    stamp: int
    rests: bool
    needs_grid: bool
    programs: dict[str, str]
    refused: str = ""

    def told(self) -> dict[str, Any]:
        """Return what the page needs to know besides the programs."""
        return {
            "name": self.name,
            "summary": self.summary,
            "stamp": self.stamp,
            "rests": self.rests,
            "needsGrid": self.needs_grid,
            "refused": self.refused,
        }


def choices(model: AbstractCell | AbstractStep, names: Sequence[str], kinds: Sequence[Kind], dt: float) -> list[Choice]:
    """Return the dialects to offer, the first being the one to begin with; of a replica its own, whatever the names.

    Raises:
        ValueError: a name is unknown, or the first dialect cannot run the model.

    """
    if isinstance(model, AbstractStep):
        found = [_offered(model.dialect, model, kinds, dt)]
    else:
        found = [_offered(dialects.find(name), model, kinds, dt) for name in dict.fromkeys(names)]
    if found[0].refused:
        raise ValueError(f"The explorer cannot run {type(model).__name__}: {found[0].refused}")
    return found


def _offered(dialect: Dialect, model: AbstractCell | AbstractStep, kinds: Sequence[Kind], dt: float) -> Choice:
    """Return a dialect with its programs, or with the reason why it has none."""
    rests = not isinstance(dialect.count, NoRest)
    try:
        if isinstance(model, AbstractStep):
            return _choice(dialect, model, kinds, dt)
        cell = model
        if "t_ref" in declarations(type(cell)):  # bound so that its slider does something
            cell = eqx.tree_at(lambda one: one.t_ref, cell, 1.0 if rests else 0.0)
        return _choice(dialect, dialect.bind(cell), kinds, dt)
    except Unsupported as reason:
        return Choice(dialect.name, dialect.summary, dialect.stamp, rests, dialect.count.needs_grid(), {}, str(reason))


def _choice(dialect: Dialect, step: AbstractStep, kinds: Sequence[Kind], dt: float) -> Choice:
    programs = {kind.name: simulator(_job(step, kind.stimulus, dt, shown(step))) for kind in kinds}
    return Choice(dialect.name, dialect.summary, dialect.stamp, not isinstance(dialect.count, NoRest), dialect.count.needs_grid(), programs)


def shown(step: AbstractStep) -> tuple[str, ...]:
    """Return what is recorded of a step: all that it shows, and its input."""
    return (*(name for name in step.recordable() if name != "i"), "i")


class Walk(NamedTuple):
    """The program that walks over potentials, and the second variable, where a cell has just one more, with its unit."""

    program: str
    other: str
    unit: str


def slope(cell: AbstractCell, dt: float) -> Walk:
    """Return the walk over the phase plane of a cell."""
    units = state_units(cell.init())
    others = [name for name in units if name != "v"]
    other = others[0] if len(others) == 1 else ""
    step = Slope(cell, other, COLUMNS)
    return Walk(simulator(_job(step, Constant(0.0), dt, tuple(step.recordable()))), other, units.get(other, "1"))


def check_names(model: AbstractCell | AbstractStep, kinds: Sequence[Kind]) -> None:
    """Raise ValueError if a model and a stimulus have a parameter of the same name, as two classes of one name do."""
    own = {name for name, _, _ in parameters(model)}
    same = own & {name for kind in kinds for name, _, _ in parameters(kind.stimulus)}
    if same:
        raise ValueError(f"{min(same)} is a parameter of the cell and of a stimulus. Give the class of the cell another name.")


def _job(step: AbstractStep, stimulus: AbstractStimulus, dt: float, record: tuple[str, ...]) -> Job:
    return Job(
        step=step,
        stimulus=stimulus,
        neurons=1,
        dt=dt,
        key=make_key(0),
        dtype="float64",
        record=record,
        every=1,
        of=None,
        surrogate=Hard(),
    )
