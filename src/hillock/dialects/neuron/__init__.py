"""NEURON's artificial cells: closed forms from event to event, no grid.

They run as in NEURON under ``engine="exact"``, with ``Impulses`` for events: a charge of w pC is an event of weight w. The potential m,
recorded as ``v``, and its threshold 1 are plain numbers, and a current of i nA is i events of weight 1 per ms. On a grid an event acts
during the whole step in which it arrives. Sections, channels and synapses of NEURON are not modelled.
"""

from hillock.dialects.neuron._dialect import dialect as dialect
from hillock.dialects.neuron._int_fire1 import IntFire1 as IntFire1
from hillock.dialects.neuron._int_fire2 import IntFire2 as IntFire2
from hillock.dialects.neuron._int_fire4 import IntFire4 as IntFire4
