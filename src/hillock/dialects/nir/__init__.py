"""NIR, the Neuromorphic Intermediate Representation: differential equations, and no step at all.

A NIR node fixes an equation, a threshold and a reset; the step, the unit of time and the state at the start are left to whoever runs it.
The dialect is therefore the equation itself: exact flow in double precision, spikes at the end of the step in which they happen. The
nodes are cells under NIR's own names, so that they run in any dialect, which shows what becomes of a NIR file in the tool of that name.
"""

from hillock.dialects.nir._dialect import dialect as dialect
from hillock.dialects.nir._if import IF as IF
from hillock.dialects.nir._li import LI as LI
from hillock.dialects.nir._lif import LIF as LIF
