"""``hillock describe``: everything about one thing."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

import hillock as hk
from hillock.cli._flags import Flags, load_network
from hillock.cli._talk import UsageError, say


def describe(name: str, /, *, trust: Annotated[bool, Parameter(show_default=False)] = False) -> None:
    """Explain a cell, replica, stimulus, synapse, connection rule, dialect or integrator; or a network: its parts, its size, the order of a step.

    Args:
        name: As 'hillock list' shows it, one of your own: path/to/file.py:Class, or the file of a network (ending in .toml).
        trust: Run the Python files that the network file names.

    """
    if not name.endswith(".toml"):
        say(hk.experiment.description.describe(name))
        return
    file = Path(name)
    raw = hk.experiment.read_toml(file)
    if not hk.experiment.is_network(raw):
        raise UsageError(f"{name} is about one neuron, not a network. Take 'hillock explain {name}', or describe its parts by name.")
    say(load_network(file, raw, Flags(trust=trust), {}).describe())
