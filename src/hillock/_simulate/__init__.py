"""The one entry: a neuron, a population or a network, checked against everything that is asked of it, then run in chunks."""

from hillock._simulate._entry import simulate as simulate
from hillock._simulate._failure import SimulationError as SimulationError
from hillock._simulate._network import network_job as network_job
