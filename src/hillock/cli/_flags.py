"""Flags that describe an experiment. A flag is a change of the file's data, so that file and flags are checked alike."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

import hillock as hk
from hillock.cli._set import change, change_network
from hillock.cli._talk import UsageError, say

if TYPE_CHECKING:
    from hillock.experiment import Experiment, NetworkExperiment

# What runs when no file says otherwise.
_BASE = {"duration": "100 ms", "dt": "0.1 ms"}
_BASE_STIMULUS = {"type": "Constant", "amplitude": "0.3 nA"}
_STRONGER = "10"  # nA: every cell of hillock fires on it
_OF_OUTPUT = ("folder", "name", "data", "picture")
# What a network has in place of a flag, and examples of flags that it takes in a way of its own.
_INSTEAD = {
    "cell": "Change its cells: --set population.E.cell=LIF",
    "stimulus": "Change its inputs: --set input.1.stimulus.amplitude=0.3",
    "neurons": "Change its populations: --set population.E.n=100",
    "check": "Run it once more with half the dt.",
}
_SUCH = {"record": "--record E.v,I.v", "of": "--of E.0,E.7"}


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
        UsageError: neither a file nor a cell was named, or the file holds a network.
        ExperimentError: it is wrong; every mistake is named.

    """
    if file is None and cell is None:
        raise UsageError(
            "Name an experiment file or a cell: 'hillock run experiment.toml' or 'hillock run --cell LIF'. 'hillock init' writes a file."
        )
    raw: dict[str, Any] = hk.experiment.read_toml(file) if file else {**_BASE, "stimulus": [dict(_BASE_STIMULUS)]}
    if hk.experiment.is_network(raw):
        raise UsageError(f"{file} holds a network, and this command is about single neurons. Take 'hillock run {file}' or 'hillock describe {file}'.")
    _put(raw, {**flags.changes(), **more})
    # Paths of code in flags start at the working folder, those in a file at the file's.
    own, *others = [_absolute(name) if file else name for name in (cell or "", *flags.stimulus)]
    if own and _type_of(raw.get("cell")) != own:
        raw["cell"] = {"type": own}
    if others:
        raw["stimulus"] = [{"type": name} for name in others]
    for text in flags.set_:
        change(raw, text)
    return hk.experiment.parse(raw, name=file.name if file else "", folder=file.parent if file else Path(), trust=flags.trust or [own, *others])


def load_network(file: Path, raw: dict[str, Any], flags: Flags, more: dict[str, Any]) -> "NetworkExperiment":
    """Return the network of a file, changed by flags.

    Args:
        file: from which it was read.
        raw: what was read, which is changed.
        flags: the common ones.
        more: values of further flags; those that a network does not take are refused.

    Raises:
        UsageError: a flag is not for networks.
        ExperimentError: the network is wrong; every mistake is named.

    """
    singles = {
        "cell": more.pop("cell", None),
        "stimulus": flags.stimulus or None,
        "neurons": more.pop("neurons", None),
        "check": more.pop("check", None),
    }
    for name, value in singles.items():
        if value is not None:
            raise UsageError(f"{file} holds a network, which takes no --{name}. {_INSTEAD[name]}")
    for name in ("record", "of"):
        if more.get(name) is not None:
            more[name] = _by_population(name, more[name])
    _put(raw, {**flags.changes(), **more})
    for text in flags.set_:
        change_network(raw, text)
    return hk.experiment.parse_network(raw, name=file.name, folder=file.parent, trust=flags.trust)


def _put(raw: dict[str, Any], changes: dict[str, Any]) -> None:
    """Write the values of flags to where a file has them."""
    for name, value in changes.items():
        if value is not None:
            table = raw.setdefault("output", {}) if name in _OF_OUTPUT else raw
            if isinstance(table, dict):  # what else it may be, the schema complains about
                table[name] = value


def _by_population(flag: str, text: str) -> dict[str, list[Any]]:
    """Return 'E.v,I.v' as a list for each population."""
    found: dict[str, list[Any]] = {}
    for part in (part.strip() for part in text.split(",")):
        name, point, what = part.partition(".")
        if not (name and point and what):
            raise UsageError(f"--{flag} of a network needs the population before each name, such as {_SUCH[flag]}, got {part!r}.")
        found.setdefault(name, []).append(int(what) if flag == "of" and what.isdecimal() else what)
    return found


def advise_on_silence(experiment: "Experiment") -> None:
    """Say what to try if nothing fired on the input that nobody chose."""
    if experiment.source["stimulus"] == [_BASE_STIMULUS]:
        amplitude = _BASE_STIMULUS["amplitude"]
        say(f"No stimulus was named, and the constant {amplitude} does not make this neuron fire. Try: --set stimulus.amplitude={_STRONGER}\n")


def _absolute(name: str) -> str:
    return str(Path(name).absolute()) if ":" in name else name


def _type_of(section: Any) -> Any:
    return section.get("type") if isinstance(section, dict) else None
