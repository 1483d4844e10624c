"""ngc-learn (N. Ororbia and the Neural Adaptive Computing Laboratory), version 3.2.1: its step order and its spiking cells.

The replicas repeat the package bit for bit in single precision on a processor with fused multiply-add, behaviours included that
hillock's own cells do not have; each class says which.
"""

from hillock.dialects.ngclearn._adex import AdEx as AdEx
from hillock.dialects.ngclearn._dialect import dialect as dialect
from hillock.dialects.ngclearn._if import IF as IF
from hillock.dialects.ngclearn._izhikevich import Izhikevich as Izhikevich
from hillock.dialects.ngclearn._lif import LIF as LIF
from hillock.dialects.ngclearn._slif import SLIF as SLIF
