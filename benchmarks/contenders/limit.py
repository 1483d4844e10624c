"""The limit by hand: ../limits/lif.cpp, compiled here with g++ for this processor; model, precision and record are described in it.

The clock is read inside the program, around the loop over steps.
"""

import json
import subprocess
import tempfile
import time
from pathlib import Path

from protocol import Contender, serve

SOURCE = Path(__file__).parent.parent / "limits" / "lif.cpp"


def build(*, neurons: int, mode: str) -> Contender:
    """Compile the program and return it."""
    folder = tempfile.TemporaryDirectory(prefix="limit-")
    program = Path(folder.name) / "lif"
    start = time.perf_counter()
    compiled = subprocess.run(["g++", "-O3", "-march=native", "-o", program, SOURCE], check=False, capture_output=True, text=True)
    if compiled.returncode:
        raise RuntimeError(next((line for line in compiled.stderr.splitlines() if "error" in line), "g++ failed"))

    def run(steps: int) -> float:
        answer = subprocess.run([f"{folder.name}/lif", mode, str(neurons), str(steps)], check=True, capture_output=True, text=True).stdout
        return json.loads(answer)["seconds"]

    return Contender(run, {"compiled": time.perf_counter() - start}, multiple=4)


serve(build)
