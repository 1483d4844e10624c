"""Benchmark: the same neurons with Gaussian noise drawn for every neuron in every step."""

import roster
from contest import Benchmark, Contender, Group, Scale


def benchmark(scale: Scale) -> Benchmark:
    """Return one group for each size of population."""
    sizes = (65_536,) if scale.quick else (10_000, 65_536)
    groups = tuple(Group(f"{n:,} neurons", _contenders(scale, n), neurons=n) for n in sizes)
    return Benchmark("noise", "LIF as above with a Gaussian current drawn anew for each neuron in each step", groups)


def _contenders(scale: Scale, n: int) -> tuple[Contender, ...]:
    precisions = (roster.SINGLE,) if scale.quick else (roster.SINGLE, roster.DOUBLE)
    return (
        *(roster.hillock(scale, engine, n, noisy=True) for engine in (roster.SIMD_1, roster.SIMD_2, roster.SCAN)),
        *(roster.brian2(scale, precision, n, noisy=True) for precision in precisions),
        *([roster.nest(scale, n, noisy=True)] if n == 10_000 else []),
        roster.limit(scale, roster.LIMIT_PHILOX, n),
    )
