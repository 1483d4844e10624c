"""Small networks, run by this module as a script in every process; the first writes what came of them."""

import sys
from pathlib import Path

import hillock as hk
from hillock.connections import FixedProbability, Normal, Uniform
from hillock.synapses import Exponential, GapJunction

DURATION, DT = 30.0, 0.1
KINDS = ("plain", "plastic", "joined", "given")


def network(kind: str) -> hk.Network:
    """Return 500 neurons that are driven by noise: with delays and weights of each connection, and what else a kind has."""
    excite, inhibit = Exponential(5.0), Exponential(8.0)
    some = FixedProbability(0.1)
    rule = hk.plasticity.TsodyksMarkram() if kind == "plastic" else None
    populations: dict[str, hk.Population | hk.SpikeTrains] = {
        "E": hk.Population(hk.cells.LIF(), 400, start={"v": Uniform(-70.0, -55.0)}),
        "I": hk.Population(hk.cells.LIF(), 100),
    }
    projections = [
        hk.Projection("E", "I", synapse=excite, connect=some, weight=Normal(0.03, 0.01), delay=Uniform(0.5, 2.0)),
        hk.Projection("E", "E", synapse=excite, connect=some, weight=0.02, delay=1.5, plasticity=rule),
        hk.Projection("I", "E", synapse=inhibit, connect=some, weight=-0.06, delay=1.0),
    ]
    if kind == "joined":
        projections.append(hk.Projection("I", "I", synapse=GapJunction(), connect=some, weight=1e-3))
    if kind == "given":
        populations["S"] = hk.SpikeTrains([[1.0, 5.0, 9.0]] * 70)
        projections.append(hk.Projection("S", "E", synapse=excite, connect=some, weight=0.1, delay=1.0))
    return hk.Network(populations, projections, {"E": [hk.stimuli.GaussianNoise(0.35, 0.3, interval=0.1)]})


def run(kind: str, threads: int = 1, **more) -> hk.NetworkRecording:
    """Return a recording with traces of all of one population, and of some of the other."""
    engine = hk.engines.Simd(threads=threads)
    return hk.simulate(
        network(kind), duration=DURATION, dt=DT, key=3, record={"E": ["v"], "I": ["v"]}, of={"I": [0, 70]}, every=4, engine=engine, **more
    )


def main(folder: Path, threads: int) -> None:
    company = hk.distributed.initialize()
    for kind in KINDS:
        rec = run(kind, threads)
        if company.is_first:
            rec.save(folder / f"{kind}.npz")
        hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.5), duration=1.0, dt=0.1)  # one of its own
    whole = run("plain", threads, store=folder / "stream")
    assert len(whole["E"].spike_steps) > 0, company.number
    run("plain", threads, start=folder / "plain.npz", store=folder / "more")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
