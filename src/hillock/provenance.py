"""The record of how a result came about: all that is needed to do it again, as plain data."""

import functools
import hashlib
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np

from hillock._param import Parametrized
from hillock._population import parameters
from hillock.engines import Job

_PACKAGES = ("hillock", "jax", "jaxlib", "numpy", "equinox")
_LONGEST_LIST = 1000


def describe_run(job: Job, steps: int, key: int | None, engine: str, reason: str) -> dict[str, Any]:
    """Return the provenance of a run."""
    return {
        "model": _describe(job.step),
        "stimulus": _describe(job.stimulus),
        "neurons": job.neurons,
        "dt": job.dt,
        "steps": steps,
        "key": key,
        "dialect": job.step.dialect.name,
        "dtype": job.dtype,
        "surrogate": repr(job.surrogate),
        "engine": engine,
        "engine_reason": reason,
    } | describe_host()


def describe_host() -> dict[str, Any]:
    """Return on what, and when, a run is made."""
    return {
        "packages": {name: _version(name) for name in _PACKAGES},
        "python": platform.python_version(),
        "host": f"{platform.system()} {platform.machine()}",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


@functools.cache  # to read the metadata of a package takes longer than a short run
def _version(package: str) -> str:
    return version(package)


def _describe(module: Parametrized) -> dict[str, Any]:
    return {"type": type(module).__name__, "parameters": {where: _plain(value) for where, value, _ in parameters(module)}}


def _plain(value: Any) -> Any:
    """Return a value as plain data; long arrays as shape and digest."""
    array = np.asarray(value)
    if array.size <= _LONGEST_LIST:
        return array.tolist()
    return {"shape": list(array.shape), "sha256": hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()}
