"""``hillock list``: everything that has a name, one line each."""

from textwrap import shorten

import hillock as hk
from hillock._table import table
from hillock.cli._talk import say


def list_all() -> None:
    """List cells, stimuli, the parts of networks, dialects with their neurons, and integrators, one line each."""
    catalogue, first_line = hk.experiment.catalogue, hk.experiment.description.first_line
    dialects = {name: shorten(hk.dialects.find(name).summary, 110, placeholder=" ...") for name in hk.dialects.names()}
    neurons = {name: first_line(kind) for dialect in dialects for name, kind in catalogue.replicas(dialect).items()}
    sections = {
        "Cells": {name: first_line(kind) for name, kind in catalogue.all_cells().items()},
        "Stimuli": {name: first_line(kind) for name, kind in catalogue.all_stimuli().items()},
        "Synapses": {name: first_line(kind) for name, kind in catalogue.all_synapses().items()},
        "Connection rules": {name: first_line(kind) for name, kind in catalogue.all_rules().items()},
        "Distributions of weights, delays and starting values": {name: first_line(kind) for name, kind in catalogue.all_distributions().items()},
        "Kernels of the rule DistanceDependent": {name: first_line(kind) for name, kind in catalogue.all_kernels().items()},
        "Positions of neurons, for the same rule": {name: first_line(kind) for name, kind in catalogue.all_positions().items()},
        "Dialects": dialects,
        "Neurons of other simulators, under their own names": neurons,
        "Integrators": {name: first_line(type(found)) for name, found in catalogue.all_integrators().items()},
    }
    for title, entries in sections.items():
        first, *rest = ([f"  {name}", meaning] for name, meaning in entries.items())
        lines = table(first, rest, "<<")
        say(f"{title}\n{lines}\n")
    say("More about any of them: hillock describe NAME")
