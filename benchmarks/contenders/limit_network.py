"""The limit by hand: ../limits/cuba.cpp and ../limits/brunel.cpp, compiled here with g++ for this processor; their comments describe them.

The clock is read inside the program, around the loop over steps; it is the processor's time of its one thread.
"""

import json
import subprocess
import tempfile
import time
from pathlib import Path

from protocol import Contender, serve

SOURCES = Path(__file__).parent.parent / "limits"


def build(*, network: str, scale: int, steps: int) -> Contender:
    """Compile the program and return it."""
    folder = tempfile.TemporaryDirectory(prefix="limit-")
    program = Path(folder.name) / network
    start = time.perf_counter()
    command = ["g++", "-O3", "-march=native", "-std=c++17", "-o", program, SOURCES / f"{network}.cpp"]
    compiled = subprocess.run(command, check=False, capture_output=True, text=True)
    if compiled.returncode:
        raise RuntimeError(next((line for line in compiled.stderr.splitlines() if "error" in line), "g++ failed"))
    facts = {"compiled": time.perf_counter() - start}

    def run(steps: int) -> float:
        answer = json.loads(subprocess.run([f"{folder.name}/{network}", str(scale), str(steps)], check=True, capture_output=True, text=True).stdout)
        facts["rate"] = answer["rate"]
        return answer["seconds"]

    return Contender(run, facts, steps)


serve(build)
