"""The machine that measured, in one line."""

import os
import platform
from pathlib import Path


def describe() -> str:
    """Return processor, cores, operating system and Python."""
    return f"{_processor()}, {_cores()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def load() -> float | None:
    """Return how many processes were running in the last minute, where the system says."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    found: dict[str, str] = {}
    if information.is_file():
        for line in information.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            found.setdefault(name.strip(), value.strip())
    name = found.get("model name") or platform.processor() or platform.machine()
    vectors = "AVX-512" if "avx512f" in found.get("flags", "") else "AVX2" if "avx2" in found.get("flags", "") else ""
    where = f" (family {found['cpu family']}, model {found['model']})" if "cpu family" in found else ""
    return f"{name}{where}{', ' if vectors else ''}{vectors}"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
