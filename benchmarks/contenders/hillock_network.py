"""hillock: a network from hillock.models.

Model: as its docstring says. Precision: single. Recorded: every spike, of all populations. The time of a run is that of the loop over steps, without
drawing the connections and building the kernels; that is told separately.
"""

from protocol import Contender, serve

import hillock as hk

NETWORKS = {
    "cuba": lambda scale: (hk.models.cuba(scale), "brian2"),
    "brunel": lambda scale: (hk.models.brunel(), "nest"),
    "potjans_diesmann": lambda scale: (hk.models.potjans_diesmann(), "nest"),
}


def build(*, network: str, threads: int, scale: int, steps: int) -> Contender:
    """Return the network, which is built for each run."""
    model, dialect = NETWORKS[network](scale)
    facts: dict[str, float] = {}

    def run(steps: int) -> float:
        rec = hk.simulate(model, duration=steps * 0.1, dt=0.1, key=1, dialect=dialect, dtype="float32", engine=hk.engines.Simd(threads=threads))
        spikes = sum(len(one.spike_steps) for one in rec.values())
        facts.update(compiled=rec.provenance["seconds"]["building"], rate=spikes / model.n / (steps * 1e-4))
        return rec.provenance["seconds"]["running"]

    run(steps)
    return Contender(run, facts, steps)


serve(build)
