"""The network of integrate-and-fire cells with synaptic conductances on which simulators are compared."""

import numpy as np

from hillock.cells import LIF
from hillock.connections import FixedIndegree
from hillock.network import Drive, Network, NetworkError, Population, Projection
from hillock.stimuli import PoissonSpikes
from hillock.synapses import ConductanceExponential

_NEURONS = 4000
_INPUTS = {"E": 64, "I": 16}  # synapses on each neuron
_STARTED = 50  # excitatory neurons that get spikes from outside


def coba(scale: float = 1.0) -> Network:
    """Return the network COBA: 3200 excitatory and 800 inhibitory cells with conductances, which may keep each other firing once started.

    Each cell has 64 excitatory and 16 inhibitory synapses of 6 and 67 nS. Spikes at 300 Hz reach 50 of the excitatory cells from 1 to 51 ms;
    nothing comes from outside after that. This is benchmark 1 of Brette et al., in the version of NEST's examples.

    What follows is bistable. Cells rest 10 mV below threshold, so silence is stable; activity of about 14 Hz is, too, but
    not every key gets there, or stays: a rate is no check of a simulator.

    Run it with dt = 0.1 ms, for example in ``dialect="nest"``, whose cells are integrated by RK4 here and adaptively in NEST.

    Args:
        scale: how many times 4000 neurons. Each keeps 80 synapses; the 50 that are started do not grow in number.

    Raises:
        NetworkError: there would be fewer than 80 neurons.

    >>> import hillock as hk
    >>> hk.models.coba().receiver("E")[0].ports
    ('E_drive', 'I')

    Reference: Vogels & Abbott (2005), J. Neurosci. 25:10786, doi:10.1523/JNEUROSCI.3508-05.2005; Brette et al. (2007), J. Comput. Neurosci.
    23:349, appendix B, benchmark 1, doi:10.1007/s10827-007-0038-6.
    """
    if not scale * _NEURONS >= sum(_INPUTS.values()):
        raise NetworkError(
            f"coba.scale must be ≥ {sum(_INPUTS.values()) / _NEURONS:g}, got {scale:g}. A neuron has {sum(_INPUTS.values())} synapses."
        )
    cell = LIF(tau_m=20.0, r_m=100.0, v_rest=-60.0, v_reset=-60.0, v_th=-50.0, t_ref=5.0)
    sizes = {"E": round(0.8 * scale * _NEURONS), "I": round(0.2 * scale * _NEURONS)}
    synapses = {"E": (ConductanceExponential(5.0, e_rev=0.0), 0.006), "I": (ConductanceExponential(10.0, e_rev=-80.0), 0.067)}  # ms, mV, µS
    projections = [
        Projection(source, target, synapse, FixedIndegree(_INPUTS[source]), weight, 0.1)
        for source, (synapse, weight) in synapses.items()
        for target in sizes
    ]
    rates = np.where(np.arange(sizes["E"]) < _STARTED, 300.0, 0.0)
    start = Drive(PoissonSpikes(rates, start=1.0, stop=51.0), *synapses["E"])
    return Network({name: Population(cell, n) for name, n in sizes.items()}, projections, {"E": start})
