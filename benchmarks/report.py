"""The results as Markdown."""

import statistics
from collections.abc import Iterable
from typing import Any

import ratios
from contest import Benchmark, Group, Result
from ratios import Ratio

INTRODUCTION = """\
Medians of {rounds} measurements, smallest and largest in brackets. The contenders of a table took turns, one measurement each per round, each
in a process of its own, after one more that does not count. *Cores* is processor time over wall-clock time. *Ready* is the time from the
start of the process until it could be measured: imports, building, compiling and the runs that warm it up. *Early spikes* is the number of spikes per neuron in the first
1000 steps from rest, by which one sees that the same is simulated. What else differs stands under the table; each contender's script, in
benchmarks/contenders/, says its model, step, precision and record. A C++ program of Brian2 reports its own time: the processor time of the
loop over steps, without writing results.

{machine}. {packages}.
"""


def write(machinery: dict[str, Any], rounds: int, found: list[tuple[Benchmark, dict[str, list[Result]]]]) -> str:
    """Return the whole report."""
    packages = machinery["packages"].items()
    listed = "; ".join(f"{peer}: {', '.join(f'{name} {version}' for name, version in of.items())}" for peer, of in packages if of)
    parts = ["# Benchmarks", INTRODUCTION.format(rounds=rounds, machine=machinery["machine"], packages=listed)]
    if machinery["quick"]:
        parts.append("**A smoke test: everything ran, the numbers mean little.**")
    for benchmark, groups in found:
        parts.append(f"## {benchmark.title}")
        parts += [_table(group, groups[group.title]) for group in benchmark.groups if group.title in groups]
    parts.append(_promises(found))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _table(group: Group, results: list[Result]) -> str:
    if group.step:
        return _networks(group, results)
    return _inside(group, results) if group.neurons else _processes(group, results)


def _networks(group: Group, results: list[Result]) -> str:
    lines = [
        f"### {group.title}",
        "",
        "| contender | real-time factor | µs per step | cores | building (s) | rate (Hz) |",
        "|---|---|---|---|---|---|",
    ]
    for result in results:
        name = result.contender.label
        if result.missing:
            lines.append(f"| {name} | missing: {_cell(result.missing)} | | | | |")
            continue
        micro = [1e6 * trial["seconds"] / trial["steps"] for trial in result.trials]
        cores = statistics.median(trial["cores"] for trial in result.trials)
        rate = f"{result.facts['rate']:.2f}" if "rate" in result.facts else "–"
        factors = [x / 1000 / group.step for x in micro]
        built = result.facts.get("compiled", float("nan"))
        lines.append(f"| {name} | {_spread(factors)} | {statistics.median(micro):.3g} | {cores:.1f} | {built:.2g} | {rate} |")
    return "\n".join([*lines, *_remarks(results)])


def _inside(group: Group, results: list[Result]) -> str:
    lines = [f"### {group.title}", ""]
    lines += ["| contender | 10⁹ neuron-steps/s | ns per neuron-step | cores | ready (s) | early spikes |", "|---|---|---|---|---|---|"]
    for result in results:
        name = result.contender.label
        if result.missing:
            lines.append(f"| {name} | missing: {_cell(result.missing)} | | | | |")
            continue
        rates = [1e-9 * group.neurons * trial["steps"] / trial["seconds"] for trial in result.trials]
        cores = statistics.median(trial["cores"] for trial in result.trials)
        early = f"{result.facts['spikes']:.2f}" if "spikes" in result.facts else "–"
        lines.append(f"| {name} | {_spread(rates)} | {1 / statistics.median(rates):.3g} | {cores:.1f} | {result.facts['ready']:.1f} | {early} |")
    return "\n".join([*lines, *_remarks(results)])


def _processes(group: Group, results: list[Result]) -> str:
    lines = [f"### {group.title}", "", "| process | seconds |", "|---|---|"]
    for result in results:
        value = f"missing: {_cell(result.missing)}" if result.missing else _spread([trial["seconds"] for trial in result.trials])
        lines.append(f"| {result.contender.label} | {value} |")
    return "\n".join([*lines, *_remarks(results)])


def _remarks(results: Iterable[Result]) -> list[str]:
    """Return the remarks, one that several contenders share only once."""
    sharing: dict[str, list[str]] = {}
    for result in results:
        sharing.setdefault(result.contender.remark, []).append(result.contender.label)
    remarks = [f"{', '.join(labels)}: {remark}." for remark, labels in sharing.items() if remark]
    return ["", " ".join(remarks)] if remarks else []


def _promises(found: list[tuple[Benchmark, dict[str, list[Result]]]]) -> str:
    groups = {(benchmark.name, title): results for benchmark, of in found for title, results in of.items()}
    lines = ["## What is promised", "", "| promise | measured | kept |", "|---|---|---|"]
    for ratio in ratios.RATIOS:
        values = ratios.evaluate(ratio, groups)
        lines.append(f"| {ratio.promise} | {_measured(ratio, values)} |")
    return "\n".join(lines)


def _measured(ratio: Ratio, values: list[float] | str) -> str:
    if isinstance(values, str):
        return f"{values} | –"
    return f"{_spread(values)} | {'yes' if ratios.kept(ratio, values) else 'no'}"


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.3g} ({min(values):.3g}–{max(values):.3g})"


def _cell(text: str) -> str:
    """Return text that may stand in a cell of a table."""
    return " ".join(text.replace("|", "/").split())[:160]
