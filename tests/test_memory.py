"""A run takes the memory that was predicted before it began."""

import json
import subprocess
import sys

import pytest

MEASURED = """
import json, resource
import hillock as hk
from hillock import _budget
from hillock._simulate import _population

def run(neurons, duration):
    noise = hk.stimuli.GaussianNoise(0.2, 0.3)
    return hk.simulate(hk.cells.LIF(), noise, duration=duration, dt=0.1, neurons=neurons, key=1, record=["v"], every={every}, engine="simd")

def check(job, engine, steps):
    asked.append((job, engine, steps))

asked, _population.check_memory = [], check
run(10, 10)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rec = run({neurons}, {duration})
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
predicted = _budget.predict_bytes(*asked[-1]) + 12 * len(rec.spike_steps)
print(json.dumps({{"taken": 1024 * (after - before), "predicted": predicted}}))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems count memory in other units")
@pytest.mark.parametrize(("neurons", "duration", "every"), [(10_000, 1000, 1), (1000, 10_000, 1), (1_000_000, 10, 10)])
def test_a_hundred_million_neuron_steps_take_no_more_than_was_predicted(neurons, duration, every):
    script = MEASURED.format(neurons=neurons, duration=duration, every=every)
    found = json.loads(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)
    assert found["taken"] <= 1.1 * found["predicted"]
