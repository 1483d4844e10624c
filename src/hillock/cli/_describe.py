"""``hillock describe``: everything about one thing."""

import hillock as hk
from hillock.cli._talk import say


def describe(name: str, /) -> None:
    """Explain a cell, replica, stimulus, dialect or integrator: equations, parameters, states, reference.

    Args:
        name: As 'hillock list' shows it, or one of your own: path/to/file.py:Class.

    """
    say(hk.experiment.description.describe(name))
