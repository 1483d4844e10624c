"""Benchmark: an f-I curve, one neuron for each current, one second of model time."""

import roster
from contest import Benchmark, Group, Scale

NEURONS, STEPS = 10_000, 10_000


def benchmark(scale: Scale) -> Benchmark:
    """Return one group."""
    n, steps = NEURONS, STEPS // 10 if scale.quick else STEPS
    contenders = (
        *(roster.hillock(scale, engine, n, curve=True, steps=steps) for engine in (roster.SIMD_1, roster.SIMD_2, roster.SCAN)),
        roster.brian2(scale, roster.SINGLE, n, curve=True, steps=steps),
        roster.nest(scale, n, curve=True, steps=steps),
    )
    title = f"{n:,} currents, {steps} steps of 0.1 ms, until the rates are known"
    return Benchmark("fi", "f–I curve of a LIF with refractory time and a constant threshold", (Group(title, contenders, neurons=n),))
