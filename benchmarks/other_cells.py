"""Benchmark: AdEx, Izhikevich and Hodgkin-Huxley cells on constant currents, and the LIF beside them."""

import roster
from contest import Benchmark, Contender, Group, Scale

METHODS = (("AdEx", "rk4"), ("AdEx", "euler"), ("Izhikevich", "rk4"), ("HodgkinHuxley", "exponential_euler"))


def label(engine: str, cell: str, method: str = "exact") -> str:
    """Return the name of a contender in the tables."""
    return f"{cell}, {method}: {engine}"


def benchmark(scale: Scale) -> Benchmark:
    """Return one group for each size; the LIF takes turns with the others, for the ratio."""
    sizes = (65_536,) if scale.quick else (10_000, 65_536)
    groups = tuple(Group(f"{n:,} neurons", _contenders(scale, n), neurons=n) for n in sizes)
    return Benchmark("cells", "Other cells, constant current; dt = 0.1 ms, HodgkinHuxley 0.05 ms; both sides by the same integrator", groups)


def _contenders(scale: Scale, n: int) -> tuple[Contender, ...]:
    chosen = [roster.hillock(scale, roster.SIMD_1, n, label=label(roster.SIMD_1, "LIF"))]
    for cell, method in METHODS:
        options = {"cell": cell, "integrator": method}
        chosen += [roster.hillock(scale, engine, n, label=label(engine, cell, method), **options) for engine in (roster.SIMD_1, roster.SCAN)]
        if not scale.quick or (cell, method) == METHODS[0]:
            chosen.append(roster.brian2(scale, roster.SINGLE, n, label=label(roster.SINGLE, cell, method), cell=cell, method=method))
    return tuple(chosen)
