"""Flags that describe an experiment. A flag is a change of the file's data, so that file and flags are checked alike."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

import hillock as hk
from hillock.cli._set import change
from hillock.cli._talk import UsageError, say

if TYPE_CHECKING:
    from hillock.experiment import Experiment

# What runs when no file says otherwise.
_BASE = {"duration": "100 ms", "dt": "0.1 ms"}
_BASE_STIMULUS = {"type": "Constant", "amplitude": "0.3 nA"}
_STRONGER = "10"  # nA: every cell of hillock fires on it
_OF_OUTPUT = ("folder", "name", "data", "picture")


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Flags:
    """The common case of an experiment."""

    stimulus: Annotated[
        tuple[str, ...], Parameter(help="Input: a name from 'hillock list'; several are added. Constant of 0.3 nA by default.", show_default=False)
    ] = ()
    set_: Annotated[
        tuple[str, ...],
        Parameter(
            name="--set",
            help="Change any value of the experiment: cell.tau_m=30, stimulus.amplitude='300 pA'. Several values, cell.tau_m=10,20,30, "
            "run as one population; with several such flags, every combination.",
            show_default=False,
        ),
    ] = ()
    duration: Annotated[str | None, Parameter(help="How long, in ms or with a unit: '1 s'. 100 ms by default.")] = None
    dt: Annotated[str | None, Parameter(help="Length of a step, likewise. 0.1 ms by default.")] = None
    key: Annotated[int | None, Parameter(help="Whole number that names the random numbers.")] = None
    dtype: Annotated[str | None, Parameter(help="float32 or float64.")] = None
    trust: Annotated[bool, Parameter(help="Run the Python files that the experiment file names.", show_default=False)] = False

    def changes(self) -> dict[str, Any]:
        """Return the top-level keys that were given."""
        given = {"duration": self.duration, "dt": self.dt, "key": self.key, "dtype": self.dtype}
        return {name: value for name, value in given.items() if value is not None}


def load(file: Path | None, cell: str | None, flags: Flags, more: dict[str, Any]) -> "Experiment":
    """Return the experiment of a file, of flags, or of a file changed by flags.

    Raises:
        UsageError: neither a file nor a cell was named.
        ExperimentError: it is wrong; every mistake is named.

    """
    if file is None and cell is None:
        raise UsageError(
            "Name an experiment file or a cell: 'hillock run experiment.toml' or 'hillock run --cell LIF'. 'hillock init' writes a file."
        )
    raw: dict[str, Any] = hk.experiment.read_toml(file) if file else {**_BASE, "stimulus": [dict(_BASE_STIMULUS)]}
    for name, value in {**flags.changes(), **more}.items():
        if value is not None:
            table = raw.setdefault("output", {}) if name in _OF_OUTPUT else raw
            if isinstance(table, dict):  # what else it may be, the schema complains about
                table[name] = value
    # Paths of code in flags start at the working folder, those in a file at the file's.
    own, *others = [_absolute(name) if file else name for name in (cell or "", *flags.stimulus)]
    if own and _type_of(raw.get("cell")) != own:
        raw["cell"] = {"type": own}
    if others:
        raw["stimulus"] = [{"type": name} for name in others]
    for text in flags.set_:
        change(raw, text)
    return hk.experiment.parse(raw, name=file.name if file else "", folder=file.parent if file else Path(), trust=flags.trust or [own, *others])


def advise_on_silence(experiment: "Experiment") -> None:
    """Say what to try if nothing fired on the input that nobody chose."""
    if experiment.source["stimulus"] == [_BASE_STIMULUS]:
        amplitude = _BASE_STIMULUS["amplitude"]
        say(f"No stimulus was named, and the constant {amplitude} does not make this neuron fire. Try: --set stimulus.amplitude={_STRONGER}\n")


def _absolute(name: str) -> str:
    return str(Path(name).absolute()) if ":" in name else name


def _type_of(section: Any) -> Any:
    return section.get("type") if isinstance(section, dict) else None
