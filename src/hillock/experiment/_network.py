"""A network and the options of one simulation of it, from a file."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hillock._checks import bind, check_of, check_record
from hillock._simulate import simulate
from hillock.dialects import AbstractStep
from hillock.engines import Simd
from hillock.experiment import catalogue
from hillock.experiment._experiment import own_dialect, read_toml
from hillock.experiment._network_build import build_network
from hillock.experiment._network_schema import ELSEWHERE, NetworkOutput, NetworkSchema
from hillock.experiment._problems import ExperimentError, explain
from hillock.integrators import AbstractIntegrator
from hillock.network import Network, Population, SpikeTrains
from hillock.network._describe import describe, orders
from hillock.recording import NetworkEnd, NetworkRecording, load_end


@dataclasses.dataclass(frozen=True)
class NetworkExperiment:
    """All that ``simulate`` needs for a network, and where the results go.

    Attributes:
        network: its parts.
        options: further arguments of ``simulate``.
        output: where the results go.
        source: the experiment as it was written.

    """

    network: Network
    options: Mapping[str, Any]
    output: NetworkOutput
    source: Mapping[str, Any]

    def run(self, *, progress: bool = False, start: NetworkEnd | Path | None = None, store: Path | None = None) -> NetworkRecording:
        """Return the recording.

        Args:
            progress: show a bar on runs longer than a second.
            start: where an earlier run of the same network stopped, or the file or folder of its recording: go on from there.
            store: a folder into which the recording is written while the network runs.

        Raises:
            ValueError, SimulationError: see ``simulate``.

        """
        return self._run(self.options["duration"], progress, start, store)

    def resume(self, store: Path, *, progress: bool = False) -> NetworkRecording:
        """Go on with a run that was stopped, up to the duration, and return the whole recording.

        Args:
            store: the folder into which it was written.
            progress: show a bar on runs longer than a second.

        Raises:
            ExperimentError: there is nothing left to run.
            ValueError, SimulationError: see ``simulate``.

        """
        end, dt, duration = load_end(store), self.options["dt"], self.options["duration"]
        left = round((duration - end.step * end.dt) / dt)
        if left < 1:
            raise ExperimentError([f"{store} holds all {duration:g} ms already. Choose a longer duration to go on."])
        return self._run(left * dt, progress, store, store)

    def _run(self, duration: float, progress: bool, start: NetworkEnd | Path | None, store: Path | None) -> NetworkRecording:
        rec = simulate(self.network, progress=progress, start=start, store=store, **{**self.options, "duration": duration})
        names = [order.name for order in orders(self.network, self.options["dialect"])]
        return dataclasses.replace(rec, provenance={**rec.provenance, "dialect": ", ".join(names), "experiment": self.source})

    def describe(self) -> str:
        """Return the network in words, with the order of a step."""
        return describe(self.network, dt=self.options["dt"], dialect=self.options["dialect"])


def read_network(path: str | Path, *, trust: catalogue.Trust = False) -> NetworkExperiment:
    """Return the network in a TOML file.

    Args:
        path: of the file.
        trust: whether Python files named in it may be run: yes, no, or those for which they may.

    Raises:
        ExperimentError: the file cannot be read, or is wrong; every mistake is named.

    """
    path = Path(path)
    return parse_network(read_toml(path), name=path.name, folder=path.parent, trust=trust)


def parse_network(raw: Mapping[str, Any], *, name: str = "", folder: Path = Path(), trust: catalogue.Trust = False) -> NetworkExperiment:
    """Return the network, with the options of a run, that some plain data describes; arguments and errors as of ``parse``."""
    lines: list[str] = []
    try:
        schema = NetworkSchema.model_validate(raw)
    except ValidationError as error:
        lines, schema = explain(error, NetworkSchema, ELSEWHERE), None
    network, more = build_network(raw, folder, trust)
    lines += more
    dialect = schema.dialect if schema else None
    if network is not None and dialect is None:
        dialect = _common_dialect(network, lines)
    if lines or schema is None or network is None:
        raise ExperimentError(list(dict.fromkeys(lines)), name)
    integrator = catalogue.find_integrator(schema.integrator) if schema.integrator else None
    lines = _recorded(network, schema, dialect, integrator)
    if lines:
        raise ExperimentError(lines, name)
    options = {
        "duration": schema.duration,
        "dt": schema.dt,
        "record": schema.record,
        "every": schema.every,
        "of": schema.of,
        "key": schema.key,
        "dialect": dialect,
        "integrator": integrator,
        "engine": schema.engine if schema.threads is None else Simd(threads=schema.threads),
        "dtype": schema.dtype,
    }
    return NetworkExperiment(network, options, schema.output, dict(raw))


def _recorded(network: Network, schema: NetworkSchema, dialect: str | None, integrator: AbstractIntegrator | None) -> list[str]:
    """Return what is wrong with the names to record and the neurons to record them of."""
    lines = []
    for name in dict.fromkeys((*schema.record, *schema.of)):
        one = network.populations[name]
        try:
            check_of(schema.of.get(name), one.n)
            if isinstance(one, SpikeTrains):
                lines.append(f"record.{name}: {name} has given spikes and no traces. Leave it out.")
            elif name in schema.record:
                cell = network.receiver(name)[0]
                own = isinstance(cell, AbstractStep)
                check_record(schema.record[name], bind(cell, None if own else dialect, None if own else integrator))
        except ValueError as error:
            text = str(error)
            lines.append(f"of.{name} {text.removeprefix('of ')}" if text.startswith("of ") else f"record.{name}: {text}")
    return lines


def _common_dialect(network: Network, lines: list[str]) -> str | None:
    """Return the dialect whose files the cells come from, or None where they are hillock's own; complain if they come from several."""
    found = {name: own_dialect(one.cell) for name, one in network.populations.items() if isinstance(one, Population)}
    several = sorted({dialect or "hillock" for dialect in found.values()})
    if len(several) > 1:
        lines.append(f"dialect is missing: there are cells of {' and '.join(several)}, and all are stepped in one order. Choose one.")
    return next(iter(found.values()), None)
