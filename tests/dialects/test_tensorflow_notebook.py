"""The TensorFlow notebook's neuron, spike for spike and bit for bit."""

import numpy as np

import hillock as hk
from tests.dialects.golden import Case, each


def run(case: Case, model, **options):
    current = hk.stimuli.Samples(case["input"], dt=case.dt)
    return hk.simulate(model, current, duration=case.steps * case.dt, dt=case.dt, record=["v"], **options)


@each("tf_notebook")
def test_the_replica_repeats_the_notebook_bit_for_bit(case):
    rec = run(case, hk.dialects.tensorflow_notebook.LIF(**case.params))
    np.testing.assert_array_equal(rec["v"][:, 0], case["v"])
    np.testing.assert_array_equal(rec.spike_steps, case["fire_steps"])
