"""Pictures of recordings and cells. Each takes the Axes to draw on, or makes some, and returns the Axes that shows its subject.

``hk.plot.trace(rec).figure.savefig("trace.png")``; no state is shared and pyplot is not needed.
"""

from hillock.plot._circuit import circuit as circuit
from hillock.plot._comparison import comparison as comparison
from hillock.plot._connectivity import connectivity as connectivity
from hillock.plot._convergence import convergence as convergence
from hillock.plot._fi import fi as fi
from hillock.plot._irregularity import irregularity as irregularity
from hillock.plot._isi_histogram import isi_histogram as isi_histogram
from hillock.plot._network import network as network
from hillock.plot._phase_plane import phase_plane as phase_plane
from hillock.plot._raster import raster as raster
from hillock.plot._rates import rates as rates
from hillock.plot._trace import trace as trace
