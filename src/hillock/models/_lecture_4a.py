"""The neuron with excitatory and inhibitory conductances of ngc-learn's lecture 4A."""

from hillock.cells import LIF
from hillock.network import Drive, Network, Population
from hillock.stimuli import PoissonSpikes
from hillock.synapses import ConductanceExponential

_G = 0.0024  # µS, of one spike


def lecture_4a(*, excitatory: float = 10.0, inhibitory: float = 10.0) -> Network:
    """Return a leaky integrate-and-fire neuron between 80 excitatory and 20 inhibitory sources of random spikes.

    A spike is a conductance of 2.4 nS that decays in 2 ms towards 0 mV, or in 5 ms towards -80 mV; the leak is 10 nS towards -75 mV. The mean
    potential of the passive membrane follows from the mean conductances of 3.84 and 2.4 nS: about -58 mV, 3 mV below threshold. The lecture also
    runs excitation at 15 Hz, where the neuron fires three times as often, and inhibition at 30 Hz, where it hardly does.

    The lecture runs for 1 s with dt = 0.1 ms by forward Euler: ``integrator=hk.integrators.Euler()`` in the dialect ``"hillock"``, which holds the
    potential after a spike; ngc-learn takes the input away, which is the same where reset and rest are, as here. Its sources fire at
    most once per step; here two spikes may fall into one.

    Args:
        excitatory, inhibitory: rates of the spikes of one source (Hz).

    >>> import hillock as hk
    >>> hk.models.lecture_4a(inhibitory=30).receiver("neuron")[0].ports
    ('drive1', 'drive2')

    Reference: ngc-learn, tutorials on neurocognitive modelling, lecture 4A "Dynamic synapses and conductance"; Gerstner, Kistler, Naud & Paninski
    (2014), Neuronal Dynamics, section 3.1, doi:10.1017/CBO9781107447615.
    """
    neuron = LIF(tau_m=10.0, r_m=100.0, v_rest=-75.0, v_reset=-75.0, v_th=-55.0, t_ref=2.0)
    inputs = [
        Drive(PoissonSpikes(80 * excitatory), ConductanceExponential(2.0, e_rev=0.0), _G),
        Drive(PoissonSpikes(20 * inhibitory), ConductanceExponential(5.0, e_rev=-80.0), _G),
    ]
    return Network({"neuron": Population(neuron, 1, {"v": -65.0})}, inputs={"neuron": inputs})
