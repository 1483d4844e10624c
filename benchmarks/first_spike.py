"""Benchmark: how long a new process takes until it knows the first spike of one neuron."""

from contest import Benchmark, Contender, Group, Scale, script


def benchmark(scale: Scale) -> Benchmark:
    """Return one group."""
    contenders = (
        *(
            Contender(f"hillock {engine}, {cache} cache", "hillock", (*script("hillock_first_spike.py"), engine), cache=cache)
            for engine in ("auto", "simd", "scan")
            for cache in ("cold", "warm")
        ),
        Contender("ngc-learn", "ngclearn", script("ngclearn_first_spike.py"), remark="step by step, stops at the spike"),
        Contender("Brian2, NumPy", "brian2", script("brian2_first_spike.py"), remark="50 ms"),
    )
    group = Group("process start to the first spike known", contenders, clock="first line")
    return Benchmark("first_spike", "One LIF at 0.3 nA in a new process", (group,))
