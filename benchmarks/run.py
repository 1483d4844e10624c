"""Compares hillock with its peers, side by side in one run, and with a program written by hand.

Usage: python benchmarks/run.py [names...] [--quick] [--keep] [--peers brian2,nest,...|none] [-o DIR]

Names are of benchmarks: lif, noise, cells, traces, fi, networks, kernels, seed, first_spike; all by default. Writes results.json (every single measurement) and
results.md (the tables); with --keep, beside what is there of the others. Each peer has a virtual environment of its own, made with pip when first needed, in ~/.cache/hillock/benchmarks or in
$HILLOCK_BENCH_HOME. A peer that cannot be installed or fails is missing from the tables, with the reason. Runs for about 20 minutes, with --quick,
which only tells whether everything works, for about three.
"""

import argparse
import json
import sys
from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import environments
import fi
import first_spike
import kernels
import lif
import machine
import networks
import noise
import other_cells
import report
import seed
import traces
from contest import QUICK, Benchmark, Contender, Group, Result, Scale
from measure import measure

BENCHMARKS: dict[str, Callable[[Scale], Benchmark]] = {
    "lif": lif.benchmark,
    "noise": noise.benchmark,
    "cells": other_cells.benchmark,
    "traces": traces.benchmark,
    "fi": fi.benchmark,
    "networks": networks.benchmark,
    "kernels": kernels.benchmark,
    "seed": seed.benchmark,
    "first_spike": first_spike.benchmark,
}
HAND = "limit"  # the program written by hand counts as a peer
Found = tuple[Benchmark, dict[str, list[Result]]]


def main() -> None:
    """Measure and write."""
    options = _options()
    scale = QUICK if options.quick else Scale()
    environments.home().mkdir(parents=True, exist_ok=True)
    interpreters = environments.prepare(["hillock", *options.peers])
    machinery = {
        "machine": machine.describe(),
        "load": machine.load(),
        "quick": options.quick,
        "packages": {peer: environments.versions(peer, found) for peer, found in interpreters.items() if isinstance(found, Path)},
    }
    found = _kept(options.output / "results.json", scale, machinery) if options.keep else {}
    for name in options.names or BENCHMARKS:
        benchmark = _only(BENCHMARKS[name](scale), interpreters)
        found[name] = (benchmark, {})
        for group in benchmark.groups:
            print(f"{name}: {group.title}", file=sys.stderr, flush=True)
            found[name][1][group.title] = measure(group, min(scale.rounds, group.rounds or scale.rounds), interpreters)
            in_order = [found[name] for name in BENCHMARKS if name in found]
            _write(options.output, scale, machinery, in_order)  # after each group, in case the next one is interrupted
    print((options.output / "results.md").read_text(encoding="utf-8"))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("names", nargs="*", metavar="name", help=f"benchmarks to run: {', '.join(BENCHMARKS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="a smoke test: the numbers mean little")
    known = [*environments.PEERS, HAND]
    parser.add_argument("--peers", default=",".join(known), help=f"whom to compare with: none, or some of {','.join(known)}; all by default")
    parser.add_argument("--keep", action="store_true", help="keep what the report there has of other benchmarks, if it is of this machine")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parent / "results", help="folder for results.json and results.md")
    options = parser.parse_args()
    options.peers = [] if options.peers == "none" else options.peers.split(",")
    for given, allowed in ((options.names, list(BENCHMARKS)), (options.peers, known)):
        for name in given:
            if name not in allowed:
                parser.error(f"nothing is called {name!r}. Choose from {', '.join(allowed)}.")
    return options


def _kept(path: Path, scale: Scale, machinery: dict[str, Any]) -> dict[str, Found]:
    """Return what an earlier run measured, by name; its peers are added to those of this one."""
    if not path.exists():
        sys.exit(f"There is no {path} to keep. Leave out --keep, or name its folder with -o.")
    held = json.loads(path.read_text(encoding="utf-8"))
    if (held["machine"], held["quick"]) != (machinery["machine"], machinery["quick"]):
        sys.exit(f"{path} was measured on {held['machine']}{', quickly' if held['quick'] else ''}. Choose another folder with -o.")
    for peer, versions in held["packages"].items():
        if machinery["packages"].setdefault(peer, versions) != versions:
            sys.exit(f"{path} was measured with other versions of {peer}. Choose another folder with -o, or run all benchmarks.")
    return {
        one["name"]: (BENCHMARKS[one["name"]](scale), {group["title"]: list(map(_result, group["contenders"])) for group in one["groups"]})
        for one in held["benchmarks"]
    }


def _result(told: dict[str, Any]) -> Result:
    who = told["contender"]
    return Result(Contender(**{**who, "arguments": tuple(who["arguments"])}), told["trials"], told["facts"], told["missing"])


def _only(benchmark: Benchmark, peers: Collection[str]) -> Benchmark:
    """Return a benchmark without the contenders that were not asked for."""
    groups = (replace(group, contenders=tuple(one for one in group.contenders if one.peer in peers)) for group in benchmark.groups)
    return replace(benchmark, groups=tuple(groups))


def _write(folder: Path, scale: Scale, machinery: dict[str, Any], found: list[Found]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    raw = [
        {
            "name": benchmark.name,
            "title": benchmark.title,
            "groups": [_group(group, results[group.title]) for group in benchmark.groups if group.title in results],
        }
        for benchmark, results in found
    ]
    text = json.dumps({**machinery, "benchmarks": raw}, indent=1, ensure_ascii=False)
    (folder / "results.json").write_text(text.replace(str(Path(__file__).parent), "benchmarks"), encoding="utf-8")
    (folder / "results.md").write_text(report.write(machinery, scale.rounds, found), encoding="utf-8")


def _group(group: Group, results: list[Result]) -> dict[str, Any]:
    return {"title": group.title, "clock": group.clock, "neurons": group.neurons, "contenders": [asdict(result) for result in results]}


if __name__ == "__main__":
    main()
