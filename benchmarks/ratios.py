"""The ratios that hillock promises, from contenders that took turns in the same group."""

import statistics
from dataclasses import dataclass

import kernels
import networks
import other_cells
import roster
import seed
from contest import Result


@dataclass(frozen=True)
class Ratio:
    """A promise.

    Attributes:
        promise: in words.
        group: name of the benchmark and title of the group.
        first, second: labels. For rates, first over second; for whole processes, the seconds of first over those of second.
        bar: what the median is held to; ``second`` empty: time per step, or the seconds of a process.
        most: whether the bar is the most, not the least.
        units: of that time in a second.

    """

    promise: str
    group: tuple[str, str]
    first: str
    second: str
    bar: float
    most: bool = False
    units: float = 1.0


ONE, MANY, PLENTY = ("lif", "1 neuron"), ("lif", "65,536 neurons"), ("lif", "100,000 neurons")
RATIOS = (
    Ratio("simd ≥ 10 × scan, both on one core, 65,536 LIF", MANY, roster.SIMD_1, roster.SCAN_1, 10),
    Ratio("the same against scan with all cores", MANY, roster.SIMD_1, roster.SCAN, 10),
    Ratio("simd ≥ 0.5 × the limit by hand, 65,536 LIF", MANY, roster.SIMD_1, roster.LIMIT, 0.5),
    Ratio("2 threads ≥ 1.7 × 1 thread, 65,536 LIF", MANY, roster.SIMD_2, roster.SIMD_1, 1.7),
    Ratio("with noise ≥ 0.4 × the limit with Philox, 65,536 LIF", ("noise", "65,536 neurons"), roster.SIMD_1, roster.LIMIT_PHILOX, 0.4),
    Ratio(
        "AdEx ≥ 0.25 × LIF, 65,536 neurons, its equations evaluated once per step (Euler)",
        ("cells", "65,536 neurons"),
        other_cells.label(roster.SIMD_1, "AdEx", "euler"),
        other_cells.label(roster.SIMD_1, "LIF"),
        0.25,
    ),
    Ratio(
        "AdEx ≥ 0.25/4 × LIF, evaluated four times (RK4, the default)",
        ("cells", "65,536 neurons"),
        other_cells.label(roster.SIMD_1, "AdEx", "rk4"),
        other_cells.label(roster.SIMD_1, "LIF"),
        0.0625,
    ),
    Ratio("simd ≥ 10 × Brian2 C++ standalone, single, 65,536 LIF", MANY, roster.SIMD_1, roster.SINGLE, 10),
    Ratio("the same with simd on 2 threads", MANY, roster.SIMD_2, roster.SINGLE, 10),
    Ratio("simd ≥ 10 × ngc-learn scan, both on all cores, 100,000 LIF", PLENTY, roster.SIMD_2, roster.NGCLEARN_SCAN, 10),
    Ratio("the same with ngc-learn's spikes watched, as simd's are", PLENTY, roster.SIMD_2, roster.NGCLEARN_WATCHED, 10),
    Ratio("simd ≥ 1000 × ngc-learn step by step, one LIF", ONE, roster.SIMD_1, roster.NGCLEARN_RUN, 1000),
    Ratio("one LIF ≤ 15 ns per step", ONE, roster.SIMD_1, "", 15, most=True, units=1e9),
    *(
        Ratio(f"a new {cell} ≤ {bar:g} s, {how}", ("kernels", kernels.TITLE), kernels.label(cell, found=found), "", bar, most=True)
        for cell in kernels.CELLS
        for found, bar, how in ((False, 0.2, "its kernel compiled"), (True, 0.02, "its kernel found on disk"))
    ),
    Ratio("CUBA ≤ 0.35 × Brian2 C++ standalone", ("networks", networks.CUBA), networks.SIMD_1, networks.BRIAN2, 0.35, most=True),
    Ratio("CUBA ≤ 1/30 of NEST", ("networks", networks.CUBA), networks.SIMD_1, networks.NEST, 1 / 30, most=True),
    Ratio("CUBA ≤ 2 × the limit by hand", ("networks", networks.CUBA), networks.SIMD_1, networks.LIMIT, 2.0, most=True),
    Ratio("CUBA of 400,000 neurons ≤ 3 × the limit by hand", ("networks", "CUBA, 400,000 neurons"), networks.SIMD_1, networks.LIMIT, 3.0, most=True),
    Ratio("Brunel ≤ 1/25 of NEST, one thread each", ("networks", networks.BRUNEL), networks.SIMD_1, networks.NEST, 1 / 25, most=True),
    Ratio("Brunel ≤ 2 × the limit by hand", ("networks", networks.BRUNEL), networks.SIMD_1, networks.LIMIT, 2.0, most=True),
    Ratio(
        "hillock run of Lecture 2B ≤ 1.5 × importing jax and matplotlib",
        ("seed", "process start to exit"),
        seed.LECTURE,
        seed.BASELINE,
        1.5,
        most=True,
    ),
)


def evaluate(ratio: Ratio, groups: dict[tuple[str, str], list[Result]]) -> list[float] | str:
    """Return the ratio in each round, or why there is none."""
    if ratio.group not in groups:
        return "not run"
    found = {result.contender.label: result for result in groups[ratio.group]}
    for label in filter(None, (ratio.first, ratio.second)):
        if label not in found:
            return "not run"
        if found[label].missing:
            return f"missing: {label}"
    first = [_cost(trial) for trial in found[ratio.first].trials]
    if not ratio.second:
        return [ratio.units * cost for cost in first]
    second = [_cost(trial) for trial in found[ratio.second].trials]
    pairs = zip(first, second, strict=True)
    return [a / b if ratio.most else b / a for a, b in pairs]


def kept(ratio: Ratio, values: list[float]) -> bool:
    """Tell whether the median keeps the promise."""
    median = statistics.median(values)
    return median <= ratio.bar if ratio.most else median >= ratio.bar


def _cost(trial: dict[str, float]) -> float:
    """Return seconds, per step where there are steps."""
    return trial["seconds"] / trial.get("steps", 1)
