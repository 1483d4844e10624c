"""``hillock converge``: error against dt, and the largest dt that is small enough."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

import hillock as hk
from hillock.cli._flags import Flags, load
from hillock.cli._talk import UsageError, say

_NO_FLAGS = Flags()


def converge(
    model: str,
    /,
    *,
    flags: Flags = _NO_FLAGS,
    precision: str = "0.1 ms",
    dts: str | None = None,
    neurons: int | None = None,
    dialect: str | None = None,
    integrator: str | None = None,
    output: Annotated[str | None, Parameter(alias="-o")] = None,
    name: str | None = None,
    picture: str | None = None,
) -> None:
    """Draw the error of spike times against dt, and recommend the largest dt for a precision.

    Args:
        model: An experiment file (ending in .toml), a cell or replica from 'hillock list', or one of your own: path/to/file.py:Class.
        flags: The rest of the common case.
        precision: How far a spike may be from where it belongs, in ms or with a unit.
        dts: Steps to try, separated by commas, in ms or with a unit. By default 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02 and 0.01 ms, where times fit.
        neurons: How many; in a sweep, how many for each combination of values.
        dialect: The order of a step, as another simulator has it; see 'hillock list'.
        integrator: In place of the dialect's; see 'hillock list'.
        output: Folder for the picture; made if it does not exist. The current one by default.
        name: Of the picture, without ending. That of the experiment file or of the cell by default, with _convergence.
        picture: png, svg, pdf or none.

    """
    file = Path(model) if model.endswith(".toml") else None
    if flags.dt is not None:
        raise UsageError(f"converge tries several dts. Leave out --dt, or write --dts {flags.dt}")
    more = {"neurons": neurons, "dialect": dialect, "integrator": integrator, "folder": output, "name": name, "picture": picture}
    experiment = load(file, None if file else model, flags, more)
    stem = experiment.output.name or (file.stem if file else type(experiment.model).__name__.lower())
    place = experiment.output.folder / f"{stem}{'' if name else '_convergence'}.{experiment.output.picture}"
    draws = experiment.output.picture != "none"
    if draws:
        experiment.output.folder.mkdir(parents=True, exist_ok=True)
        if place.is_dir():
            raise UsageError(f"{place} is a folder, and the picture would go there. Choose another --name or --output.")
    options = {name: experiment.options[name] for name in ("duration", "neurons", "key", "dialect", "integrator", "dtype")}
    tried = [text.strip() for text in dts.split(",") if text.strip()] if dts is not None else None
    found = hk.converge(experiment.model, experiment.stimulus, dts=tried, precision=precision, **options)
    say(found.table())
    if draws:
        from hillock.cli._picture import figure_of, write  # noqa: PLC0415  (matplotlib takes as long to load as a short run)

        write(figure_of(hk.plot.convergence(found)), place)
        say(f"picture  {place}")
