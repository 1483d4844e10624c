"""The network of integrate-and-fire cells with synaptic currents on which simulators are compared."""

from hillock.cells import LIF
from hillock.connections import FixedProbability, Uniform
from hillock.network import Network, NetworkError, Population, Projection
from hillock.synapses import Exponential

_INPUTS = 80  # synapses on each neuron on average, four fifths of them excitatory
_NEURONS = 4000


def cuba(scale: float = 1.0) -> Network:
    """Return the network CUBA: 3200 excitatory and 800 inhibitory cells, joined with probability 0.02, that keep each other firing.

    Nothing comes from outside: the resting potential of -49 mV is above the threshold of -50 mV, and inhibition holds the cells below it. This is
    benchmark 2 of Brette et al., in the version of Brian2's examples (inhibition of -9 mV, potentials from -60 to -50 mV at the start). Other
    versions under the same name differ in the weight of inhibition, the input and the delay, and fire at 4 to 25 Hz.

    Run it with dt = 0.1 ms and ``dialect="brian2"``: 5.5 to 6.1 Hz, by the key. Under the other dialects spikes take one step longer.

    Args:
        scale: how many times 4000 neurons. Each keeps 80 synapses on average, so their probability is 0.02/scale.

    Raises:
        NetworkError: there would be fewer than 81 neurons.

    >>> import hillock as hk
    >>> hk.models.cuba(scale=0.5).n
    2000

    Reference: Vogels & Abbott (2005), J. Neurosci. 25:10786, doi:10.1523/JNEUROSCI.3508-05.2005; Brette et al. (2007), J. Comput. Neurosci.
    23:349, appendix B, benchmark 2, doi:10.1007/s10827-007-0038-6.
    """
    if not scale * _NEURONS > _INPUTS:
        raise NetworkError(f"cuba.scale must be > {_INPUTS / _NEURONS:g}, got {scale:g}. A neuron has {_INPUTS} synapses.")
    cell = LIF(tau_m=20.0, r_m=100.0, v_rest=-49.0, v_reset=-60.0, v_th=-50.0, t_ref=5.0)
    sizes = {"E": round(0.8 * scale * _NEURONS), "I": round(0.2 * scale * _NEURONS)}
    synapses = {"E": (Exponential(5.0), 1.62), "I": (Exponential(10.0), -9.0)}  # ms, mV if the current stayed
    connect = FixedProbability(_INPUTS / sum(sizes.values()))
    populations = {name: Population(cell, n, {"v": Uniform(-60.0, -50.0)}) for name, n in sizes.items()}
    projections = [Projection(source, target, synapse, connect, jump / cell.r_m) for source, (synapse, jump) in synapses.items() for target in sizes]
    return Network(populations, projections)
