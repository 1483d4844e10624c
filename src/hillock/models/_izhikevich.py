"""The network of pulse-coupled neurons that shows cortical rhythms."""

import numpy as np

from hillock.connections import AllToAll, Uniform
from hillock.dialects import nest
from hillock.network import Network, NetworkError, Population, Projection
from hillock.stimuli import GaussianNoise

_PAPER = 1000  # neurons


def izhikevich(n: int = _PAPER, *, key: int = 1) -> Network:
    """Return Izhikevich's network: 800 excitatory and 200 inhibitory neurons, each different, all joined to all, driven by noise.

    Excitatory neurons go from regular spiking to chattering, inhibitory ones from fast spiking to low-threshold spiking. A spike acts for 1 ms on
    all neurons, with weights from 0 to 0.5 or from -1 to 0; noise with a standard deviation of 5 or 2 is drawn every ms (the paper's currents
    have no unit). Neurons fire at about 7 Hz, at times together: rhythms of about 10 Hz and 40 Hz.

    Run it with dt = 1 ms, and no other: the neurons are NEST's, in the form that takes the steps of the paper's script, two of 0.5 ms for v, one
    of 1 ms for u. Spikes are those of the script, which counts them one step later.

    Args:
        n: neurons, a fifth of them inhibitory. Where it is not 1000, weights grow by 1000/n, so that their sum stays.
        key: whole number that names what makes each neuron different: the paper's r, uniform in [0, 1), squared for excitatory
            neurons. Weights and noise are named by the key of ``simulate``.

    Raises:
        NetworkError: there would be no neuron of one of the two kinds.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.models.izhikevich(n=100), duration=20, dt=1, key=1)
    >>> rec["E"].neurons, rec["I"].neurons
    (80, 20)

    Reference: Izhikevich (2003), IEEE Trans. Neural Netw. 14:1569, figure 3 and the script after it, doi:10.1109/TNN.2003.820440.
    """
    if not n >= 3:
        raise NetworkError(f"izhikevich.n must be ≥ 3, got {n}. A fifth of the neurons is inhibitory.")
    generator = np.random.default_rng(key)
    sizes = {"E": n - max(1, round(0.2 * n)), "I": max(1, round(0.2 * n))}
    r2, r = generator.random(sizes["E"]) ** 2, generator.random(sizes["I"])
    parameters = {
        "E": {"a": 0.02, "b": 0.2, "c": -65.0 + 15.0 * r2, "d": 8.0 - 6.0 * r2},
        "I": {"a": 0.02 + 0.08 * r, "b": 0.25 - 0.05 * r, "c": -65.0, "d": 2.0},
    }
    cells = {
        name: nest.izhikevich(**given, V_m=-65.0, U_m=-65.0 * given["b"], consistent_integration=False)  # type: ignore[arg-type]
        for name, given in parameters.items()
    }
    more = _PAPER / n
    weights = {"E": Uniform(0.0, 0.5 * more), "I": Uniform(-1.0 * more, 0.0)}
    projections = [Projection(source, target, "spikes", AllToAll(), weights[source], 1.0) for source in sizes for target in sizes]
    noise = {"E": GaussianNoise("0 pA", "5 pA"), "I": GaussianNoise("0 pA", "2 pA")}  # NEST counts 1 pA as 1
    return Network({name: Population(cells[name], count) for name, count in sizes.items()}, projections, noise)
