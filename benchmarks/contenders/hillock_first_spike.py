"""hillock: one LIF at rest, 0.3 nA from the start; prints when it first fires. Steps of 0.1 ms, single precision. Engine: the argument."""

import sys

import hillock as hk

recording = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=50, dt=0.1, engine=sys.argv[1])
print(recording.spike_times[0], "ms", flush=True)
