"""The leaky integrate-and-fire neuron with Poisson synapses of a series of notebooks on TensorFlow."""

from hillock.cells import LIF
from hillock.connections import AllToAll, Normal
from hillock.network import Drive, Network, NetworkError, Population, Projection
from hillock.stimuli import PoissonSpikes
from hillock.synapses import Delta, Exponential

_Q, _TAU_SYN = 1.5, 10.0  # charge of a spike (pC) and decay of its current (ms)


def tensorflow_lif(synapses: int = 25, *, rate: float = 20.0) -> Network:
    """Return one leaky integrate-and-fire neuron with 25 synapses, at which spikes arrive at random at 20 Hz from 10 to 180 ms.

    A spike at a synapse of weight w brings the current w q/tau_syn·exp(-t/tau_syn), q = 1.5 pC; weights are normal, of mean 1 and
    standard deviation 0.5, and so a few are negative. Population "inputs" fires the spikes of the synapses, for a raster; "neuron" receives them.

    The notebook runs for 200 ms with dt = 1 ms, as ``dialect="tensorflow_notebook"`` does: threshold tested before the flow,
    forward Euler. Here the current, too, takes a step of Euler, which the notebook computes from the ages of the spikes, and acts from
    the step after its spike; a smaller dt in any dialect comes closer to the equations. The published code steps every spike twice
    and so doubles the current; this is the model that its text describes.

    Args:
        synapses: how many.
        rate: of the spikes at each (Hz).

    Raises:
        NetworkError: there is no synapse.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.models.tensorflow_lif(), duration=200, dt=1, key=1, dialect="tensorflow_notebook", record={"neuron": ["v"]})
    >>> rec["inputs"].neurons, rec["neuron"].neurons
    (25, 1)

    Reference: D. Corvoysier (2018), "Leaky Integrate and Fire neuron with Tensorflow", step 4; Gerstner & Kistler (2002), Spiking
    Neuron Models, section 4.1, doi:10.1017/CBO9780511815706.
    """
    if not synapses >= 1:
        raise NetworkError(f"tensorflow_lif.synapses must be ≥ 1, got {synapses}.")
    # fires for every spike that arrives from outside: a spike takes it from 0 to twice the threshold
    relay = LIF(v_rest=0.0, v_reset=0.0, v_th=0.5, t_ref=0.0)
    neuron = LIF(tau_m=10.0, r_m=1.0, v_rest=0.0, v_reset=0.0, v_th=1.0, t_ref=4.0)
    jump = _Q / _TAU_SYN  # nA
    onto = Projection("inputs", "neuron", Exponential(_TAU_SYN), AllToAll(), Normal(jump, jump / 2))
    spikes = Drive(PoissonSpikes(rate, start=10.0, stop=180.0), Delta(), 1.0)
    return Network({"inputs": Population(relay, synapses), "neuron": Population(neuron, 1)}, [onto], {"inputs": spikes})
