"""The environments of the peers: one virtual environment each, made once and used again."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

# What pip installs for each peer; of several lists, the first that can be installed. The peers run on the processor only: where the package
# index has builds of PyTorch without CUDA, pip's own configuration (PIP_EXTRA_INDEX_URL, PIP_FIND_LINKS) leads to them.
PEERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "brian2": (("brian2", "numpy<2.4", "matplotlib"),),
    "nest": (("nest-simulator",),),
    "ngclearn": (("ngclearn", "matplotlib"),),
    "tensorflow": (("tensorflow-cpu", "matplotlib"),),
    "snntorch": (("snntorch", "numpy", "torch==2.13.0"), ("snntorch", "numpy", "torch")),
    "norse": (("norse", "torch==2.13.0"), ("norse", "torch")),
}

# Whose versions the report names, for each environment.
PACKAGES = {
    "hillock": ("hillock", "jax", "jaxlib", "numpy", "llvmlite", "numba", "matplotlib"),
    "brian2": ("brian2", "numpy"),
    "nest": ("nest-simulator",),
    "ngclearn": ("ngclearn", "ngcsimlib", "jax", "jaxlib"),
    "tensorflow": ("tensorflow-cpu",),
    "snntorch": ("snntorch", "torch"),
    "norse": ("norse", "torch"),
}

_NOTE = "installed.txt"  # what is in an environment, written when it is complete


class MissingError(Exception):
    """A peer cannot be measured; the message is the reason, one line."""


def home() -> Path:
    """Return the folder of the environments."""
    return Path(os.environ.get("HILLOCK_BENCH_HOME") or Path.home() / ".cache" / "hillock" / "benchmarks").absolute()


def prepare(peers: Iterable[str]) -> dict[str, Path | MissingError]:
    """Return the Python that runs each peer, installing what is not there yet, or why there is none."""
    found: dict[str, Path | MissingError] = {}
    for peer in peers:
        try:
            found[peer] = _interpreter(peer)
        except MissingError as error:
            found[peer] = error
    return found


def versions(peer: str, python: Path) -> dict[str, str]:
    """Return the versions of what matters in the environment of a peer."""
    if peer == "limit":
        lines = subprocess.run(["g++", "--version"], check=False, capture_output=True, text=True).stdout if shutil.which("g++") else ""
        return {"g++": lines.splitlines()[0].split()[-1]} if lines else {}
    ask = (
        "import sys, importlib.metadata as m\n"
        "for name in sys.argv[1:]:\n"
        "    try: print(name, m.version(name))\n"
        "    except m.PackageNotFoundError: pass"
    )
    found = subprocess.run([python, "-c", ask, *PACKAGES[peer]], check=True, capture_output=True, text=True).stdout
    return dict(line.split(maxsplit=1) for line in found.splitlines())


def _interpreter(peer: str) -> Path:
    if peer in {"hillock", "limit"}:
        return Path(sys.executable)
    folder = home() / peer
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    lists = ["\n".join(requirements) for requirements in PEERS[peer]]
    if (folder / _NOTE).is_file() and (folder / _NOTE).read_text(encoding="utf-8") in lists:
        return python
    reason = ""
    for requirements in lists:
        print(f"installing {peer}: {requirements.replace(chr(10), ', ')}", file=sys.stderr, flush=True)
        reason = _install(folder, python, requirements)
        if not reason:
            (folder / _NOTE).write_text(requirements, encoding="utf-8")
            return python
    raise MissingError(f"pip could not install it: {reason}")


def _install(folder: Path, python: Path, requirements: str) -> str:
    """Make an environment; return why it failed, or nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", folder], check=False, capture_output=True, text=True)
    if made.returncode:
        return "no virtual environment could be made"
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements.split("\n")]
    installed = subprocess.run(command, check=False, capture_output=True, text=True)
    errors = [line for line in installed.stderr.splitlines() if "error" in line.lower()]
    return (errors or ["pip failed"])[-1] if installed.returncode else ""
