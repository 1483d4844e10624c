"""Networks as plain data: populations, projections between them, inputs from outside."""

from hillock.network._describe import describe as describe
from hillock.network._network import Network as Network
from hillock.network._parts import Drive as Drive
from hillock.network._parts import NetworkError as NetworkError
from hillock.network._parts import Population as Population
from hillock.network._parts import Projection as Projection
from hillock.network._parts import SpikeTrains as SpikeTrains
