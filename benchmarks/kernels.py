"""Benchmark: how long a new cell takes until its kernel is there, compiled or found on disk."""

from contest import Benchmark, Contender, Group, Scale, script

CELLS = ("LIF", "AdEx", "Izhikevich", "HodgkinHuxley")
TITLE = "tracing and lowering included"


def label(cell: str, *, found: bool) -> str:
    """Return the label of a contender."""
    return f"{cell}, {'found on disk' if found else 'compiled'}"


def benchmark(scale: Scale) -> Benchmark:
    """Return one group."""
    contenders = tuple(
        Contender(label(cell, found=found), "hillock", script("hillock_kernel.py", cell=cell, found=found))
        for cell in CELLS
        for found in (False, True)
    )
    return Benchmark("kernels", "A cell that is new", (Group(TITLE, contenders),))
