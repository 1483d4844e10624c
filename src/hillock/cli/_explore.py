"""``hillock explore``: a page on which a neuron's parameters are sliders."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hillock.cli._flags import Flags, load
from hillock.cli._talk import UsageError, say

if TYPE_CHECKING:
    from hillock.experiment import Experiment

_NO_FLAGS = Flags()


def explore(
    model: str,
    /,
    *,
    flags: Flags = _NO_FLAGS,
    dialects: str | None = None,
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
) -> None:
    """Make a page on which parameters are sliders, and open it in the browser: one file that needs no server and no network.

    Unless told otherwise it begins with 200 ms of a constant current that makes the neuron fire.

    Args:
        model: A cell or replica from 'hillock list', one of your own (path/to/file.py:Class), or an experiment file (ending in .toml).
        flags: The rest of the common case.
        dialects: Which can be chosen on the page, separated by commas, that to begin with first. Seven of them by default.
        output: Where to write the page, such as lif.html, instead of opening it.

    """
    from hillock.explorer import explore as make_page  # noqa: PLC0415  (needs JAX, which help does not)

    is_file = model.endswith(".toml")
    experiment = load(Path(model) if is_file else None, None if is_file else model, flags, {})
    _refuse(model, experiment, flags)
    given: dict[str, Any] = {"key": experiment.options["key"] if experiment.options["key"] is not None else 1}
    if is_file or flags.duration is not None:
        given["duration"] = experiment.options["duration"]
    if is_file or flags.dt is not None:
        given["dt"] = experiment.options["dt"]
    if is_file or flags.stimulus or any(text.strip().startswith("stimulus.") for text in flags.set_):
        given["stimulus"] = experiment.stimulus
    page = make_page(experiment.model, dialects=_dialects(experiment, dialects), **given)
    if output is not None:
        say(f"page  {page.save(output)}")
        return
    import tempfile  # noqa: PLC0415  (these two take a tenth of what 'hillock --help' does)
    import webbrowser  # noqa: PLC0415

    path = page.save(Path(tempfile.mkdtemp(prefix="hillock_")) / f"{Path(model).stem if is_file else 'neuron'}.html")
    opened = webbrowser.open(path.as_uri())
    say(f"page  {path}{'' if opened else '  (no browser was found; open it with one)'}")


def _refuse(model: str, experiment: "Experiment", flags: Flags) -> None:
    """Raise UsageError for what the page does not have."""
    if experiment.options["neurons"] not in (None, 1):
        raise UsageError(f"The explorer shows one neuron, and {model} has {experiment.options['neurons']}. Leave out neurons, lists and sweeps.")
    if experiment.options["integrator"] is not None:
        raise UsageError(f"The explorer steps as the dialect does, and {model} names an integrator. Leave it out.")
    if flags.dtype not in (None, "float64"):
        raise UsageError(f"The page computes in float64, got --dtype {flags.dtype}. Leave it out.")


def _dialects(experiment: "Experiment", written: str | None) -> list[str]:
    """Return the dialects to offer, that of the experiment first unless others were asked for."""
    if written is not None:
        return [name.strip() for name in written.split(",") if name.strip()]
    from hillock.explorer import DIALECTS  # noqa: PLC0415  (as above)

    own = experiment.options["dialect"]
    return [own, *(name for name in DIALECTS if name != own)] if own else list(DIALECTS)
