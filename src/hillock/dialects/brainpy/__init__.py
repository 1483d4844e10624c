"""BrainPy: exponential Euler, each variable with the others frozen, the test V ≥ V_th after it, the reset in the same step.

The neurons are those of ``brainpy.dyn``, in single precision as XLA compiles them on a processor with fused multiply-add. Numbers are in ms
and mV, and R times the stimulus is a voltage.
"""

from hillock.dialects.brainpy._adex_if import AdExIF as AdExIF
from hillock.dialects.brainpy._dialect import WholeStepsWithin as WholeStepsWithin
from hillock.dialects.brainpy._dialect import dialect as dialect
from hillock.dialects.brainpy._exp_if import ExpIF as ExpIF
from hillock.dialects.brainpy._izhikevich import Izhikevich as Izhikevich
from hillock.dialects.brainpy._lif import Lif as Lif
from hillock.dialects.brainpy._lif_ref import LifRef as LifRef
