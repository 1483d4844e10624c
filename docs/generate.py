"""Writes the generated pages: one per cell, one of the stimuli, and the dialect tables, all from the code itself."""

import inspect
from pathlib import Path

import hillock as hk
from hillock._param import declarations, defaults
from hillock.dialects import names


def main(folder: Path) -> None:
    """Write every generated page below ``folder``."""
    (folder / "cells").mkdir(parents=True, exist_ok=True)
    cells = exported(hk.cells, hk.cells.AbstractCell)
    for cell in cells:
        (folder / "cells" / f"{cell.__name__}.md").write_text(page(cell), encoding="utf-8")
    listed = "\n".join(cell.__name__ for cell in cells)
    (folder / "cells" / "index.md").write_text(f"# Cells\n\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n", encoding="utf-8")
    stimuli = exported(hk.stimuli, hk.stimuli.AbstractStimulus)
    (folder / "stimuli.md").write_text("# Stimuli\n\n" + "\n".join(section(kind) for kind in stimuli), encoding="utf-8")
    (folder / "dialects.md").write_text(dialects(), encoding="utf-8")


def exported(module, base: type) -> list[type]:
    """Return the concrete classes below ``base`` that a module exports."""
    found = [value for _, value in inspect.getmembers(module, inspect.isclass) if issubclass(value, base)]
    return [value for value in found if not value.__name__.startswith("Abstract")]


def page(kind: type) -> str:
    """Return the page of a cell: its docstring, its parameters, its presets."""
    presets = "".join(f"| {name} | {', '.join(f'{key} = {value:g}' for key, value in values.items())} |\n" for name, values in kind.presets.items())
    return section(kind, "#") + (f"\n**Presets** (`{kind.__name__}.preset(name)`)\n\n| name | parameters |\n|---|---|\n{presets}" if presets else "")


def section(kind: type, level: str = "##") -> str:
    """Return heading, docstring and parameter table of a class."""
    rows = "".join(
        f"| `{name}` | {shown(defaults(kind)[name])} | {declared.unit if declared.unit != '1' else ''} | {declared.rule()} | {declared.doc} |\n"
        for name, declared in declarations(kind).items()
    )
    table = f"| parameter | default | unit | range | meaning |\n|---|---|---|---|---|\n{rows}" if rows else ""
    where = f"{kind.__module__.rsplit('.', 1)[0]}.{kind.__name__}"
    return f"{level} {kind.__name__}\n\n```{{eval-rst}}\n.. autoclass:: {where}\n```\n\n{table}\n"


def shown(value: object) -> str:
    """Return a default as it stands in a table."""
    return "required" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def dialects() -> str:
    """Return the page of the dialects: what each does in one step, and what comes of it on one neuron."""
    found = [hk.dialects.find(name) for name in names()]
    lines = "".join(f"| `{d.name}` | {d.summary} | {d.dtype} |\n" for d in found)
    return f"""# Dialects

With the same nominal parameters the simulators of the field disagree on the first spike, on the interval and on the time stamp. A dialect is
one simulator's order of a step: `hk.simulate(cell, stimulus, ..., dialect="nest")`.

| dialect | one step | arithmetic |
|---|---|---|
{lines}
## What comes of it

One neuron, tau_m = 20 ms, r i = 1.5 thresholds from t = 0, reset to rest. Index of the first spike's step, and steps from spike to spike.
The exact crossing is at 20 ln 3 = 21.972 ms. Where a simulator has no refractoriness the run is refused.

| dialect | dt = 1, t_ref = 0 | dt = 1, t_ref = 5 | dt = 0.1, t_ref = 2 |
|---|---|---|---|
{"".join(f"| `{d.name}` | {' | '.join(measured(d.name, dt, t_ref) for dt, t_ref in SETTINGS)} |{chr(10)}" for d in found)}
"""


SETTINGS = ((1.0, 0.0), (1.0, 5.0), (0.1, 2.0))


def measured(dialect: str, dt: float, t_ref: float) -> str:
    """Return first spike step and interval of the nominal neuron, or why there is none."""
    cell = hk.cells.LIF(tau_m=20.0, r_m=1.0, v_rest=0.0, v_reset=0.0, v_th=1.0, t_ref=t_ref)
    try:
        rec = hk.simulate(cell, hk.stimuli.Constant(1.5), duration=300, dt=dt, dialect=dialect)
    except ValueError:
        return "no refractoriness"
    steps = rec.spike_steps
    return f"{steps[0]} / {', '.join(map(str, sorted(set((steps[1:] - steps[:-1]).tolist()))))}"
