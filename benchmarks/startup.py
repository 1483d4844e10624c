"""How long whole processes take, as medians of alternating runs: importing what every picture needs, the help, two lessons.

Usage: python benchmarks/startup.py [runs]
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IMPORTS = "import jax, matplotlib.pyplot; jax.jit(lambda x: x + 1)(1.0)"
LECTURE = str(Path(__file__).parent / "contenders" / "lecture_2b.toml")
COMMANDS = {
    "import jax and matplotlib, compile x + 1": ["-c", IMPORTS],
    "hillock --help": ["-m", "hillock", "--help"],
    "hillock run, Lecture 2B": ["-m", "hillock", "run", LECTURE, "-o", "{folder}"],
    "hillock demo": ["-m", "hillock", "demo", "-o", "{folder}"],
}


def main() -> None:
    """Print a table of medians and their ratio to the first row."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        for run in range(runs + 1):  # the first round compiles byte code and fills the disk cache
            for name, arguments in COMMANDS.items():
                start = time.perf_counter()
                command = [sys.executable, *(a.format(folder=folder) for a in arguments)]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
                if run:
                    times[name].append(time.perf_counter() - start)
    base = statistics.median(next(iter(times.values())))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, median of {runs} runs\n")
    print("| process | seconds | ratio |\n|---|---|---|")
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"| {name} | {median:.2f} | {median / base:.2f} |")


if __name__ == "__main__":
    main()
