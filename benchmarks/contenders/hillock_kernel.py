"""hillock: a cell that nobody has simulated yet, until its kernel is there.

Model: a new class with the equations and parameters of the named cell, 1000 neurons, single precision. Measured: ten steps of it, less the
same ten steps once more: its checks, its traces by JAX, its program, and its machine code, compiled, or found on disk where its equations
were met before.
"""

import os
import tempfile
import time

from protocol import Contender, serve

import hillock as hk


def build(*, cell: str, found: bool) -> Contender:
    """Return the making of a cell; ``found``: its kernel is on disk."""

    def simulate(model: hk.cells.AbstractCell) -> float:
        start = time.perf_counter()
        hk.simulate(model, hk.stimuli.Constant(0.3), duration=1, dt=0.1, neurons=1000, engine="simd", dtype="float32")
        return time.perf_counter() - start

    def run(_: int) -> float:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["HILLOCK_CACHE_DIR"] = folder
            for _ in range(2 if found else 1):
                model = type(cell, (getattr(hk.cells, cell),), {})()
                first = simulate(model)
            return first - simulate(model)

    return Contender(run, steps=1)


serve(build)
