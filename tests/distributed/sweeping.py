"""A sweep, run by this module as a script in every process."""

import os
import sys
import warnings
from pathlib import Path

import hillock as hk


def count(i: float) -> dict[str, float]:
    """Return the number of spikes of a network of one neuron, and which process ran it."""
    if i == 0.4:
        raise ValueError("no such current")
    net = hk.Network({"E": hk.Population(hk.cells.LIF(), 1)}, [], {"E": [hk.stimuli.Constant(i)]})
    return {"n": len(hk.simulate(net, duration=50.0, dt=0.1)["E"].spike_steps), "process": int(os.environ.get("HILLOCK_PROCESS_ID", "0"))}


def main(folder: Path) -> None:
    company = hk.distributed.initialize()
    warnings.simplefilter("ignore")
    found = hk.sweep(count, {"i": [0.2, 0.3, 0.4, 0.5, 0.6]}, store=folder / "points")
    (folder / f"{company.number}.txt").write_text(f"{found['n'].tolist()} {found['process'].tolist()} {found.failures[0].error}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
