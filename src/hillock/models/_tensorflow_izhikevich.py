"""The recurrent network of Izhikevich neurons of a series of notebooks on TensorFlow."""

from typing import Any

import numpy as np

from hillock.cells import LIF, Izhikevich
from hillock.connections import AbstractValue, FixedProbability
from hillock.network import Drive, Network, NetworkError, Population, Projection
from hillock.stimuli import PoissonSpikes
from hillock.synapses import ConductanceExponential, Delta

_EXCITATION, _INHIBITION = ConductanceExponential(10.0, e_rev=0.0), ConductanceExponential(10.0, e_rev=-85.0)  # ms, mV
_CONNECT = FixedProbability(0.1)


class _Gamma(AbstractValue):
    """Values with a gamma distribution."""

    shape: float
    scale: float

    def resolved(self, unit: str, where: str) -> "_Gamma":
        return self

    @property
    def least(self) -> float:
        return 0.0

    def sample(self, generator: np.random.Generator, n: int, dtype: Any) -> Any:
        return generator.standard_gamma(self.shape, n, dtype) * dtype(self.scale)


def tensorflow_izhikevich(n: int = 1000, *, recurrent: bool = True) -> Network:
    """Return 800 excitatory and 200 inhibitory Izhikevich neurons that receive spikes at random from 200 to 700 ms, and those of each other.

    Population "inputs" are 100 sources of spikes at 2 Hz, each joined to a neuron with probability 0.1, by conductances of 0.07 that decay in
    10 ms. Neurons are joined with probability 0.1 and weights with a gamma distribution of shape 2 and scale 0.003, twice as
    strong from inhibitory to excitatory ones, reversing at 0 or -85 mV.

    The notebook runs for 1000 ms with dt = 0.5 ms, as ``dialect="tensorflow_notebook"`` does: the peak tested before the flow, forward
    Euler. Without connections between neurons (``recurrent=False``, its step 3) the raster shows stripes, where many neurons answer the same
    spikes, with some dispersion; with them neurons fire more, and nearly all within the same few milliseconds.

    Different from the published code: inhibitory neurons are a fifth, not a random part; a conductance also decays in the step in which
    a spike arrives; the current of a connection depends on the potential of its target, as the text says, not of its source.

    Args:
        n: neurons, a fifth of them inhibitory. Where it is not 1000, weights between neurons grow by 1000/n, so that their sum stays.
        recurrent: whether they are connected.

    Raises:
        NetworkError: there would be no neuron of one of the two kinds.

    >>> import hillock as hk
    >>> hk.models.tensorflow_izhikevich(recurrent=False).receiver("I")[0].ports
    ('inputs',)

    Reference: D. Corvoysier (2018), "Simulating spiking neurons with Tensorflow", steps 3 and 4; Izhikevich (2003), IEEE Trans. Neural
    Netw. 14:1569, doi:10.1109/TNN.2003.820440.
    """
    if not n >= 3:
        raise NetworkError(f"tensorflow_izhikevich.n must be ≥ 3, got {n}. A fifth of the neurons is inhibitory.")
    # fires for every spike that arrives from outside: a spike takes it from 0 to twice the threshold
    relay = LIF(v_rest=0.0, v_reset=0.0, v_th=0.5, t_ref=0.0)
    sizes = {"E": n - max(1, round(0.2 * n)), "I": max(1, round(0.2 * n))}
    cells = {"E": Izhikevich(v_th=35.0, v_init=-70.0), "I": Izhikevich(a=0.1, d=2.0, v_th=35.0, v_init=-70.0)}
    populations = {"inputs": Population(relay, 100)}
    populations |= {name: Population(cells[name], size, {"u": -13.0}) for name, size in sizes.items()}
    projections = [Projection("inputs", name, _EXCITATION, _CONNECT, 0.07) for name in sizes]
    for source, synapse in {"E": _EXCITATION, "I": _INHIBITION}.items():
        for target in sizes if recurrent else ():
            scale = 0.003 * 1000 / n * (2.0 if (source, target) == ("I", "E") else 1.0)
            projections.append(Projection(source, target, synapse, _CONNECT, _Gamma(2.0, scale)))
    return Network(populations, projections, {"inputs": Drive(PoissonSpikes(2.0, start=200.0, stop=700.0), Delta(), 1.0)})
