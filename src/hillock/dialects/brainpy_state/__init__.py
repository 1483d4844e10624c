"""brainpy.state: exponential Euler, the test V ≥ V_th after it, and a reset that opens the next update, so that V shows its overshoot.

The arithmetic is single precision as XLA compiles it on a processor with fused multiply-add. Numbers are in ms and mV, and R times the
stimulus is a voltage.
"""

from hillock.dialects.brainpy_state._alif import ALIF as ALIF
from hillock.dialects.brainpy_state._dialect import StepsBefore as StepsBefore
from hillock.dialects.brainpy_state._dialect import dialect as dialect
from hillock.dialects.brainpy_state._if import IF as IF
from hillock.dialects.brainpy_state._lif import LIF as LIF
from hillock.dialects.brainpy_state._lif_ref import LIFRef as LIFRef
