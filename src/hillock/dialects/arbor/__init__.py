"""Arbor's point cell: a closed form from event to event, no grid.

It runs as in Arbor under ``engine="exact"``, with ``Impulses`` for events: Arbor's weight divided by C_m is a jump of V, so a weight of w is a
charge of w fC, ``Impulses(weights / 1000, times)``. Arbor keeps weights in single precision: ``numpy.float32`` makes them the same. On a grid an
event acts during the whole step in which it arrives. Arbor's cable cells are not modelled.
"""

from hillock.dialects.arbor._dialect import dialect as dialect
from hillock.dialects.arbor._lif_cell import lif_cell as lif_cell
