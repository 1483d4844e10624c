"""Benchmark: networks from the literature, as their simulators define them."""

import roster
from contest import Benchmark, Contender, Group, Scale, script

SIMD_1, SIMD_2 = roster.SIMD_1, roster.SIMD_2
BRIAN2, NEST, NEST_2, LIMIT = "Brian2 C++ standalone, double", "NEST, 1 thread", "NEST, 2 threads", "limit by hand, 1 thread"
CUBA, BRUNEL, MICROCIRCUIT = "CUBA, 4,000 neurons", "Brunel, 12,500 neurons", "Potjans–Diesmann, 77,169 neurons"


def benchmark(scale: Scale) -> Benchmark:
    """Return one group for each network and size."""
    groups = [Group(CUBA, _cuba(scale, 1), neurons=4000, step=0.1), Group(BRUNEL, _brunel(scale), neurons=12_500, rounds=3, step=0.1)]
    if not scale.quick:
        groups += [
            Group("CUBA, 40,000 neurons", _cuba(scale, 10), neurons=40_000, rounds=3, step=0.1),
            Group("CUBA, 400,000 neurons", _cuba(scale, 100), neurons=400_000, rounds=3, step=0.1),
            Group(MICROCIRCUIT, (_hillock("potjans_diesmann", SIMD_2, 1, 5000),), neurons=77_169, rounds=3, step=0.1),
        ]
    return Benchmark("networks", "Networks, dt = 0.1 ms, spikes recorded; building and compiling not counted", tuple(groups))


def _cuba(scale: Scale, size: int) -> tuple[Contender, ...]:
    steps = (2000 if scale.quick else 20_000) if size == 1 else 2000
    chosen = [_hillock("cuba", label, size, steps) for label in ((SIMD_1,) if size == 1 else (SIMD_1, SIMD_2))]
    if size <= 10:
        chosen.append(Contender(BRIAN2, "brian2", script("brian2_network.py", scale=size, steps=steps)))
    if size == 1:
        chosen.append(Contender(NEST, "nest", script("nest_network.py", network="cuba", threads=1, steps=min(steps, 5000)), remark=_NEST_CUBA))
    chosen.append(Contender(LIMIT, "limit", script("limit_network.py", network="cuba", scale=size, steps=steps), remark=_OUTDEGREE))
    return tuple(chosen)


def _brunel(scale: Scale) -> tuple[Contender, ...]:
    steps = 1500 if scale.quick else 10_005
    few = 150 if scale.quick else 1500  # NEST takes a hundred times as long
    return (
        _hillock("brunel", SIMD_1, 1, steps),
        _hillock("brunel", SIMD_2, 1, steps),
        Contender(NEST, "nest", script("nest_network.py", network="brunel", threads=1, steps=few)),
        Contender(NEST_2, "nest", script("nest_network.py", network="brunel", threads=2, steps=few)),
        Contender(LIMIT, "limit", script("limit_network.py", network="brunel", scale=1, steps=steps), remark=_OUTDEGREE),
    )


def _hillock(network: str, label: str, size: int, steps: int) -> Contender:
    threads = 1 if label == SIMD_1 else 2
    return Contender(label, "hillock", script("hillock_network.py", network=network, threads=threads, scale=size, steps=steps))


_NEST_CUBA = "its own variant: stronger inhibition, another start, a delay of 0.1 ms; 4 to 5 Hz"
_OUTDEGREE = "fixed out-degree; keeps no spikes; C++ with intrinsics"
