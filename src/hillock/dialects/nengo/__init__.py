"""Nengo: exact flow in seconds, and a refractory time that runs from the crossing inside the step."""

from hillock.dialects.nengo._adaptive_lif import AdaptiveLIF as AdaptiveLIF
from hillock.dialects.nengo._dialect import dialect as dialect
from hillock.dialects.nengo._izhikevich import Izhikevich as Izhikevich
from hillock.dialects.nengo._lif import LIF as LIF
