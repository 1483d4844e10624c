"""Runs of the scan engine in which every operation is rounded on its own, for comparison to the last bit; run as a program, with XLA's flags.

XLA fuses products into sums where the processor can, and turns divisions by constants into products. On x86 it can be told not to.
"""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import jax
import numpy as np
import pytest

import hillock as hk
from hillock._population import parameters
from hillock.dialects import AbstractStep
from hillock.engines import Job, Scan
from hillock.integrators import RK4, AbstractIntegrator, Euler, Heun, Midpoint
from hillock.random import make_key
from hillock.surrogates import Hard

FLAGS = "--xla_cpu_max_isa=AVX --xla_disable_hlo_passes=algsimp"
STEPS = 600
KEY = 5

on_x86 = pytest.mark.skipif(platform.machine().lower() not in {"x86_64", "amd64"}, reason="XLA can be told not to fuse on x86 only")

DRIVE = {
    "AdEx": 0.8,
    "FitzHughNagumo": 0.6,
    "HodgkinHuxley": 12.0,
    "IntegrateAndFire": 0.4,
    "Izhikevich": 12.0,
    "LIF": 0.4,
    "QuadraticIF": 1.0,
    "SLIF": 1.5,
}
"""nA at which a cell fires now and then."""

ARITHMETIC = ("FitzHughNagumo", "IntegrateAndFire", "Izhikevich", "LIF", "QuadraticIF", "ResonateAndFire", "SLIF")
"""Cells whose equations are made of + - × ÷ alone."""

METHODS = {"hillock": RK4(), "nest": RK4(), "brian2": Heun(), "ngclearn": Midpoint(), "tensorflow_notebook": Euler()}
"""A method of + - × ÷ for each of some orders of a step."""

_ORDERS = ("hillock", "nest", "hillock", "brian2", "ngclearn", "tensorflow_notebook", "hillock")
EXACTLY = list(zip(ARITHMETIC, _ORDERS, strict=True))
"""Cells and orders of a step, to be compared to the last bit under one of the methods."""

MORE = [(cell, dialect) for cell in ARITHMETIC for dialect in METHODS if (cell, dialect) not in EXACTLY]

CLOSELY = [("AdEx", "hillock"), ("ExponentialIF", "nest"), ("HodgkinHuxley", "hillock"), ("ResonateAndFire", "brian2")]
"""Cells and orders of a step with exponentials, in the step or in what is prepared, under the integrator that they choose themselves."""


def job(model: AbstractStep, stimulus: hk.stimuli.AbstractStimulus, dt: float = 0.1, dtype: str = "float64") -> Job:
    """Return one neuron to be run, of which all is recorded."""
    record = tuple(dict.fromkeys([*model.recordable(), "i"]))
    return Job(model, stimulus, 1, dt, make_key(KEY), dtype, record, 1, None, Hard())


def case(cell: str, dialect: str, method: AbstractIntegrator | None) -> Job:
    """Return a cell in some order of a step, on a current with steps, noise and pulses."""
    size, dt = DRIVE.get(cell, 0.5), 0.02 if cell == "HodgkinHuxley" else 0.1
    current = hk.stimuli.Step(size, start=50 * dt) + hk.stimuli.GaussianNoise(0.0, 0.3 * size, interval=2 * dt)
    current += hk.stimuli.Pulses(amplitudes=[size, -size], starts=[200 * dt, 400 * dt], stops=[250 * dt, 450 * dt])
    return job(hk.dialects.find(dialect).bind(getattr(hk.cells, cell)(), method), current, dt)


def exactly(cell: str, dialect: str) -> Job:
    return case(cell, dialect, METHODS[dialect])


def closely(cell: str, dialect: str) -> Job:
    return case(cell, dialect, None)


def values(job: Job) -> dict[str, float]:
    """Return the parameters of one number by name."""
    every = (one for module in (job.step, job.stimulus) for one in parameters(module))
    return {name: float(np.asarray(value).ravel()[0]) for name, value, _ in every if np.size(value) == 1}


def reference(more: bool = False) -> dict[str, np.ndarray]:
    """Return traces, spikes and states of all cases, from a process of their own: flags are read when XLA starts."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "runs.npz"
        settings = os.environ | {"XLA_FLAGS": FLAGS, "JAX_PLATFORMS": "cpu"}
        command = [sys.executable, "-m", __name__, str(path), *(["more"] if more else [])]
        subprocess.run(command, check=True, env=settings, cwd=Path(__file__).parents[2])
        with np.load(path) as runs:
            return dict(runs)


def _runs(more: bool) -> Iterator[tuple[str, np.ndarray]]:
    """Yield what every case does, step by step, by name."""
    jobs = {f"exactly.{cell}.{dialect}": exactly(cell, dialect) for cell, dialect in (MORE if more else EXACTLY)}
    if not more:
        jobs |= {f"closely.{cell}.{dialect}": closely(cell, dialect) for cell, dialect in CLOSELY}
    for name, one in jobs.items():
        run = Scan().open(one)
        carries, spikes, rows = [run.init()], [], []
        for k in range(STEPS):
            after, chunk = run.run(carries[-1], k, 1)
            carries.append(after)
            rows.append(chunk.traces)
            spikes += [step for piece in chunk.events for step in piece[0].tolist()]
        yield f"{name}.spikes", np.array(spikes, np.int32)
        for trace in one.record:
            yield f"{name}.{trace}", np.array([row[trace][0, 0] for row in rows])
        for j, leaves in enumerate(zip(*map(jax.tree.leaves, carries), strict=True)):
            yield f"{name}.carry.{j}", np.array([leaf[0] for leaf in leaves])


if __name__ == "__main__":
    np.savez(sys.argv[1], **dict(_runs(len(sys.argv) > 2)))  # type: ignore[arg-type]
