"""``hillock explain``: why a neuron spikes, or does not."""

from pathlib import Path

import hillock as hk
from hillock.cli._flags import Flags, load
from hillock.cli._talk import say

_NO_FLAGS = Flags()


def explain(
    model: str,
    /,
    *,
    flags: Flags = _NO_FLAGS,
    neurons: int | None = None,
    dialect: str | None = None,
    integrator: str | None = None,
) -> None:
    """Say why a neuron does not spike, or how fast it does, and whether dt and its parameters fit each other.

    Args:
        model: A cell or replica from 'hillock list', one of your own (path/to/file.py:Class), or an experiment file (ending in .toml).
        flags: The rest of the common case.
        neurons: How many; in a sweep, how many for each combination of values.
        dialect: The order of a step, as another simulator has it; see 'hillock list'.
        integrator: In place of the dialect's; see 'hillock list'.

    """
    is_file = model.endswith(".toml")
    more = {"neurons": neurons, "dialect": dialect, "integrator": integrator}
    experiment = load(Path(model) if is_file else None, None if is_file else model, flags, more)
    names = ("duration", "dt", "neurons", "key", "dialect", "integrator", "dtype")
    say(str(hk.explain(experiment.model, experiment.stimulus, **{name: experiment.options[name] for name in names})))
