"""``hillock compare``: one experiment in several dialects, or two recordings."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

import hillock as hk
from hillock.cli._flags import Flags, advise_on_silence, load
from hillock.cli._talk import UsageError, say

if TYPE_CHECKING:
    from hillock import Recording
    from hillock._compare import Match, Spikes
    from hillock.experiment import Experiment

_NO_FLAGS = Flags()
_FILES = (".npz", ".nc", ".nwb", ".csv", ".txt")  # of recordings and spike times


def compare(
    model: str,
    /,
    *,
    flags: Flags = _NO_FLAGS,
    dialects: str | None = None,
    with_: Annotated[Path | None, Parameter(name="--with")] = None,
    tolerance: str | None = None,
    unit: str | None = None,
) -> None:
    """Show where and why one neuron fires differently in several dialects, or where two recordings differ.

    Args:
        model: A cell from 'hillock list', one of your own (path/to/file.py:Class), an experiment file (ending in .toml), or, together with
            --with, a file of a recording or of spike times.
        flags: The rest of the common case.
        dialects: Names from 'hillock list', separated by commas, the reference first. All of them by default. 'exact' stands for
            the equations themselves, spikes at real times.
        with_: File of a recording (npz, nc) or of spike times (csv, txt, npz, nwb) to compare with, spike by spike.
        tolerance: How far apart matching spikes may be, in ms or with a unit. By default one step; 0 for recordings on one grid.
        unit: Of the times in csv and npz files. By default that in the name of the column, or ms.

    """
    path = Path(model) if model.endswith((".toml", *_FILES)) else None
    is_recording = path is not None and path.suffix in _FILES
    if with_ is None:
        _refuse(is_recording, f"{model} is a recording. Name the other one: --with other.npz")
        _refuse(tolerance is not None or unit is not None, "--tolerance and --unit are about spikes in a file. Name it: --with theirs.csv")
        _across_dialects(model, load(path, None if path else model, flags, {}), dialects, advise=path is None)
        return
    _refuse(dialects is not None, "--dialects and --with ask for two comparisons. Leave one of them out.")
    if is_recording and path is not None:
        _refuse(flags != _NO_FLAGS, f"{model} was recorded, and no flag changes it. Leave out all but --with, --tolerance and --unit.")
        names = (path.name, with_.name) if path.name != with_.name else (str(path), str(with_))
        say(hk.compare_recordings(path, with_, tolerance=tolerance, unit=unit, names=names).table())
        return
    from hillock._compare import read_spikes  # noqa: PLC0415  (needs JAX, which help does not)

    experiment, theirs = load(path, None if path else model, flags, {}), read_spikes(with_, unit)
    rec = experiment.run()
    match = hk.compare_recordings(rec, theirs, tolerance=tolerance, names=("simulated", with_.name))
    say(match.table())
    for line in _why(experiment, rec, match, theirs):
        say(line)


def _refuse(wrong: bool, why: str) -> None:
    if wrong:
        raise UsageError(why)


def _across_dialects(model: str, experiment: "Experiment", dialects: str | None, *, advise: bool) -> None:
    options = {name: experiment.options[name] for name in ("duration", "dt", "key")}
    chosen = [name.strip() for name in dialects.split(",") if name.strip()] if dialects else None
    if not isinstance(experiment.model, hk.cells.AbstractCell):
        raise TypeError(f"{model} is a neuron of one simulator, which no other can step. Compare a cell; 'hillock list' shows them.")
    comparison = hk.compare(experiment.model, experiment.stimulus, dialects=chosen, **options)
    say(comparison.table())
    if advise and not any(len(outcome.fired_in) for outcome in comparison.outcomes):
        advise_on_silence(experiment)


def _why(experiment: "Experiment", rec: "Recording", match: "Match", theirs: "Spikes | Recording") -> list[str]:
    """Return which other choices of a step would make the spikes agree, where one cell is stepped in a dialect."""
    from hillock._compare import suspects, trains_of  # noqa: PLC0415  (as above)

    if match.agrees or rec.neurons > 1 or not isinstance(experiment.model, hk.cells.AbstractCell):
        return []
    options = {name: experiment.options[name] for name in ("duration", "dt", "key")}
    dialect = experiment.options["dialect"] or "hillock"
    return suspects(experiment.model, experiment.stimulus, trains_of(theirs), tolerance=match.tolerance, dialect=dialect, **options).lines()
