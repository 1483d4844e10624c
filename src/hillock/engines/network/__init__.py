"""Engines for networks: populations that make their steps together, and spikes that travel between them."""

from hillock.engines.network._base import AbstractNetworkRun as AbstractNetworkRun
from hillock.engines.network._base import Member as Member
from hillock.engines.network._base import NetworkCarry as NetworkCarry
from hillock.engines.network._base import NetworkJob as NetworkJob
from hillock.engines.network._base import Wire as Wire
from hillock.engines.network._base import is_finite as is_finite
from hillock.engines.network._open import open_network as open_network
from hillock.engines.network._scan import ScanNetwork as ScanNetwork
from hillock.engines.network._scan import trace_network as trace_network
from hillock.engines.network._simd import SimdNetwork as SimdNetwork
