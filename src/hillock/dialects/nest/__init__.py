"""NEST: exact flow on a grid, the test with ≥ after it, the reset in the same step, stamps at the end of the step.

A generator's current acts one step after it is set. The models here have NEST's names and take NEST's parameters in NEST's units (pF, nS,
pA; text such as ``"0.2 nF"`` is converted); what they show is in NEST's units too. The stimulus stays in hillock's, nA.

Spikes arrive by ports, whose names a projection gives as its ``synapse``: ``"ex"`` and ``"in"``, or ``"spikes"`` where the potential jumps.
Weights are NEST's numbers, in pA, nS or mV, with NEST's signs: NEST sends a weight to ``in`` because it is negative, so weights at ``in`` are
negative here too. A spike arrives at the end of the step that ends a delay after its stamp: a jump shows there and then, and is tested; a
synaptic current or conductance moves the potential from the next step on.
"""

from hillock.dialects.nest._aeif_cond_exp import aeif_cond_exp as aeif_cond_exp
from hillock.dialects.nest._dialect import CeilSteps as CeilSteps
from hillock.dialects.nest._dialect import dialect as dialect
from hillock.dialects.nest._iaf_cond_exp import iaf_cond_exp as iaf_cond_exp
from hillock.dialects.nest._iaf_psc_alpha import iaf_psc_alpha as iaf_psc_alpha
from hillock.dialects.nest._iaf_psc_delta import iaf_psc_delta as iaf_psc_delta
from hillock.dialects.nest._iaf_psc_exp import iaf_psc_exp as iaf_psc_exp
from hillock.dialects.nest._izhikevich import izhikevich as izhikevich
from hillock.dialects.nest._mat2_psc_exp import mat2_psc_exp as mat2_psc_exp
