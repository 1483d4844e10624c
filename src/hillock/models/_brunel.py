"""The sparsely connected network whose states Brunel derived."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from hillock.cells import LIF
from hillock.connections import FixedIndegree
from hillock.network import Drive, Network, NetworkError, Population, Projection
from hillock.stimuli import PoissonSpikes
from hillock.synapses import Delta


class State(TypedDict):
    """What puts the network into a state: strength of inhibition, input from outside, and the potential after a spike (mV)."""

    g: float
    eta: float
    v_reset: float


BRUNEL_STATES: Mapping[str, State] = MappingProxyType(
    {
        "SR": State(g=3.0, eta=2.0, v_reset=10.0),
        "SI fast": State(g=6.0, eta=4.0, v_reset=10.0),
        "AI": State(g=5.0, eta=2.0, v_reset=10.0),
        "SI slow": State(g=4.5, eta=0.9, v_reset=10.0),
    }
)
"""The states of figure 8 of Brunel's paper: synchronous regular, synchronous irregular (fast and slow), asynchronous irregular."""


def brunel(
    order: int = 2500,
    *,
    g: float = 5.0,
    eta: float = 2.0,
    j: float = 0.1,
    epsilon: float = 0.1,
    delay: float = 1.5,
    v_reset: float = 0.0,
) -> Network:
    """Return Brunel's network: four excitatory cells to one inhibitory cell, each with the same number of synapses, and Poisson input.

    The network of the paper has 10,000 excitatory and 2500 inhibitory cells, each with 1000 and 250 synapses. A spike is a jump of j, or of
    -g j; each cell also gets jumps of j from outside at eta times the rate that alone would take its potential to the threshold of 20 mV.

    Run it with dt = 0.1 ms. NEST's example ``brunel_delta`` resets to 0 mV, as here: 31.9 to 32.1 Hz with ``dialect="nest"``. The paper resets
    to 10 mV, and so do the states of its figure 8: ``brunel(**BRUNEL_STATES["AI"])``. SR: cells fire like clocks at 333 Hz, in clusters. SI
    fast: the population oscillates at 180 Hz while cells fire irregularly at 58 Hz. AI: hardly any rhythm, 37 Hz. SI slow: a rhythm of
    22 Hz, cells at 6 Hz.

    Args:
        order: inhibitory cells; there are four times as many excitatory ones.
        g: strength of inhibition relative to excitation.
        eta: rate of the input from outside, relative to that at the threshold.
        j: jump of the potential (mV) at an excitatory synapse.
        epsilon: fraction of all cells from which a cell has synapses. A smaller order with a larger epsilon keeps mean and variance of the
            input, but cells share more of it.
        delay: of every connection (ms).
        v_reset: potential after a spike (mV); rest is at 0 mV.

    Raises:
        NetworkError: order or epsilon leave a cell without synapses, or epsilon is above 1; the jump is not above 0.

    >>> import hillock as hk
    >>> hk.models.brunel(order=100, g=5).projections[2].weight
    -0.5

    Reference: Brunel (2000), J. Comput. Neurosci. 8:183, section 2, model A, and figure 8, doi:10.1023/A:1008925309027.
    """
    if not 0.0 < epsilon <= 1.0:
        raise NetworkError(f"brunel.epsilon must be > 0 and ≤ 1, got {epsilon:g}.")
    if not order * epsilon >= 1.0:
        raise NetworkError(f"brunel.order must be ≥ {1.0 / epsilon:g} at epsilon = {epsilon:g}, got {order}. Each cell needs a synapse.")
    if not j > 0.0:
        raise NetworkError(f"brunel.j must be > 0 mV, got {j:g} mV. Inhibition is -g j.")
    cell = LIF(tau_m=20.0, v_rest=0.0, v_reset=v_reset, v_th=20.0, t_ref=2.0)
    sizes = {"E": 4 * order, "I": order}
    synapses = {"E": (round(epsilon * 4 * order), j), "I": (round(epsilon * order), -g * j)}
    projections = [
        Projection(source, target, Delta(), FixedIndegree(count), jump, delay) for source, (count, jump) in synapses.items() for target in sizes
    ]
    at_threshold = 1000.0 * cell.v_th / (j * cell.tau_m)  # of all synapses from outside together, Hz
    outside = Drive(PoissonSpikes(eta * at_threshold), Delta(), j)
    return Network({name: Population(cell, n) for name, n in sizes.items()}, projections, dict.fromkeys(sizes, outside))
