"""SpikingJelly: one call per step, time constants in steps, forward Euler, the test v ≥ v_threshold after it, the reset in the same call."""

from hillock.dialects.spikingjelly._dialect import dialect as dialect
from hillock.dialects.spikingjelly._eif_node import EIFNode as EIFNode
from hillock.dialects.spikingjelly._if_node import IFNode as IFNode
from hillock.dialects.spikingjelly._izhikevich_node import IzhikevichNode as IzhikevichNode
from hillock.dialects.spikingjelly._lif_node import LIFNode as LIFNode
from hillock.dialects.spikingjelly._parametric_lif_node import ParametricLIFNode as ParametricLIFNode
from hillock.dialects.spikingjelly._qif_node import QIFNode as QIFNode
