"""What is refused of a run of a network: names that are not there, values that do not fit, delays that are too short."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from jaxtyping import Array

from hillock._time import whole_steps
from hillock.connections import Explicit, Matrix
from hillock.dialects import AbstractStep, Dialect, find
from hillock.network import Network, NetworkError, Projection, SpikeTrains


def check_names(network: Network, what: str, given: Any, example: str) -> None:
    """Refuse what is said of populations that are not there, or have no variables."""
    if not isinstance(given, Mapping):
        name = next(iter(network.populations))
        raise TypeError(f"{what} must be a dictionary from population to a list for a network, got {given!r}. For example {{{name!r}: {example}}}.")
    for name in given:
        if name not in network.populations:
            raise NetworkError(f"{what}: there is no population {name!r}. There are {', '.join(network.populations)}.")
        if isinstance(network.populations[name], SpikeTrains):
            raise NetworkError(f"{what}: {name} has given spikes, which are recorded anyway, and no variables. Leave it out.")


@contextmanager
def naming(population: str) -> Iterator[None]:
    """Put the name of a population before the sentences of what is checked for one neuron."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise type(error)(f"Population {population}: {error}") from None


def given_stamp(network: Network, name: str, steps: Mapping[str, AbstractStep], dialect: str | Dialect | None) -> int:
    """Return how spikes that are given are stamped: as those of their targets are; without targets as those of the run.

    Raises:
        NetworkError: the targets do not agree.

    """
    targets = {p.target: steps[p.target].dialect for p in network.projections if p.source == name}
    places = {0: "at the start of a step", 1: "at the end of a step"}
    found = {dialect.stamp: f"{target} ({dialect.name}) {places[dialect.stamp]}" for target, dialect in targets.items()}
    if len(found) > 1:
        listed = " and ".join(found.values())
        raise NetworkError(
            f"Population {name}: given spikes must go to neurons that stamp spikes alike, got {listed}. Give each SpikeTrains of its own."
        )
    return next(iter(found)) if found else find(dialect or "hillock").stamp


def require_delay(steps: int, least: int, dialect: str, where: str, dt: float) -> None:
    """Refuse a delay that is shorter than the shortest of the dialect."""
    if steps < least:
        rule = f"≥ {least * dt:g} ms, one step," if least else "≥ 0 ms"
        raise NetworkError(f"{where}: delay must be {rule} in the dialect {dialect}, got {steps * dt:g} ms.")


def check_delays(projection: Projection, least: int, dialect: str, dt: float) -> None:
    """Refuse given delays that are no whole steps, or too short; in a matrix the short ones may belong to no connection, and wait until one has them."""
    where, delays = projection.where, projection.delay
    if delays.ndim == 2:
        delays = delays[delays > (least - 0.5) * dt]
    steps = whole_steps(delays, dt, f"{where}: delay")
    require_delay(int(steps.min(initial=least)), least, dialect, where, dt)


def check_values(projection: Projection, what: str, values: np.ndarray | Array, sizes: tuple[int, int]) -> None:
    """Refuse values that do not have the shape of the connections."""
    listed = isinstance(projection.connect, Explicit | Matrix)
    n = int(projection.connect.synapses(*sizes, projection.source == projection.target)) if listed else None
    if values.shape == sizes or (listed and values.shape == (n,)):
        return
    rule = f"one for each of {n} connections, or a matrix of shape {sizes}" if listed else f"a matrix of shape {sizes}, sources and targets"
    raise NetworkError(f"{projection.where}: {what} must be one value, a distribution, or {rule}, got an array of shape {values.shape}.")
