"""hillock: a population with one current per neuron.

Model: LIF with adapting threshold and refractory time, or AdEx, Izhikevich, HodgkinHuxley; parameters in models.py.
Step: the default dialect; the LIF exactly, the others by the named integrator. Precision: single.
Recorded: every spike of every neuron as (step, neuron); traces where asked for. The clock runs from the call of ``simulate`` until its
recording is there, tracing and the choice of a compiled program included. Every run begins at rest.
"""

import numpy as np
from protocol import Contender, serve, timed

import hillock as hk
import models

CURRENTS = {
    "LIF": models.LIF_CURRENT,
    "AdEx": models.ADEX_CURRENT,
    "Izhikevich": models.IZHIKEVICH_CURRENT,
    "HodgkinHuxley": models.HODGKIN_HUXLEY_CURRENT,
}
PARAMETERS = {"LIF": models.LIF, "AdEx": models.ADEX, "Izhikevich": models.IZHIKEVICH, "HodgkinHuxley": models.HODGKIN_HUXLEY}
INTEGRATORS = {"rk4": hk.integrators.RK4, "euler": hk.integrators.Euler, "exponential_euler": hk.integrators.ExponentialEuler}


def build(
    *,
    neurons: int,
    engine: str,
    threads: int | None = None,
    cell: str = "LIF",
    integrator: str | None = None,
    noisy: bool = False,
    record: list[str] | None = None,
    curve: bool = False,
    steps: int | None = None,
) -> Contender:
    """Return a population, ready to run."""
    chosen = engine if threads is None else hk.engines.Simd(threads=threads)
    parameters = PARAMETERS[cell] | ({"theta_plus": 0.0} if curve else {})
    current = np.asarray(models.spread(models.FI_CURRENT if curve else CURRENTS[cell], neurons))
    dt = models.DT_HODGKIN_HUXLEY if cell == "HodgkinHuxley" else models.DT
    stimulus = hk.stimuli.GaussianNoise(current, models.LIF_NOISE, interval=dt) if noisy else hk.stimuli.Constant(current)

    def simulate(steps: int) -> hk.Recording:
        return hk.simulate(
            getattr(hk.cells, cell)(**parameters),
            stimulus,
            duration=steps * dt,
            dt=dt,
            record=record or [],
            key=1 if noisy else None,
            integrator=INTEGRATORS[integrator]() if integrator else None,
            engine=chosen,
            dtype="float32",
        )

    def work(steps: int) -> None:
        recording = simulate(steps)
        if curve:
            recording.counts() * (1000 / (steps * dt))

    return Contender(timed(work), {"spikes": len(simulate(1000).spike_steps) / neurons}, steps)


serve(build)
