"""Writes the generated pages, all from the code itself: cells, stimuli, integrators, and one page per dialect with its neurons."""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import get_type_hints

sys.path.insert(0, str(Path(__file__).parent.parent))

import golden_table
import translations
from tests.dialects import nominal

import hillock as hk
from hillock._aliases import our_name
from hillock._compare._reasons import _AXES
from hillock._param import Parametrized, declarations, options
from hillock.cells import state_units
from hillock.dialects import AbstractStep, Dialect
from hillock.dialects._choices import Unsupported
from hillock.experiment import catalogue
from hillock.experiment.description import first_line, parameter_rows

MEASURED = ["dialect", "first spike in step (dt = 1)", "interval", "interval, t_ref = 5", "interval, t_ref = 2, dt = 0.1", "highest v shown"]
_DIALECTS = {name: hk.dialects.find(name) for name in hk.dialects.names()}


def main(folder: Path) -> None:
    """Write every generated page below ``folder``."""
    for name, page in PAGES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(), encoding="utf-8")


def cells() -> str:
    """Return the page that lists the cells."""
    return f"# Cells\n\n{overview(catalogue.all_cells(), '{name}.md')}\n{contents(catalogue.all_cells())}"


def stimuli() -> str:
    """Return the page of the stimuli."""
    start = (
        "# Stimuli\n\nInput currents are generated inside the loop. They can be added, subtracted and multiplied: `Step(0.3, start=10) + 0.1 * Sine(1, 40)`. "
        "Every parameter takes one value or one per neuron."
    )
    sections = [section(name, kind, "##") for name, kind in catalogue.all_stimuli().items()]
    return "\n\n".join([start, overview(catalogue.all_stimuli(), "#{lower}"), *sections]) + "\n"


def synapses() -> str:
    """Return the page of the synapses."""
    start = "# Synapses\n\nWhat a spike does to the neuron that it reaches. All projections onto a population that have the same synapse, parameters included, share one set of variables."
    sections = [section(name, kind, "##") for name, kind in catalogue.all_synapses().items()]
    return "\n\n".join([start, overview(catalogue.all_synapses(), "#{lower}"), *sections]) + "\n"


def dialects() -> str:
    """Return the page of all dialects: their steps, what one neuron does in each, and what the recordings of the simulators say."""
    steps = rows(["dialect", "one step", "arithmetic"], ([f"[{d.name}](dialects/{d.name}.md)", f"{d.summary}.", d.dtype] for d in _DIALECTS.values()))
    return f"""# Dialects

With the same nominal parameters the simulators of the field disagree on the first spike, on the interval and on the time stamp. A dialect is
one simulator's order of a step, for any cell: `hk.simulate(cell, stimulus, ..., dialect="nest")`. Each page also describes the simulator's own
neurons under its own names, so that a script translates line by line. `hillock compare LIF` shows where dialects part, and by which choice.

{steps}

## One neuron in every dialect

tau_m = 20 ms, threshold 1, rest and reset 0, driven by 1.5 from t = 0; times in ms, intervals in steps. Without a grid the threshold is reached
after 20 ln 3 = 21.97 ms. In NEST the drive is the neuron's own current, `I_e`, which acts at once. The tests hold these numbers to those measured on the simulators.

{rows(MEASURED, measured())}

## Recorded runs

The simulators themselves were run on many cases (step, noise and ramp currents, other parameters, other steps) and their spikes and voltages recorded. The
tests repeat each case with the simulator's own neuron. Spike steps are the same in every case but those not covered. Where voltages are the same
"to rounding", a library's exponential or an adaptive solver rounds in an order that is not known; they differ by no more than 10⁻⁸ mV, or 10⁻⁹ of v.
NEURON's and Arbor's cells fire at real times, to which the step is no hindrance; NEURON's IntFire4 fires as soon as it finds m > 1 − 10⁻⁶, so that its spikes come up
to 10⁻⁴ ms before ours, and m differs by up to 10⁻⁵.

{golden_table.table()}

NIR fixes equations and no step; its neurons are held to closed forms instead.

{contents(f"dialects/{name}" for name in _DIALECTS)}"""


def measured() -> Iterator[list[str]]:
    """Yield what the nominal neuron does in each dialect."""
    for name in _DIALECTS:
        row = nominal.measured(name)
        resting = ["has no t_ref" if steps is None else str(steps) for steps in (row.refractory, row.fine)]
        yield [f"`{name}`", str(row.first), str(row.interval), *resting, f"{row.highest:.4f}"]


def dialect(d: Dialect) -> str:
    """Return the page of one dialect: its module's words, its choices, its neurons."""
    module = sys.modules[f"hillock.dialects.{d.name}"]
    parts = [f"# {d.name}", markdown(inspect.getdoc(module) or ""), f"`hk.simulate(cell, stimulus, ..., dialect={d.name!r})`: {d.summary}."]
    heads = ["", f"`{d.name}`"] + (["`hillock`, the default"] if d.name != "hillock" else [])
    parts.append("## Choices\n\n" + rows(heads, choices(d)))
    parts += [section(name, kind, "##") for name, kind in catalogue.replicas(d.name).items()]
    if others := list(rules(module)):
        parts.append("## Its rules as objects\n\nFor a dialect or a neuron of one's own.\n\n" + rows(["", ""], others))
    return "\n\n".join(parts) + "\n"


def rules(module: ModuleType) -> Iterator[list[str]]:
    """Yield what a dialect's module offers besides its neurons."""
    for name, value in sorted(vars(module).items()):
        if name.startswith("_") or f"{module.__name__.rpartition('.')[2]}.{name}" in catalogue.all_models() or name.endswith("State"):
            continue
        if isinstance(value, Mapping):
            yield [f"`{name}`", f"{', '.join(f'`{key}`' for key in value)}"]
        elif (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__.startswith(module.__name__):
            yield [f"`{name}`", (inspect.getdoc(value) or "").splitlines()[0]]


def choices(d: Dialect) -> Iterator[list[str]]:
    """Yield the choices of a dialect in the words of ``hillock compare``, for a LIF cell with t_ref = 2 ms at dt = 0.1 ms."""
    shown = [d] if d.name == "hillock" else [d, _DIALECTS["hillock"]]
    for axis, say, _ in _AXES.values():
        yield [axis, *(_said(axis, say, each) for each in shown)]
    yield ["stamp of a spike in step k", *("(k + 1) dt" if each.stamp else "k dt" for each in shown)]
    yield [
        "state shown",
        *({"after": "after the reset", "before": "before the reset", "start": "at the start of the step"}[each.shows] for each in shown),
    ]


def _said(axis: str, say: Callable, d: Dialect) -> str:
    rests = not isinstance(d.count, Unsupported)
    return say(d, nominal.nominal(t_ref=2.0 if rests else 0.0), 0.1) if rests or "refractory" not in axis else "no refractory time"


def section(name: str, kind: type[Parametrized], level: str = "#") -> str:
    """Return heading, docstring, parameters, options, presets and state of a class."""
    own = name.rpartition(".")[2]
    parts = [f"{level} {own}", *markdown(inspect.getdoc(kind) or "").split("\n\n")]
    reference = [part for part in parts if part.startswith("**Reference:**")]
    parts = [part for part in parts if part not in reference]
    if declarations(kind):
        parts.append(parameters(name, kind))
    if options(kind):
        parts.append("Options: " + ", ".join(f"`{option} = {default!r}`" for option, default in options(kind).items()) + ".")
    if kind.presets:
        parts.append(f"Presets, `{own}.preset(name)`:\n\n" + rows(["name", "parameters"], _presets(kind.presets)))
    if not issubclass(kind, hk.stimuli.AbstractStimulus):
        parts.append(state(kind))
    return "\n\n".join([*parts, *reference])


def parameters(name: str, kind: type[Parametrized]) -> str:
    """Return the table of the parameters; of another simulator's neuron, with what the most similar cell of hillock calls them."""
    head, body = ["parameter", "default", "unit", "range", "meaning"], [[f"`{first}`", *rest] for first, *rest in parameter_rows(kind)]
    if "." in name:
        cell = translations.CELLS.get(name, hk.cells.LIF)
        ours = [translations.NAMES.get(name, {}).get(theirs) or our_name(theirs, declarations(cell)) for theirs in declarations(kind)]
        head, body = [*head, f"`{cell.__name__}` of hillock"], [[*row, f"`{our}`" if our else ""] for row, our in zip(body, ours, strict=True)]
    return rows(head, body)


def state(kind: type) -> str:
    """Return what a cell or replica remembers and what can be recorded, each with its unit."""
    if issubclass(kind, AbstractStep):
        shown = object.__new__(kind).recordable()  # the same for every value of the parameters
        return f"Can be recorded: {_with_units({**shown, 'i': 'nA'})}."
    kept = get_type_hints(kind.init)["return"]
    meaning = re.sub(r"\s+", " ", kept.__doc__ or "").strip()
    return f"State: {_with_units(state_units(kept(*kept._fields)))}. {meaning} Can be recorded as well: `threshold`, `i` (nA)."


def markdown(doc: str) -> str:
    """Return a docstring as Markdown: equations and examples in blocks, leading words bold, references linked."""
    parts: list[str] = []
    for paragraph in doc.split("\n\n"):
        code = paragraph.startswith((">>>", "    "))
        if code:
            language = "python" if paragraph.startswith(">>>") else "text"
            parts.append(f"```{language}\n{inspect.cleandoc(paragraph) if language == 'text' else paragraph}\n```")
        else:
            text = paragraph.replace("``", "`").replace("::", ":")
            text = re.sub(r"^(When|Limits|Threshold|Reference|Flow|Rule|Reset):", r"**\1:**", text)
            parts.append(re.sub(r"doi:(10\.\S+?)(?=[.;,]?(\s|$))", r"[doi:\1](https://doi.org/\1)", text))
    return "\n\n".join(parts)


def rows(head: list[str], body: Iterable[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def overview(kinds: Mapping[str, type], link: str) -> str:
    """Return a table of names, linked, and what each is."""
    return rows(["", ""], ([f"[{name}]({link.format(name=name, lower=name.lower())})", first_line(kind)] for name, kind in kinds.items()))


def contents(names: Iterable[str]) -> str:
    """Return the hidden table of contents that pages below this one need."""
    return "\n```{toctree}\n:hidden:\n\n" + "\n".join(names) + "\n```\n"


def _presets(presets: Mapping[str, Mapping[str, float]]) -> Iterator[list[str]]:
    for name, values in presets.items():
        yield [f"`{name}`", ", ".join(f"{parameter} = {value:g}" for parameter, value in values.items())]


def _with_units(units: Mapping[str, str]) -> str:
    return ", ".join(f"`{name}`" if unit == "1" else f"`{name}` ({unit})" for name, unit in units.items())


PAGES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "cells/index.md": cells,
        **{f"cells/{name}.md": lambda name=name, kind=kind: section(name, kind) + "\n" for name, kind in catalogue.all_cells().items()},
        "stimuli.md": stimuli,
        "synapses.md": synapses,
        "dialects.md": dialects,
        "network.toml": lambda: files("hillock.cli").joinpath("network_template.toml").read_text(encoding="utf-8").replace("{file}", "network.toml"),
        "experiment.toml": lambda: files("hillock.cli").joinpath("template.toml").read_text(encoding="utf-8").replace("{file}", "experiment.toml"),
        **{f"dialects/{name}.md": lambda d=d: dialect(d) for name, d in _DIALECTS.items()},
    }
)
