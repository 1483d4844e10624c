"""A small network that uses all there is: distributions of weights and delays, two delays apart, input from outside and given spikes."""

import numpy as np

import hillock as hk
from hillock.connections import FixedProbability, Normal, Uniform

RUN = {"dt": 0.1, "key": 1, "record": {"E": ["v", "i"], "I": ["v"]}, "of": {"E": [0, 3]}, "dtype": "float64"}


def network(tau_m=20.0, p=0.3, weight=-0.09):
    """Return a balanced network of 60 neurons."""
    fast, slow = hk.synapses.Exponential(5.0), hk.synapses.Exponential(10.0)
    cell = hk.cells.LIF(tau_m=tau_m, r_m=100.0, v_rest=-49.0, v_reset=-60.0, v_th=-50.0, t_ref=5.0)
    start = {"v": Uniform(-60.0, -50.0)}
    some = FixedProbability(p)
    return hk.Network(
        {"E": hk.Population(cell, 40, start), "I": hk.Population(cell, 12, start), "given": hk.SpikeTrains([[1.0, 5.0, 31.2], [2.05]] * 4)},
        [
            hk.Projection("E", "I", fast, some, Normal(0.1, 0.02), Uniform(0.5, 3.0)),
            hk.Projection("I", "E", slow, some, weight, 1.7),
            hk.Projection("given", "E", fast, some, 0.3, 0.9),
        ],
        {"I": hk.Drive(hk.stimuli.PoissonSpikes(50.0), fast, 0.1)},
    )


def assert_continued(whole, *parts):
    """Compare a run with the parts that it was made in, bit for bit."""
    for name, one in whole.items():
        np.testing.assert_array_equal(one.spike_steps, np.concatenate([part[name].spike_steps for part in parts]))
        np.testing.assert_array_equal(one.spike_neurons, np.concatenate([part[name].spike_neurons for part in parts]))
        for trace, rows in one.traces.items():
            np.testing.assert_array_equal(rows, np.concatenate([part[name][trace] for part in parts]))
