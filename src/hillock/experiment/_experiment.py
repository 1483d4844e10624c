"""An experiment: a model, a stimulus and the options of one simulation, from a file or from flags."""

import dataclasses
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from pydantic import ValidationError

from hillock._simulate import simulate
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep
from hillock.engines import Simd
from hillock.experiment import catalogue
from hillock.experiment._build import build, parameter_places
from hillock.experiment._network_schema import is_network
from hillock.experiment._problems import ExperimentError, explain
from hillock.experiment._schema import Output, Schema
from hillock.recording import Recording
from hillock.stimuli import AbstractStimulus

_LARGEST_FILE = 1_000_000  # bytes; an experiment is a page of text, longer inputs belong in data files
_FEW = 100  # neurons whose traces are recorded unless the experiment says otherwise


@dataclasses.dataclass(frozen=True)
class Experiment:
    """All that ``simulate`` needs, and where the results go.

    Attributes:
        model: the cell or replica; swept parameters hold one value per neuron.
        stimulus: the input.
        options: further arguments of ``simulate``.
        labels: the value of each parameter that differs between neurons.
        units: of the labels.
        output: where the results go.
        source: the experiment as it was written.

    """

    model: AbstractCell | AbstractStep
    stimulus: AbstractStimulus
    options: Mapping[str, Any]
    labels: Mapping[str, Float[np.ndarray, " neurons"]]
    units: Mapping[str, str]
    output: Output
    source: Mapping[str, Any]

    def run(self, *, progress: bool = False) -> Recording:
        """Return the recording, labelled.

        Raises:
            ValueError, SimulationError: see ``simulate``.

        """
        rec = simulate(self.model, self.stimulus, progress=progress, **self.options)
        provenance = {**rec.provenance, "experiment": self.source}
        return dataclasses.replace(rec, labels=self.labels, units={**rec.units, **self.units}, provenance=provenance)


def read(path: str | Path, *, trust: catalogue.Trust = False) -> Experiment:
    """Return the experiment in a TOML file; ``read_network`` is for files of networks.

    Args:
        path: of the file.
        trust: whether Python files named in it may be run: yes, no, or those for which they may.

    Raises:
        ExperimentError: the file cannot be read, or is wrong; every mistake is named.

    """
    path = Path(path)
    return parse(read_toml(path), name=path.name, folder=path.parent, trust=trust)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the raw content of an experiment file.

    Raises:
        ExperimentError: there is no such file, it is too large, or it is not TOML.

    """
    if path.is_dir():
        raise ExperimentError([f"{path} is a folder. Name the experiment file in it."])
    if not path.is_file():
        raise ExperimentError([f"There is no file {path}. 'hillock init' writes one to start from."])
    if path.stat().st_size > _LARGEST_FILE:
        raise ExperimentError([f"{path} must be < {_LARGEST_FILE} bytes, got {path.stat().st_size}. Put long inputs into a data file."])
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors of Windows begin a text with a mark
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ExperimentError([f"{path} is not TOML: {error}."]) from None


def parse(raw: Mapping[str, Any], *, name: str = "", folder: Path = Path(), trust: catalogue.Trust = False) -> Experiment:
    """Return the experiment that some plain data describes.

    Args:
        raw: as read from TOML.
        name: what it is called, for messages.
        folder: where relative paths start.
        trust: whether Python files named in it may be run: yes, no, or those for which they may.

    Raises:
        ExperimentError: it is wrong; every mistake is named.

    """
    if is_network(raw):
        raise ExperimentError(["This is a network, not an experiment with one cell. Use hillock.experiment.read_network or parse_network."], name)
    lines: list[str] = []
    try:
        schema = Schema.model_validate(raw)
    except ValidationError as error:
        lines, schema = explain(error, Schema, parameter_places(raw, folder, trust)), None
    built, more = build(raw, folder, trust)
    lines += more
    if lines or schema is None or built is None:
        raise ExperimentError(list(dict.fromkeys(lines)), name)
    options = {
        "duration": schema.duration,
        "dt": schema.dt,
        "every": schema.every,
        "of": schema.of,
        "neurons": built.neurons,
        "key": schema.key,
        "dialect": schema.dialect or own_dialect(built.model),
        "integrator": catalogue.find_integrator(schema.integrator) if schema.integrator else None,
        "engine": schema.engine if schema.threads is None else Simd(threads=schema.threads),
        "dtype": schema.dtype,
        "check": schema.check,
        "record": schema.record if schema.record is not None else _default_record(built.model, len(schema.of or ()) or built.neurons),
    }
    return Experiment(built.model, built.stimulus, options, built.labels, built.units, schema.output, dict(raw))


def own_dialect(model: AbstractCell | AbstractStep) -> str | None:
    """Return the dialect whose file a cell comes from, for those that are not hillock's own."""
    package, _, rest = type(model).__module__.partition(".dialects.")
    return rest.partition(".")[0] if isinstance(model, AbstractCell) and package == "hillock" and rest else None


def _default_record(model: AbstractCell | AbstractStep, neurons: int) -> list[str]:
    """Return what a picture shows: potential, threshold and input, if the neurons to record are few."""
    if neurons > _FEW:
        return []
    shown = model.recordable() if isinstance(model, AbstractStep) else ("v", "threshold")
    return [name for name in ("v", "threshold", "i") if name in (*shown, "i")]
