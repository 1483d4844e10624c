"""``hillock compare``: one experiment in several dialects."""

from pathlib import Path

import hillock as hk
from hillock.cli._flags import Flags, advise_on_silence, load
from hillock.cli._talk import say

_NO_FLAGS = Flags()


def compare(model: str, /, *, flags: Flags = _NO_FLAGS, dialects: str | None = None) -> None:
    """Run one neuron in several dialects; show first spikes, intervals, and where and why they part.

    Args:
        model: A cell from 'hillock list', one of your own (path/to/file.py:Class), or an experiment file (ending in .toml).
        flags: The rest of the common case.
        dialects: Names from 'hillock list', separated by commas, the reference first. All of them by default.

    """
    is_file = model.endswith(".toml")
    experiment = load(Path(model) if is_file else None, None if is_file else model, flags, {})
    options = {name: experiment.options[name] for name in ("duration", "dt", "key")}
    chosen = [name.strip() for name in dialects.split(",") if name.strip()] if dialects else None
    if not isinstance(experiment.model, hk.cells.AbstractCell):
        raise TypeError(f"{model} is a neuron of one simulator, which no other can step. Compare a cell; 'hillock list' shows them.")
    comparison = hk.compare(experiment.model, experiment.stimulus, dialects=chosen, **options)
    say(comparison.table())
    if not is_file and not any(len(outcome.fired_in) for outcome in comparison.outcomes):
        advise_on_silence(experiment)
