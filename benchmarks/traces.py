"""Benchmark: the membrane potential of every neuron recorded in every step."""

import roster
from contest import Benchmark, Group, Scale

NEURONS, STEPS = 10_000, 1000


def benchmark(scale: Scale) -> Benchmark:
    """Return one group."""
    n, steps = NEURONS, STEPS // 5 if scale.quick else STEPS
    contenders = (
        *(roster.hillock(scale, engine, n, record=["v"], steps=steps) for engine in (roster.SIMD_1, roster.SIMD_2, roster.SCAN)),
        roster.brian2(scale, roster.SINGLE, n, traced=True, steps=steps),
        roster.nest(scale, n, traced=True, steps=steps),
    )
    return Benchmark(
        "traces", "LIF as above, v of every neuron recorded in every step", (Group(f"{n:,} neurons, {steps} steps", contenders, neurons=n),)
    )
