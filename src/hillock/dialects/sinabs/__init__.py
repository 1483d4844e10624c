"""Sinabs: time constants in steps, an exact decay per step, as many spikes per step as the threshold fits into v, reset by subtraction.

Its quirks are kept: ``MembraneReset`` adds its value to silent neurons too, and ALIF's synaptic current is scaled again at every step.
"""

from hillock.dialects.sinabs._alif import ALIF as ALIF
from hillock.dialects.sinabs._dialect import dialect as dialect
from hillock.dialects.sinabs._iaf import IAF as IAF
from hillock.dialects.sinabs._lif import LIF as LIF
