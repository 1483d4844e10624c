"""Benchmark: independent leaky integrate-and-fire neurons on constant currents, from one to a million."""

import roster
from contest import Benchmark, Contender, Group, Scale


def benchmark(scale: Scale) -> Benchmark:
    """Return one group for each size of population."""
    sizes = (1, 65_536, 100_000) if scale.quick else (1, 100, 10_000, 65_536, 100_000, 1_000_000)
    groups = [Group(f"{n:,} neurons" if n > 1 else "1 neuron", _contenders(scale, n), neurons=n, rounds=3 if n == 1_000_000 else None) for n in sizes]
    return Benchmark("lif", "LIF with refractory time and adapting threshold, constant current, dt = 0.1 ms, spikes recorded", tuple(groups))


def _contenders(scale: Scale, n: int) -> tuple[Contender, ...]:
    engines = (roster.SIMD_1, roster.SCAN) if n < 10_000 else (roster.SIMD_1, roster.SIMD_2, roster.SCAN)
    chosen = [roster.hillock(scale, engine, n) for engine in engines]
    if n == 65_536:
        chosen.append(roster.hillock(scale, roster.SCAN_1, n))
    if not scale.quick:
        chosen += [roster.brian2(scale, precision, n) for precision in (roster.SINGLE, roster.DOUBLE)]
    elif n == 65_536:
        chosen.append(roster.brian2(scale, roster.SINGLE, n))
    if n <= 100_000:  # a million, beside the others, do not fit into 23 GB
        chosen.append(roster.nest(scale, n))
    ways = (roster.NGCLEARN_SCAN, roster.NGCLEARN_WATCHED, roster.NGCLEARN_RUN)
    chosen += [roster.ngclearn(scale, label, n) for label in (ways if n in {1, 100_000} else ways[:1])]
    if n == 1:
        chosen += [roster.torch(scale, label, n) for label in (roster.SNNTORCH, roster.NORSE)]
    if n == 65_536:  # threads of PyTorch that wait for one another suffer most on a busy machine
        labels = (roster.SNNTORCH_1, roster.NORSE_1) if scale.quick else (roster.SNNTORCH, roster.SNNTORCH_1, roster.NORSE, roster.NORSE_1)
        chosen += [roster.torch(scale, label, n) for label in labels]
    if n >= 10_000:
        chosen.append(roster.limit(scale, roster.LIMIT, n))
    return tuple(chosen)
